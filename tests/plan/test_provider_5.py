"""Version 5 of the AWS provider, whose schema Terraform reads, deprecates nothing that the modules and examples set or read.

A plan warns of a deprecated argument only if the plan sets it; the files are read whole, with what no example switches on.
Some deprecations are only here: the bindings of version 6 leave out those that their makers do not follow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import hcl
import pytest

if TYPE_CHECKING:
    from planning import Planner

TEXTS = {file.relative_to(hcl.TREE).as_posix(): file.read_text(encoding="utf-8") for file in hcl.files()}


@pytest.fixture(scope="module")
def schemas(planner: Planner) -> dict[str, Any]:
    """Read the provider's schema once: the block of each resource type and data source."""
    return planner.provider_schema("examples/existing")


@pytest.mark.parametrize("name", TEXTS)
def test_provider_5_deprecates_nothing_that_a_file_sets_or_reads(name: str, schemas: dict[str, Any]) -> None:
    assert deprecated(TEXTS[name], schemas) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('resource "aws_iam_role" "this" {\n  managed_policy_arns = []\n}', "aws_iam_role.managed_policy_arns"),
        ('resource "aws_iam_role" "this" {\n  inline_policy {\n    name = "a"\n  }\n}', "aws_iam_role.inline_policy"),
        ('resource "aws_s3_bucket" "this" {\n  acl = "private"\n}', "aws_s3_bucket.acl"),
        ('output "url" {\n  value = aws_api_gateway_deployment.this.invoke_url\n}', "aws_api_gateway_deployment.invoke_url"),
    ],
)
def test_a_deprecation_of_provider_5_is_found(text: str, name: str, schemas: dict[str, Any]) -> None:
    assert name in deprecated(text, schemas)


def deprecated(text: str, schemas: dict[str, Any]) -> list[str]:
    """Return the arguments, blocks and attributes of a file that the provider deprecates."""
    used = [*hcl.settings(text), *(hcl.Set(each.owner, (each.attribute,)) for each in hcl.references(text))]
    return [f"{owner}.{'.'.join(path)}" for owner, path in used if owner in schemas and _is_deprecated(schemas[owner], path)]


def _is_deprecated(block: dict[str, Any], path: tuple[str, ...]) -> bool:
    name, *rest = path
    nested = block.get("block_types", {}).get(name, {}).get("block", {})
    if block.get("attributes", {}).get(name, {}).get("deprecated") or nested.get("deprecated"):
        return True
    return bool(rest and nested) and _is_deprecated(nested, tuple(rest))

"""Version 6 of the AWS provider declares everything that the modules and examples set and read, and deprecates none of it.

Terraform cannot run that version here, so it is judged by schema.json, which `make provider-6-schema` writes from the
bindings that are generated from the provider.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import hcl
import pytest
from hcl import Reference, Set

FOLDER = Path(__file__).parents[1] / "provider_6"
SCHEMAS: dict[str, Any] = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))["schemas"]
TEXTS = {file.relative_to(hcl.TREE).as_posix(): file.read_text(encoding="utf-8") for file in hcl.files()}


def declared(schema: dict[str, Any], path: tuple[str, ...]) -> bool:
    """Tell whether a schema has an argument or block of this path."""
    name, *rest = path
    if name in schema.get("untyped", "").split():
        return True
    if not rest:
        return name in schema["arguments"].split() or name in schema.get("blocks", {})
    return name in schema.get("blocks", {}) and declared(schema["blocks"][name], tuple(rest))


def findings(text: str) -> list[str]:
    """Return what a Terraform file sets or reads that version 6 does not have, or deprecates."""
    found = []
    for owner, path in [*hcl.settings(text), *((each.owner, (each.attribute,)) for each in hcl.references(text))]:
        name = ".".join((owner, *path))
        schema = SCHEMAS.get(owner)
        if not owner.removeprefix("data.").startswith("aws_"):
            continue
        if schema is None:
            found.append(f"{owner} is not in schema.json; run make provider-6-schema, which fails if provider 6 has none")
        elif not declared(schema, path) and path[0] not in schema["attributes"].split():
            found.append(f"{name}: provider 6 has no such argument or attribute")
        else:
            notes = schema.get("deprecated", {})
            prefixes = (".".join(path[: end + 1]) for end in range(len(path)))
            found += [f"{name}: deprecated in provider 6: {notes[prefix]}" for prefix in prefixes if prefix in notes]
    return found


@pytest.mark.parametrize("name", TEXTS)
def test_provider_6_has_what_a_file_sets_and_reads(name: str) -> None:
    assert findings(TEXTS[name]) == []


def test_the_files_hold_something_to_judge() -> None:
    assert len({each for text in TEXTS.values() for each in hcl.settings(text)}) > 200
    assert len({each for text in TEXTS.values() for each in hcl.references(text)}) > 20


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ('resource "aws_s3_bucket" "this" {\n  bucked = "a"\n}', "aws_s3_bucket.bucked: provider 6 has no such argument"),
        (
            'resource "aws_lambda_function" "this" {\n  vpc_config {\n    subnets = []\n  }\n}',
            "aws_lambda_function.vpc_config.subnets: provider 6 has no such argument",
        ),
        (
            'resource "aws_api_gateway_deployment" "this" {\n  stage_name = "v1"\n}',
            "aws_api_gateway_deployment.stage_name: provider 6 has no such argument",
        ),
        (
            """
            resource "aws_sagemaker_model" "this" {
              dynamic "primary_container" {
                for_each = [1]
                content {
                  picture = "a"
                }
              }
            }
            """,
            "aws_sagemaker_model.primary_container.picture: provider 6 has no such argument",
        ),
        ('resource "aws_s3_bucket" "this" {\n  acl = "private"\n}', "aws_s3_bucket.acl: deprecated in provider 6"),
        (
            'resource "aws_s3_bucket" "this" {\n  versioning {\n    enabled = true\n  }\n}',
            "aws_s3_bucket.versioning: deprecated in provider 6",
        ),
        ('data "aws_region" "current" {\n  name = "a"\n}', "data.aws_region.name: deprecated in provider 6"),
        ("locals {\n  region = data.aws_region.current.name\n}", "data.aws_region.name: deprecated in provider 6"),
        ("locals {\n  region = data.aws_region.current.id\n}", "data.aws_region.id: deprecated in provider 6"),
        ('output "url" {\n  value = aws_iam_role.this["a"].urn\n}', "aws_iam_role.urn: provider 6 has no such argument"),
        ('resource "aws_s3_bukket" "this" {\n  bucket = "a"\n}', "aws_s3_bukket is not in schema.json"),
    ],
)
def test_a_removal_or_deprecation_of_provider_6_is_found(text: str, finding: str) -> None:
    (found, *_) = findings(text)
    assert found.startswith(finding)


# ---- the reader of Terraform files


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ("a = 1", ["a"]),
        ("a = 1 # b = 2", ["a"]),
        ("# b = 2\n// c = 3\n/* d = 4 */\na = 1", ["a"]),
        ("a = {\n  b = 1\n}\nc = 2", ["a", "c"]),
        ('a = "{"\nc = 2', ["a", "c"]),
        ('a = "${b["c"]} = {"\nc = 2', ["a", "c"]),
        ('a = "$${"\nc = 2', ["a", "c"]),
        ("a = <<-EOT\n  b = {\n  EOT\nc = 2", ["a", "c"]),
        ("a = [\n  for b in c : b\n  if b == 1\n]\nc = 2", ["a", "c"]),
        ("a {\n  b = 1\n}", ["a", "a.b"]),
        ("a { b = 1 }\nc = 2", ["a", "a.b", "c"]),
        ('dynamic "a" {\n  for_each = []\n  iterator = b\n  content {\n    c = 1\n  }\n}', ["a", "a.c"]),
        ('for_each = {}\nlifecycle {\n  ignore_changes = [a]\n}\nprovisioner "x" {\n  a = 1\n}\na = 1', ["a"]),
    ],
)
def test_the_reader_finds_what_a_resource_sets(body: str, paths: list[str]) -> None:
    text = f'variable "v" {{ type = string }}\n\nresource "aws_x" "this" {{\n{body}\n}}\n\noutput "o" {{\n  value = 1\n}}\n'
    assert list(hcl.settings(text)) == [Set("aws_x", tuple(path.split("."))) for path in paths]


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("aws_x.this.a", [Reference("aws_x", "a")]),
        ("aws_x.this[0].a", [Reference("aws_x", "a")]),
        ("aws_x.this[var.v[0]].a", [Reference("aws_x", "a")]),
        ("aws_x.this[*].a", [Reference("aws_x", "a")]),
        ('"${data.aws_x.this.a}/${aws_y.this.b}"', [Reference("data.aws_x", "a"), Reference("aws_y", "b")]),
        ("[aws_x.this]", []),
        ("var.aws_x.this.a", []),
    ],
)
def test_the_reader_finds_the_attributes_that_an_expression_reads(expression: str, found: list[Reference]) -> None:
    assert list(hcl.references(f"locals {{\n  # aws_z.this.c\n  a = {expression}\n}}")) == found

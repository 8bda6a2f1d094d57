"""The policies of buckets and keys, and whom they name as principals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from localstack.constants import DEFAULT_AWS_ACCOUNT_ID
from localstack.services.kms.models import kms_stores
from localstack.services.s3.models import s3_stores

from sagemaker_sandbox.aws.policies import as_list, parsed, statements

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sagemaker_sandbox.aws.policies import Statement

_S3_REGION: Final = "us-east-1"
"""LocalStack keeps the buckets of every Region of an account here."""


@dataclass(frozen=True)
class ResourcePolicy:
    """A resource's policy. The policy of a KMS key must allow every access, even an account's own."""

    document: Mapping[str, Any]
    must_allow: bool

    def statements_for(self, principals: Collection[str]) -> list[Statement]:
        """Return the statements that name one of a caller's ARNs."""
        return [statement for statement in statements(self.document) if names_principal(statement, "AWS", principals)]


def policy_of(arn: str) -> ResourcePolicy | None:
    """Return the policy of a bucket, of an object's bucket, or of a key; None if it has none."""
    service, region, account = arn.split(":", 5)[2:5] if arn.count(":") >= 5 else ("", "", "")  # noqa: PLR2004
    if service == "s3":
        return _bucket_policy(arn.rpartition(":")[2].partition("/")[0])
    if service == "kms":
        key = kms_stores[account][region].keys.get(arn.rpartition("/")[2])
        return ResourcePolicy(parsed(key.policy), must_allow=True) if key is not None else None
    return None


def _bucket_policy(name: str) -> ResourcePolicy | None:
    bucket = find_bucket(name)
    return ResourcePolicy(parsed(bucket.policy), must_allow=False) if bucket is not None and bucket.policy else None


def find_bucket(name: str) -> Any:
    """Return LocalStack's bucket, whichever account it belongs to; None if there is none."""
    account = s3_stores[DEFAULT_AWS_ACCOUNT_ID][_S3_REGION].global_bucket_map.get(name)
    return s3_stores[account][_S3_REGION].buckets.get(name) if account is not None else None


def names_principal(statement: Statement, kind: str, principals: Collection[str]) -> bool:
    """Return whether a statement's Principal names one of ``principals``, or its NotPrincipal none of them."""
    element = "NotPrincipal" if "NotPrincipal" in statement else "Principal"
    principal = statement.get(element, {})
    listed = ["*"] if principal == "*" else as_list(principal.get(kind, []))
    named = "*" in listed or any(each in listed for each in principals)
    return named is (element == "Principal")

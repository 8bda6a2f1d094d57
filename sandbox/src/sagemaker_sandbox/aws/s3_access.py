"""The permissions that S3 requires to read or write an object: the action itself, and the use of the object's KMS key.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localstack.services.kms.models import kms_stores

from sagemaker_sandbox.aws.policies import AccessRequest
from sagemaker_sandbox.aws.resource_policies import find_bucket

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sagemaker_sandbox.aws.policies import Context
    from sagemaker_sandbox.aws.scope import Scope

_MANAGED: Final = "Default key that protects my S3 objects"
"""How the description of LocalStack's key aws/s3 begins."""


def object_arn(scope: Scope, bucket: str, key: str) -> str:
    """Return the ARN that a policy names an object by."""
    return f"arn:{scope.partition}:s3:::{bucket}/{key}"


def to_read(scope: Scope, bucket: str, key: str, version: str | None = None) -> list[AccessRequest]:
    """Return the permissions to read an object. Without the right to list its bucket, not even its absence may be seen."""
    action = "s3:GetObjectVersion" if version else "s3:GetObject"
    needed = [AccessRequest(action, object_arn(scope, bucket, key))]
    found = find_bucket(bucket)
    if found is None:
        return needed
    stored = found.objects.get(key, version) if version else found.objects.get(key)
    if stored is None:
        return [*needed, AccessRequest("s3:ListBucket", f"arn:{scope.partition}:s3:::{bucket}", {"s3:prefix": key})]
    return [*needed, *_to_use_key("kms:Decrypt", scope, bucket, key, getattr(stored, "kms_key_id", None))]


def to_write(scope: Scope, bucket: str, key: str, kms_key: str | None = None, context: Context | None = None) -> list[AccessRequest]:
    """Return the permissions to write an object, encrypted with ``kms_key`` or as its bucket's default says."""
    needed = [AccessRequest("s3:PutObject", object_arn(scope, bucket, key), context or {})]
    return [*needed, *_to_use_key("kms:GenerateDataKey", scope, bucket, key, kms_key or _default_key(bucket))]


def _default_key(bucket: str) -> str | None:
    found = find_bucket(bucket)
    rule: Mapping[str, str] = (found.encryption_rule or {}).get("ApplyServerSideEncryptionByDefault", {}) if found else {}
    return rule.get("KMSMasterKeyID") if rule.get("SSEAlgorithm") == "aws:kms" else None


def _to_use_key(action: str, scope: Scope, bucket: str, key: str, kms_key: str | None) -> list[AccessRequest]:
    """Return the permission to use an object's key: none for AWS's own keys, which every user of S3 in the account may use."""
    arn = key_arn(scope, kms_key) if kms_key else None
    if arn is None:
        return []
    context = {
        "kms:ViaService": f"s3.{scope.region}.amazonaws.com",
        "kms:CallerAccount": scope.account,
        "kms:EncryptionContext:aws:s3:arn": object_arn(scope, bucket, key),
    }
    return [AccessRequest(action, arn, context)]


def key_arn(scope: Scope, key: str) -> str | None:
    """Return the ARN of a customer's key that is named by ID, ARN or alias; None for a key that AWS manages."""
    region, account = (key.split(":")[3:5]) if key.startswith("arn:") else (scope.region, scope.account)
    name = key.rpartition(":")[2] if key.startswith("arn:") else key
    store = kms_stores[account][region]
    alias = store.aliases.get(name) if name.startswith("alias/") else None
    identifier = alias.metadata["TargetKeyId"] if alias is not None else name.removeprefix("key/")
    found = store.keys.get(identifier)
    if found is None:
        return None if name.startswith("alias/aws/") else f"arn:{scope.partition}:kms:{region}:{account}:key/{identifier}"
    managed = found.metadata.get("KeyManager") == "AWS" or str(found.metadata.get("Description")).startswith(_MANAGED)
    return None if managed else str(found.metadata["Arn"])

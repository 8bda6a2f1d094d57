"""The IAM actions of S3's operations, of which many have other names.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html names them with each operation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from sagemaker_sandbox.aws import s3_access
from sagemaker_sandbox.aws.policies import AccessRequest

if TYPE_CHECKING:
    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json

_READ: Final = frozenset({"GetObject", "HeadObject", "SelectObjectContent"})
_WRITTEN: Final = frozenset({"PutObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"})
_COPIED: Final = frozenset({"CopyObject", "UploadPartCopy"})
_RENAMED: Final = {
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "ListParts": "ListMultipartUploadParts",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}


def action_of(operation: str) -> str:
    """Return the action of an operation: a bucket's configurations have one to get them and one to put, list or delete them."""
    if operation in _RENAMED:
        return _RENAMED[operation]
    if operation in _READ:
        return "GetObject"
    if operation in _WRITTEN | _COPIED:
        return "PutObject"
    configuration = re.fullmatch(r"(Get|List|Put|Delete)Bucket((?!Metadata)\w+Configuration)s?", operation)
    if configuration is None:
        return operation
    return ("Get" if configuration[1] in {"Get", "List"} else "Put") + configuration[2]


def access_requests(operation: str, request: Json, scope: Scope) -> list[AccessRequest]:
    """Return everything that a request to S3 must be allowed to do."""
    bucket, key = request.get("Bucket", ""), request.get("Key", "")
    if operation in _READ:
        return s3_access.to_read(scope, bucket, key, request.get("VersionId"))
    if operation in _WRITTEN:
        return _to_write(scope, bucket, key, request)
    if operation in _COPIED:
        return [*_to_read_source(scope, request), *_to_write(scope, bucket, key, request)]
    if operation == "DeleteObjects":
        return [_to_delete(scope, bucket, each) for each in request["Delete"]["Objects"]]
    if operation == "DeleteObject":
        return [_to_delete(scope, bucket, request)]
    return [_other(operation, request, scope)]


def _to_write(scope: Scope, bucket: str, key: str, request: Json) -> list[AccessRequest]:
    names = {"ServerSideEncryption": "", "SSEKMSKeyId": "-aws-kms-key-id"}
    context = {f"s3:x-amz-server-side-encryption{end}": request[name] for name, end in names.items() if request.get(name)}
    kms_key = request.get("SSEKMSKeyId")
    needed = s3_access.to_write(scope, bucket, key, kms_key, context)
    arn = s3_access.object_arn(scope, bucket, key)
    further = {"Tagging": "s3:PutObjectTagging", "ACL": "s3:PutObjectAcl"}
    return [*needed, *(AccessRequest(action, arn) for name, action in further.items() if request.get(name))]


def _to_read_source(scope: Scope, request: Json) -> list[AccessRequest]:
    source = request["CopySource"]
    path = source if isinstance(source, str) else f"{source['Bucket']}/{source['Key']}"
    bucket, _, key = unquote(path.partition("?")[0].removeprefix("/")).partition("/")
    return s3_access.to_read(scope, bucket, key)


def _to_delete(scope: Scope, bucket: str, named: Json) -> AccessRequest:
    action = "s3:DeleteObjectVersion" if named.get("VersionId") else "s3:DeleteObject"
    return AccessRequest(action, s3_access.object_arn(scope, bucket, named["Key"]))


def _other(operation: str, request: Json, scope: Scope) -> AccessRequest:
    action = f"s3:{action_of(operation)}"
    if not request.get("Bucket"):
        return AccessRequest(action, "*")
    if request.get("Key"):
        return AccessRequest(action, s3_access.object_arn(scope, request["Bucket"], request["Key"]))
    names = {"Prefix": "s3:prefix", "Delimiter": "s3:delimiter", "MaxKeys": "s3:max-keys"}
    context = {key: str(request[name]) for name, key in names.items() if request.get(name) is not None}
    if operation.startswith("ListObject"):
        context = {"s3:prefix": ""} | context
    return AccessRequest(action, f"arn:{scope.partition}:s3:::{request['Bucket']}", context)

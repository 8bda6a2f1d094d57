"""Objects in the sandbox's S3, read and written with the permissions of a role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from sagemaker_sandbox.aws import s3_access
from sagemaker_sandbox.aws.principals import Caller

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sagemaker_sandbox.aws.policies import AccessRequest
    from sagemaker_sandbox.aws.scope import Scope


@dataclass(frozen=True)
class S3Location:
    """An object or, with ``is_prefix``, every object under a prefix."""

    bucket: str
    key: str
    is_prefix: bool = False

    @classmethod
    def parse(cls, url: str, *, is_prefix: bool = False) -> S3Location:
        """Parse an ``s3://`` or ``https://`` URL."""
        parts = urlsplit(url)
        if parts.scheme == "s3":
            return cls(parts.netloc, parts.path.removeprefix("/"), is_prefix)
        host = parts.netloc.partition(".s3")[0]
        if host != parts.netloc and host:  # https://BUCKET.s3.REGION.amazonaws.com/KEY
            return cls(host, parts.path.removeprefix("/"), is_prefix)
        bucket, _, key = parts.path.removeprefix("/").partition("/")  # https://s3-REGION.amazonaws.com/BUCKET/KEY
        return cls(bucket, key, is_prefix)

    @property
    def uri(self) -> str:
        """The location as ``s3://BUCKET/KEY``."""
        return f"s3://{self.bucket}/{self.key}"

    def arn(self, partition: str) -> str:
        """Return the ARN that a policy names the object by."""
        return f"arn:{partition}:s3:::{self.bucket}/{self.key}"


class StorageError(Exception):
    """An object cannot be read or written; the message says why."""


@dataclass(frozen=True)
class Storage:
    """S3 as a role can access it."""

    scope: Scope
    role: str

    def get(self, url: str) -> bytes:
        """Return the object at ``url``. Raises StorageError if it does not exist or the role may not read it."""
        location = S3Location.parse(url)
        self._authorize(s3_access.to_read(self.scope, location.bucket, location.key))
        try:
            body: bytes = self._s3.get_object(Bucket=location.bucket, Key=location.key)["Body"].read()
        except ClientError as error:
            raise StorageError(f"{location.uri} cannot be read: {error}") from error
        return body

    def put(self, url: str, body: bytes, content_type: str, kms_key: str | None) -> None:
        """Write an object, encrypted with ``kms_key`` if given. Raises StorageError if the role may not write it."""
        location = S3Location.parse(url)
        self._authorize(s3_access.to_write(self.scope, location.bucket, location.key, kms_key))
        encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key} if kms_key else {}
        try:
            self._s3.put_object(Bucket=location.bucket, Key=location.key, Body=body, ContentType=content_type, **encryption)
        except ClientError as error:
            raise StorageError(f"{location.uri} cannot be written: {error}") from error

    @property
    def _s3(self) -> Any:
        return self.scope.client("s3")

    def _authorize(self, requests: Iterable[AccessRequest]) -> None:
        caller = Caller.of_role(self.role, self.scope)
        for request in requests:
            if not caller.may(request.action, request.resource, **request.context):
                raise StorageError(f"{self.role} is not authorized to perform: {request.action} on resource: {request.resource}")

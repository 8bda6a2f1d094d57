"""Objects in the sandbox's S3, read and written with what an execution role grants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to

from sagemaker_sandbox.sagemaker import access
from sagemaker_sandbox.sagemaker.artifacts import Location

if TYPE_CHECKING:
    from sagemaker_sandbox.sagemaker.store import Place


class StorageError(Exception):
    """An object cannot be read or written; the message says why."""


@dataclass(frozen=True)
class Storage:
    """S3 as a role sees it."""

    place: Place
    role: str

    def get(self, url: str) -> bytes:
        """Read the object at ``url``; StorageError if the role may not or there is none."""
        location = Location.parse(url)
        self._check("s3:GetObject", self._arn(location))
        try:
            body: bytes = self._s3.get_object(Bucket=location.bucket, Key=location.key)["Body"].read()
        except ClientError as error:
            raise StorageError(f"{location.uri} cannot be read: {error}") from error
        return body

    def put(self, url: str, body: bytes, content_type: str, key: str | None) -> None:
        """Write an object, encrypted with the KMS key ``key`` if given; StorageError if the role may not."""
        location = Location.parse(url)
        self._check("s3:PutObject", self._arn(location))
        if key is not None and key.startswith("arn:"):
            self._check("kms:GenerateDataKey", key)
        encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}
        try:
            self._s3.put_object(
                Bucket=location.bucket, Key=location.key, Body=body, ContentType=content_type, **encryption
            )
        except ClientError as error:
            raise StorageError(f"{location.uri} cannot be written: {error}") from error

    @property
    def _s3(self) -> Any:
        return connect_to(aws_access_key_id=self.place.account, region_name=self.place.region).s3

    def _arn(self, location: Location) -> str:
        return f"arn:{self.place.partition}:s3:::{location.bucket}/{location.key}"

    def _check(self, action: str, resource: str) -> None:
        verdict = access.grants_of(self.role, self.place).verdict(access.Ask(action, resource))
        if not verdict.allowed:
            raise StorageError(f"{self.role} is not authorized to perform: {action} on resource: {resource}")

"""A model's files: read from S3 with the permissions of the model's execution role, and unpacked."""

from __future__ import annotations

import io
import tarfile
import zlib
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from sagemaker_sandbox.aws import s3_access
from sagemaker_sandbox.aws.principals import Caller, service_can_assume
from sagemaker_sandbox.aws.s3 import S3Location

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sagemaker_sandbox.aws.scope import Scope

_SERVICE: Final = "sagemaker.amazonaws.com"


class ArtifactError(Exception):
    """The model's data cannot be read; the message is AWS's."""


def location_of(container: Mapping[str, Any]) -> S3Location | None:
    """Return where a container definition says that its model is stored; None if it does not say."""
    source = container.get("ModelDataSource", {}).get("S3DataSource")
    if source:
        return S3Location.parse(source["S3Uri"], is_prefix=source["S3DataType"] == "S3Prefix")
    url = container.get("ModelDataUrl")
    return S3Location.parse(url, is_prefix=container.get("Mode") == "MultiModel") if url else None


def check(location: S3Location, role_arn: str, scope: Scope) -> None:
    """Raise ArtifactError unless the location exists and the role may read it."""
    if not (_may_read(location, role_arn, scope) and _exists(location, scope)):
        raise ArtifactError(_inaccessible(location, role_arn, scope.region))


def _inaccessible(location: S3Location, role_arn: str, region: str) -> str:
    """Return CreateModel's message, which is the same for every reason why model data cannot be read."""
    return (
        f"Could not access model data at {location.uri}. Please ensure that the role "
        f'"{role_arn}" exists and that its trust relationship policy allows the action "sts:AssumeRole" for the '
        f'service principal "{_SERVICE}". Also ensure that the role has "s3:GetObject" permissions and '
        f"that the object is located in {region}. If your Model uses multiple models or uncompressed models, please "
        'ensure that the role has "s3:ListBucket" permission.'
    )


def _may_read(location: S3Location, role_arn: str, scope: Scope) -> bool:
    if not service_can_assume(_SERVICE, role_arn, scope):
        return False
    caller = Caller.of_role(role_arn, scope)
    if location.is_prefix:
        bucket = f"arn:{scope.partition}:s3:::{location.bucket}"
        listing = caller.may("s3:ListBucket", bucket, **{"s3:prefix": location.key})
        return listing and caller.may("s3:GetObject", location.arn(scope.partition))
    requests = s3_access.to_read(scope, location.bucket, location.key)
    return all(caller.may(request.action, request.resource, **request.context) for request in requests)


def _exists(location: S3Location, scope: Scope) -> bool:
    s3 = scope.client("s3")
    try:
        if location.is_prefix:
            return bool(s3.list_objects_v2(Bucket=location.bucket, Prefix=location.key, MaxKeys=1).get("KeyCount"))
        s3.head_object(Bucket=location.bucket, Key=location.key)
    except ClientError:
        return False
    return True


def unpack(location: S3Location, folder: Path, scope: Scope) -> None:
    """Unpack the ``model.tar.gz`` at ``location`` into ``folder``, or copy the objects under a prefix into it.

    Raises ArtifactError, in AWS's words, for an object that is not an archive of plain files.
    """
    s3 = scope.client("s3")
    if location.is_prefix:
        for entry in s3.list_objects_v2(Bucket=location.bucket, Prefix=location.key).get("Contents", []):
            path = folder / entry["Key"].removeprefix(location.key).lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(s3.get_object(Bucket=location.bucket, Key=entry["Key"])["Body"].read())
        return
    body = s3.get_object(Bucket=location.bucket, Key=location.key)["Body"].read()
    try:
        with tarfile.open(fileobj=io.BytesIO(body), mode="r:gz") as archive:
            archive.extractall(folder, filter=_plain_member)  # noqa: S202  the filter keeps every member in the folder
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise ArtifactError(
            f'Failed to extract model data archive from URL "{location.uri}". '
            "Please ensure that the object located at the URL is a valid tar.gz archive."
        ) from error


def _plain_member(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo:
    """Accept files and folders; SageMaker rejects an archive that contains links."""
    if member.issym() or member.islnk():
        raise tarfile.TarError(member.name)
    return tarfile.data_filter(member, folder)

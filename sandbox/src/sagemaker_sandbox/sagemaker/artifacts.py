"""A model's files: fetched from the sandbox's S3 as the model's execution role may, and unpacked."""

from __future__ import annotations

import io
import tarfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to

from sagemaker_sandbox.sagemaker import access

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from sagemaker_sandbox.sagemaker.store import Place


class ArtifactError(Exception):
    """The model's data cannot be had; the message is AWS's."""


@dataclass(frozen=True)
class Location:
    """An object, or with ``folder`` every object under a prefix, in S3."""

    bucket: str
    key: str
    folder: bool = False

    @classmethod
    def of(cls, container: Mapping[str, Any]) -> Location | None:
        """Read where a container definition says that its model lies; None if it names no place."""
        source = container.get("ModelDataSource", {}).get("S3DataSource")
        if source:
            return cls.parse(source["S3Uri"], folder=source["S3DataType"] == "S3Prefix")
        url = container.get("ModelDataUrl")
        return cls.parse(url, folder=container.get("Mode") == "MultiModel") if url else None

    @classmethod
    def parse(cls, url: str, *, folder: bool = False) -> Location:
        """Read an ``s3://`` or ``https://`` URL."""
        parts = urlsplit(url)
        if parts.scheme == "s3":
            return cls(parts.netloc, parts.path.removeprefix("/"), folder)
        host = parts.netloc.partition(".s3")[0]
        if host != parts.netloc and host:  # https://BUCKET.s3.REGION.amazonaws.com/KEY
            return cls(host, parts.path.removeprefix("/"), folder)
        bucket, _, key = parts.path.removeprefix("/").partition("/")  # https://s3-REGION.amazonaws.com/BUCKET/KEY
        return cls(bucket, key, folder)

    @property
    def uri(self) -> str:
        """The location as ``s3://...``."""
        return f"s3://{self.bucket}/{self.key}"


def _inaccessible(location: Location, role_arn: str, region: str) -> str:
    """Say what CreateModel says for every reason why model data cannot be read."""
    return (
        f"Could not access model data at {location.uri}. Please ensure that the role "
        f'"{role_arn}" exists and that its trust relationship policy allows the action "sts:AssumeRole" for the '
        'service principal "sagemaker.amazonaws.com". Also ensure that the role has "s3:GetObject" permissions and '
        f"that the object is located in {region}. If your Model uses multiple models or uncompressed models, please "
        'ensure that the role has "s3:ListBucket" permission.'
    )


def check(location: Location, role_arn: str, place: Place) -> None:
    """Raise ArtifactError unless the role may read the location and something lies there."""
    if not (_may_read(location, role_arn, place) and _exists(location, place)):
        raise ArtifactError(_inaccessible(location, role_arn, place.region))


def _may_read(location: Location, role_arn: str, place: Place) -> bool:
    account, name = role_arn.split(":")[4], role_arn.rpartition("/")[2]
    context = {"aws:SourceAccount": place.account}
    if not access.trusts(account, place.partition, name, "sagemaker.amazonaws.com", context):
        return False
    bucket = f"arn:{place.partition}:s3:::{location.bucket}"
    asks = [access.Ask("s3:GetObject", f"{bucket}/{location.key}")]
    if location.folder:
        asks.append(access.Ask("s3:ListBucket", bucket, {"s3:prefix": location.key}))
    grants = access.role_grants(account, place.partition, name)
    return all(grants.verdict(ask).allowed for ask in asks)


def _exists(location: Location, place: Place) -> bool:
    s3 = connect_to(aws_access_key_id=place.account, region_name=place.region).s3
    try:
        if location.folder:
            return bool(s3.list_objects_v2(Bucket=location.bucket, Prefix=location.key, MaxKeys=1).get("KeyCount"))
        s3.head_object(Bucket=location.bucket, Key=location.key)
    except ClientError:
        return False
    return True


def _plain(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo:
    """Let files and folders through; SageMaker refuses an archive with links."""
    if member.issym() or member.islnk():
        raise tarfile.TarError(member.name)
    return tarfile.data_filter(member, folder)


def unpack(location: Location, folder: Path, place: Place) -> None:
    """Unpack the ``model.tar.gz`` at ``location`` into ``folder``, or copy the objects under a prefix into it.

    Raises ArtifactError, in AWS's words, for an object that is no archive of plain files.
    """
    s3 = connect_to(aws_access_key_id=place.account, region_name=place.region).s3
    if location.folder:
        for entry in s3.list_objects_v2(Bucket=location.bucket, Prefix=location.key).get("Contents", []):
            path = folder / entry["Key"].removeprefix(location.key).lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(s3.get_object(Bucket=location.bucket, Key=entry["Key"])["Body"].read())
        return
    body = s3.get_object(Bucket=location.bucket, Key=location.key)["Body"].read()
    try:
        with tarfile.open(fileobj=io.BytesIO(body), mode="r:gz") as archive:
            archive.extractall(folder, filter=_plain)  # noqa: S202  the filter keeps every member in the folder
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        message = (
            f'Failed to extract model data archive from URL "{location.uri}". '
            "Please ensure that the object located at the URL is a valid tar.gz archive."
        )
        raise ArtifactError(message) from error

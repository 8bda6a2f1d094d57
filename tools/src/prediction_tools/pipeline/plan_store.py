# SPDX-License-Identifier: Apache-2.0
"""Where a plan waits for its approval: a bucket, encrypted by KMS, under the digest of its content (ADR 0034)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import botocore.exceptions

from prediction_tools.predict.aws_access import aws_session
from prediction_tools.predict.transport import Credentials

from .errors import PipelineError

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?")
DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class PlanStore:
    """A folder of a bucket."""

    bucket: str
    prefix: str

    @classmethod
    def at(cls, address: str) -> PlanStore:
        """Return the store at an address, such as s3://bucket/plans. Raises PipelineError if it is not one."""
        found = ADDRESS.fullmatch(address)
        if not found:
            raise PipelineError(f"{address} is not a folder of a bucket. Write one such as s3://my-terraform-state/plans/bikeshare")
        folder = (found[2] or "").strip("/")
        return cls(found[1], f"{folder}/" if folder else "")

    def store(self, plan: Path, kms_key: str) -> str:
        """Upload a plan, encrypted by a key; return its digest. Raises PipelineError."""
        content = plan.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        key = self._key(digest)
        try:
            _client().put_object(Bucket=self.bucket, Key=key, Body=content, ServerSideEncryption="aws:kms", SSEKMSKeyId=kms_key)
        except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
            raise PipelineError(f"the plan could not be stored at s3://{self.bucket}/{key}: {error}") from None
        return digest

    def fetch(self, digest: str, plan: Path) -> None:
        """Download the plan with a digest. Raises PipelineError if there is none, or if its content is another."""
        if not DIGEST.fullmatch(digest):
            raise PipelineError(
                f"{digest!r} is not the digest of a plan: 64 hexadecimal digits, as the step that stores a plan writes them"
            )
        key = self._key(digest)
        try:
            content = _client().get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except (botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
            raise PipelineError(f"the plan could not be read from s3://{self.bucket}/{key}: {error}") from None
        found = hashlib.sha256(content).hexdigest()
        if found != digest:
            raise PipelineError(
                f"s3://{self.bucket}/{key} is not the plan that was checked: its digest is {found}. Run the pipeline again."
            )
        plan.unlink(missing_ok=True)
        plan.touch(mode=0o600)
        plan.write_bytes(content)

    def _key(self, digest: str) -> str:
        return f"{self.prefix}{digest}.tfplan"


def _client() -> Any:
    try:
        return aws_session(Credentials()).create_client("s3")
    except botocore.exceptions.BotoCoreError as error:
        raise PipelineError(f"AWS cannot be reached: {error}") from None

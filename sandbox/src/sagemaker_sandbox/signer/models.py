"""AWS Signer's jobs and signatures, by account and Region. Profiles are moto's."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localstack.services.stores import AccountRegionBundle, BaseStore, LocalAttribute
from moto.signer.models import signer_backends

from sagemaker_sandbox.aws.types import now

if TYPE_CHECKING:
    from datetime import datetime

    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json


@dataclass(frozen=True)
class Signature:
    """The signature of a package: the version of the profile that made it, and its job."""

    profile_version_arn: str
    job_arn: str


@dataclass
class Job:
    """A signing job: its StartSigningJob request, its profile (moto's) and its result."""

    request: Json
    profile: Any
    scope: Scope
    requested_by: str
    identity: str = field(default_factory=lambda: str(uuid.uuid4()))
    created: datetime = field(default_factory=now)
    completed: datetime | None = None
    status: str = "InProgress"
    reason: str = ""

    @property
    def arn(self) -> str:
        """The job's ARN."""
        return self.scope.arn("signer", f"/signing-jobs/{self.identity}")

    @property
    def signature(self) -> Signature:
        """The signature that the job makes."""
        return Signature(self.profile.profile_version_arn, self.arn)

    @property
    def signed_object(self) -> Json:
        """The bucket and key of the signed package, which is named after the job."""
        destination = self.request["destination"]["s3"]
        return {"bucketName": destination["bucketName"], "key": f"{destination.get('prefix', '')}{self.identity}.zip"}


class SignerStore(BaseStore):
    """AWS Signer's state in one account and Region; hold ``lock`` to change it."""

    jobs: dict[str, Job] = LocalAttribute(default=dict)  # type: ignore[assignment]
    """By ID."""
    signatures: dict[str, Signature] = LocalAttribute(default=dict)  # type: ignore[assignment]
    """By the digest of the signed package, as Lambda writes it (SHA-256 in Base64)."""

    def __init__(self) -> None:
        """Start empty."""
        self.lock = threading.RLock()


signer_stores: AccountRegionBundle[SignerStore] = AccountRegionBundle("signer", SignerStore)


def store_of(scope: Scope) -> SignerStore:
    """Return the store of an account and Region, which is created on first use."""
    return signer_stores[scope.account][scope.region]


def find_profile(name: str, scope: Scope) -> Any | None:
    """Return moto's signing profile; None if there is none of this name."""
    return signer_backends[scope.account][scope.region].signing_profiles.get(name)

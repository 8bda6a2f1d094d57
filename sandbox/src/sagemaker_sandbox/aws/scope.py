"""The scope of a request or a resource: its account, Region and partition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localstack.aws.connect import connect_to
from localstack.utils.aws.arns import get_partition

if TYPE_CHECKING:
    from localstack.aws.api import RequestContext


@dataclass(frozen=True)
class Scope:
    """An account in a Region of a partition."""

    account: str
    region: str
    partition: str

    @classmethod
    def of(cls, context: RequestContext) -> Scope:
        """Return the scope of a request."""
        return cls(context.account_id, context.region, context.partition)

    @classmethod
    def at(cls, account: str, region: str) -> Scope:
        """Return the scope of an account in a Region, which has one partition."""
        return cls(account, region, get_partition(region))

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource in this scope, such as ``arn("cloudwatch", "alarm:high")``."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def client(self, service: str, region: str | None = None) -> Any:
        """Return a boto3 client of another service of this sandbox, signed by the account's root user."""
        return getattr(connect_to(aws_access_key_id=self.account, region_name=region or self.region), service)

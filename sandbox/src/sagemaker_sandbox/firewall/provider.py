"""LocalStack's provider of ``wafv2``: moto has the operations and keeps what they create."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localstack.aws.spec import load_service
from localstack.services.moto import call_moto

if TYPE_CHECKING:
    from localstack.aws.api import RequestContext
    from localstack.aws.skeleton import DispatchTable


class FirewallProvider:
    """Web ACLs, IP sets and their associations."""

    service = "wafv2"

    def dispatch_table(self) -> DispatchTable:
        """Return the function for each operation, as LocalStack's Skeleton expects it."""
        return dict.fromkeys(load_service(self.service).operation_names, self._perform)

    def _perform(self, context: RequestContext, request: Any) -> Any:  # noqa: ARG002 - moto reads the HTTP request itself
        return call_moto(context)

"""Services whose operations and state are moto's; LocalStack's open core does not include them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localstack.aws.spec import load_service
from localstack.services.moto import call_moto

if TYPE_CHECKING:
    from localstack.aws.api import RequestContext
    from localstack.aws.skeleton import DispatchTable


class MotoProvider:
    """LocalStack's provider of a service that moto implements."""

    def __init__(self, service: str) -> None:
        """Provide the service with this name, such as ``wafv2``."""
        self.service = service

    def dispatch_table(self) -> DispatchTable:
        """Return the function for each operation, as LocalStack's Skeleton expects it."""
        return dict.fromkeys(load_service(self.service).operation_names, self._perform)

    def _perform(self, context: RequestContext, request: Any) -> Any:  # noqa: ARG002 - moto reads the HTTP request itself
        return call_moto(context)

"""Stages: the client certificate, which LocalStack stores and does not show, and the removal of a method's settings.

Without the first, every later plan would set the certificate again. API Gateway shows it to HTTP backends; here nothing does.
https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateStage-Patch
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from localstack.services.apigateway.helpers import get_moto_rest_api
from localstack.services.apigateway.next_gen.provider import ApigatewayNextGenProvider
from localstack.utils.patch import patch
from moto.apigateway.models import Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from localstack.aws.api import RequestContext

# LocalStack itself removes those of */*
_OF_A_METHOD: Final = re.compile(r"/([^/*]+/[A-Z]+)")


def apply_patches() -> None:
    """Patch the description and the update of stages."""

    @patch(Stage.to_json)
    def to_json(original: Callable[[Stage], dict[str, Any]], self: Stage) -> dict[str, Any]:
        certificate = vars(self).get("clientCertificateId")  # as the patch of UpdateStage names it
        return original(self) | ({"clientCertificateId": certificate} if certificate else {})

    @patch(ApigatewayNextGenProvider.update_stage)
    def update_stage(
        original: Callable[..., Any],
        self: ApigatewayNextGenProvider,
        context: RequestContext,
        *,
        patch_operations: list[dict[str, str]] | None = None,
        **named: Any,
    ) -> Any:
        stage: Any = get_moto_rest_api(context, named["rest_api_id"]).stages.get(named["stage_name"])
        left = []
        for operation in patch_operations or []:
            of_a_method = _OF_A_METHOD.fullmatch(operation["path"])
            if of_a_method and operation["op"] == "remove" and stage:
                stage.method_settings.pop(of_a_method[1], None)
            else:
                left.append(operation)
        return original(self, context, patch_operations=left, **named)

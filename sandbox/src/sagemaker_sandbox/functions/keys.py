"""The KMS keys of functions, which LocalStack takes and forgets: every later plan would set them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localstack.services.lambda_ import api_utils
from localstack.services.lambda_.provider import LambdaProvider

from sagemaker_sandbox.mending import mends

if TYPE_CHECKING:
    from collections.abc import Callable

    from localstack.aws.api import RequestContext
    from localstack.services.lambda_.invocation.lambda_models import FunctionVersion

type Configuration = dict[str, Any]

_KEYS: dict[str, str] = {}  # by the function's ARN


def mend() -> None:
    """Patch what sets and what shows a function's configuration. A version shows the function's key of today."""
    for operation in ("create_function", "update_function_configuration"):
        _mend_operation(operation)

    @mends(api_utils, "map_config_out")
    def map_config_out(
        original: Callable[..., Configuration], version: FunctionVersion, **others: object
    ) -> Configuration:
        shown = original(version, **others)
        key = _KEYS.get(version.id.unqualified_arn())  # type: ignore[no-untyped-call]
        return shown | {"KMSKeyArn": key} if key else shown


def _mend_operation(name: str) -> None:
    @mends(LambdaProvider, name)
    def set_configuration(
        original: Callable[..., Configuration], self: LambdaProvider, context: RequestContext, request: Configuration
    ) -> Configuration:
        shown = original(self, context, request)
        key = request.get("KMSKeyArn")
        if name == "create_function" or key is not None:
            arn = ":".join(shown["FunctionArn"].split(":")[:7])
            _KEYS[arn] = key or ""
            shown |= {"KMSKeyArn": key} if key else {}
        return shown

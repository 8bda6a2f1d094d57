"""Lambda: KMS keys, log groups and roles of functions, the size limit of an event, and metrics.

LocalStack accepts a function's KMS key and forgets it, so that every later plan would set it again; it always writes to
the default log group; it asks nothing of a function's role; it accepts events of any size; and of its metrics, it has two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localstack.aws.api.lambda_ import TooManyRequestsException
from localstack.services.lambda_ import api_utils
from localstack.services.lambda_.invocation import version_manager
from localstack.services.lambda_.invocation.assignment import AssignmentService
from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment
from localstack.services.lambda_.invocation.lambda_models import RequestEntityTooLargeException
from localstack.services.lambda_.invocation.lambda_service import LambdaService
from localstack.services.lambda_.invocation.logs import LogHandler
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.services.lambda_.provider import LambdaProvider
from localstack.utils.aws.arns import get_partition
from localstack.utils.patch import Patch, patch

from sagemaker_sandbox.aws.scope import Scope
from sagemaker_sandbox.lambda_ import metrics
from sagemaker_sandbox.lambda_.log_delivery import deliver
from sagemaker_sandbox.lambda_.role_permissions import check_configuration, check_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from localstack.aws.api import RequestContext
    from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult

type Configuration = dict[str, Any]

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_EVENT_BYTES: Final = 6 * 1024 * 1024

_KMS_KEYS: Final[dict[str, str]] = {}  # by the function's ARN


def apply_patches() -> None:
    """Patch the configuration of functions, their log groups and their invocation."""
    _patch_kms_keys()
    _patch_log_groups()
    _patch_start()
    _patch_event_size()
    _patch_metrics()


def _patch_kms_keys() -> None:
    """Remember each function's key. A version shows the key that the function has now."""
    for operation in (LambdaProvider.create_function, LambdaProvider.update_function_configuration):
        _patch_operation(operation)

    @patch(api_utils.map_config_out)
    def map_config_out(original: Callable[..., Configuration], version: FunctionVersion, **others: object) -> Configuration:
        shown = original(version, **others)
        key = _KMS_KEYS.get(version.id.unqualified_arn())
        return shown | {"KMSKeyArn": key} if key else shown


def _patch_operation(operation: Callable[..., Any]) -> None:
    is_create = operation.__name__ == "create_function"

    @patch(operation)
    def set_configuration(
        original: Callable[..., Configuration], self: LambdaProvider, context: RequestContext, request: Configuration
    ) -> Configuration:
        _check_role(context, request)
        shown = original(self, context, request)
        key = request.get("KMSKeyArn")
        if is_create or key is not None:
            arn = ":".join(shown["FunctionArn"].split(":")[:7])
            _KMS_KEYS[arn] = key or ""
            shown |= {"KMSKeyArn": key} if key else {}
        return shown


def _check_role(context: RequestContext, request: Configuration) -> None:
    """Check the role that a function will have; one that does not exist is LocalStack's to reject."""
    scope = Scope.of(context)
    function = lambda_stores[scope.account][scope.region].functions.get(request["FunctionName"].rpartition(":")[2])
    current = api_utils.map_config_out(function.latest()) if function is not None else {}
    configuration: Configuration = {**current, **request}
    if "Role" in configuration:
        check_configuration(configuration["Role"], configuration, scope)


def _patch_start() -> None:
    """Let a function start only if its role may decrypt its environment."""

    @patch(AssignmentService.start_environment)
    def start_environment(
        original: Callable[..., ExecutionEnvironment],
        self: AssignmentService,
        version_manager_id: str,
        function_version: FunctionVersion,
    ) -> ExecutionEnvironment:
        identity = function_version.id
        key = _KMS_KEYS.get(identity.unqualified_arn())
        if key:
            scope = Scope.at(identity.account, identity.region)
            check_key(function_version.config.role, key, identity.unqualified_arn(), scope)
        return original(self, version_manager_id, function_version)


def _patch_log_groups() -> None:
    @patch(ExecutionEnvironment.get_log_group_name)
    def get_log_group_name(original: Callable[[ExecutionEnvironment], str], self: ExecutionEnvironment) -> str:
        return self.function_version.config.logging_config.get("LogGroup") or original(self)

    @patch(LogHandler.run_log_loop)
    def run_log_loop(_original: Callable[..., None], self: LogHandler, *_args: object, **_kwargs: object) -> None:
        deliver(self)


def _patch_event_size() -> None:
    @patch(LambdaService.invoke)
    def invoke(
        original: Callable[..., InvocationResult | None],
        self: LambdaService,
        *,
        payload: bytes | None,
        **others: object,
    ) -> InvocationResult | None:
        if len(payload or b"") > MAX_EVENT_BYTES:
            message = f"Request must be smaller than {MAX_EVENT_BYTES} bytes for the InvokeFunction operation"
            raise RequestEntityTooLargeException(message)
        return original(self, payload=payload, **others)


def _patch_metrics() -> None:
    """Leave the metrics of an invocation to the executor, which has all of them, and count rejected invocations."""
    for recorder in ("record_cw_metric_error", "record_cw_metric_invocation"):
        # by module and name: version_manager imports both by name
        Patch(version_manager, recorder, lambda **_: None).apply()

    @patch(LambdaService.invoke)
    def invoke(
        original: Callable[..., InvocationResult | None],
        self: LambdaService,
        *,
        function_name: str,
        region: str,
        account_id: str,
        **others: object,
    ) -> InvocationResult | None:
        try:
            return original(self, function_name=function_name, region=region, account_id=account_id, **others)
        except TooManyRequestsException:
            partition = get_partition(region)
            metrics.record_throttle(f"arn:{partition}:lambda:{region}:{account_id}:function:{function_name}")
            raise

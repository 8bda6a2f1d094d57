"""LocalStack's runtime executor: one execution environment of a function, and the processes it goes through."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, override

from localstack.aws.api.lambda_ import LogFormat
from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import InitializationType, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import LambdaRuntimeException, RuntimeExecutor

from sagemaker_sandbox import settings
from sagemaker_sandbox.functions import outcome, packages
from sagemaker_sandbox.functions.report import Platform
from sagemaker_sandbox.functions.runtime_api import Event, Exit, Invocation, Ready
from sagemaker_sandbox.functions.runtime_process import Folders, RuntimeProcess
from sagemaker_sandbox.mending import mends

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localstack.services.lambda_.invocation.lambda_models import FunctionVersion

# AWS's limit of the init phase; what takes longer starts over as part of the first invocation
INIT_SECONDS = 10.0

# LocalStack's own among the variables it hands to an executor, and those that name a place inside a container
_NOT_FOR_FUNCTIONS = frozenset(
    {
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_TIMEOUT",
        "EDGE_PORT",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
        "LOCALSTACK_FUNCTION_ACCOUNT_ID",
        "LOCALSTACK_HOSTNAME",
        "LOCALSTACK_MAX_PAYLOAD_SIZE",
        "LOCALSTACK_RUNTIME_ENDPOINT",
        "LOCALSTACK_RUNTIME_ID",
        "LOCALSTACK_USER",
    }
)


class ProcessExecutor(RuntimeExecutor):
    """Runs invocations one after the other; a process that died or was killed is replaced, as in Lambda."""

    def __init__(self, id: str, function_version: FunctionVersion) -> None:  # noqa: A002 (LocalStack's name)
        """Prepare nothing yet: LocalStack makes executors before it needs them."""
        super().__init__(id, function_version)
        self._folders: Folders | None = None
        self._environment: dict[str, str] = {}
        self._process: RuntimeProcess | None = None
        # how init ended, until the first invocation takes it over
        self._init: Event | None = None
        self._init_ms: float | None = None
        self._output_read = 0
        self._state = threading.Lock()
        self._invoking = False
        self._stopped = False

    @override
    def start(self, env_vars: dict[str, Any]) -> None:
        """Run the init phase. Only provisioned concurrency fails here; else the first invocation tells of a failure."""
        self._folders = packages.lay_out(self.id, self.function_version)
        self._environment = _function_variables(env_vars, self.function_version)
        process = self._spawn()
        self._init = process.event(process.started + INIT_SECONDS)
        self._init_ms = (time.monotonic() - process.started) * 1000
        if self._init is None:
            self._kill()
        on_demand = env_vars["AWS_LAMBDA_INITIALIZATION_TYPE"] == InitializationType.on_demand
        if not on_demand and not isinstance(self._init, Ready):
            failure = outcome.of(self._init, self.id, int(INIT_SECONDS))
            message = f"init of {self.function_version.qualified_arn} failed"
            raise StatusErrorException(message, payload=failure.payload)

    @override
    def stop(self) -> None:
        """End the environment; an invocation in flight is let finish, as in Lambda."""
        with self._state:
            self._stopped = True
            if self._invoking:
                return
        self._dispose()

    @override
    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        """Return the result of one invocation with its log."""
        with self._state:
            self._invoking = True
        try:
            return self._invoke(payload)
        finally:
            with self._state:
                self._invoking = False
                stopped = self._stopped
            if stopped:
                self._dispose()

    @override
    def get_logs(self) -> str:
        """Everything that the environment has written."""
        if not self._folders or not self._folders.output.exists():
            return ""
        return self._folders.output.read_text(encoding="utf-8", errors="replace")

    @override
    def get_address(self) -> str:
        """Return the loopback address: the process runs on this machine."""
        return settings.HOST

    @override
    def get_endpoint_from_executor(self) -> str:
        """LocalStack's host as the function reaches it."""
        return settings.HOST

    @override
    def get_runtime_endpoint(self) -> str:
        """Not used: the runtime process has an API server of its own."""
        return ""

    @classmethod
    @override
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        """Unpack the version; raises ``UnsupportedFunctionError``."""
        packages.prepare(function_version)

    @classmethod
    @override
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """Do nothing: LocalStack deletes the code with its last version."""

    def _invoke(self, payload: Mapping[str, str]) -> InvocationResult:
        config = self.function_version.config
        request_id = payload["invoke-id"]
        platform = self._platform(request_id)
        init_output = self._new_output()
        started = time.monotonic()
        deadline = started + config.timeout
        event = self._ready(deadline)
        if isinstance(event, Ready):
            event = self._run(payload, deadline)
        duration_ms = (time.monotonic() - started) * 1000
        memory = self._process.memory_mb if self._process else 0
        result = outcome.of(event, request_id, config.timeout)
        if not result.reusable:
            self._kill()
        logs = [
            init_output,
            platform.start(),
            _ended(self._new_output()),
            result.log,
            platform.report(duration_ms, self._init_ms, memory, result.status),
        ]
        self._init_ms = None
        return InvocationResult(request_id, result.payload, is_error=result.is_error, logs="".join(logs))

    def _ready(self, deadline: float) -> Event | None:
        """``Ready``, or what keeps the runtime from it; a process that died since the last invocation is replaced."""
        event, self._init = self._init, None
        if event is None and self._process:
            event = self._process.event(deadline)
            if isinstance(event, Exit):
                self._kill()
        if self._process is None:
            event = self._spawn().event(deadline)
        return event

    def _run(self, payload: Mapping[str, str], deadline: float) -> Event | None:
        if self._process is None:
            message = f"environment {self.id} has no process"
            raise LambdaRuntimeException(message)
        remaining = deadline - time.monotonic()
        self._process.deliver(
            Invocation(
                request_id=payload["invoke-id"],
                function_arn=payload["invoked-function-arn"],
                trace_id=payload["trace-id"],
                deadline_ms=int((time.time() + remaining) * 1000),
                event=payload["payload"].encode(),
            )
        )
        return self._process.event(deadline)

    def _spawn(self) -> RuntimeProcess:
        if self._folders is None:
            message = f"environment {self.id} was not started"
            raise LambdaRuntimeException(message)
        self._process = RuntimeProcess(self.function_version.config.handler or "", self._environment, self._folders)
        return self._process

    def _kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process = None

    def _dispose(self) -> None:
        self._kill()
        if self._folders:
            packages.remove(self._folders)

    def _new_output(self) -> str:
        """Return what the function has written since this was asked last."""
        if self._folders is None:
            return ""
        with self._folders.output.open("rb") as file:
            file.seek(self._output_read)
            text = file.read()
        self._output_read += len(text)
        return text.decode(errors="replace")

    def _platform(self, request_id: str) -> Platform:
        config = self.function_version.config
        return Platform(
            request_id=request_id,
            version=self.function_version.id.qualifier,
            memory_size_mb=config.memory_size,
            as_json=config.logging_config.get("LogFormat") == LogFormat.JSON,
            silent=config.logging_config.get("SystemLogLevel") == "WARN",
        )


def mend_log_groups() -> None:
    """Let a function's LoggingConfig name its log group; LocalStack always takes the default one."""

    @mends(ExecutionEnvironment, "get_log_group_name")
    def get_log_group_name(original: Callable[[ExecutionEnvironment], str], self: ExecutionEnvironment) -> str:
        return self.function_version.config.logging_config.get("LogGroup") or original(self)


def _function_variables(given: Mapping[str, Any], version: FunctionVersion) -> dict[str, str]:
    """Return what Lambda sets and what the function's owner sets, of all that LocalStack gives."""
    own = version.config.environment or {}
    kept = {name: str(value) for name, value in given.items() if name in own or name not in _NOT_FOR_FUNCTIONS}
    return {"AWS_EXECUTION_ENV": f"AWS_Lambda_{version.config.runtime}"} | kept


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"

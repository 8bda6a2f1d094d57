"""LocalStack's runtime executor: one execution environment of a function, and its successive processes."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, override

from localstack.aws.api.lambda_ import LogFormat
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import InitializationType, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import LambdaRuntimeException, RuntimeExecutor

from sagemaker_sandbox.host import settings
from sagemaker_sandbox.lambda_ import invocation_result, metrics, packages
from sagemaker_sandbox.lambda_.platform_log import PlatformLog
from sagemaker_sandbox.lambda_.runtime_api import Event, Exit, Invocation, Ready
from sagemaker_sandbox.lambda_.runtime_process import Folders, RuntimeProcess

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localstack.services.lambda_.invocation.lambda_models import FunctionVersion

# AWS's limit for the init phase; a longer init starts over as part of the first invocation
INIT_SECONDS = 10.0

# variables that LocalStack passes to an executor for its own use, or that name a path inside a container
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
    """Runs invocations one after another; a process that exited or was killed is replaced, as in Lambda."""

    def __init__(self, id: str, function_version: FunctionVersion) -> None:  # noqa: A002 (LocalStack's name)
        """Prepare nothing yet: LocalStack creates executors before it needs them."""
        super().__init__(id, function_version)
        self._folders: Folders | None = None
        self._environment: dict[str, str] = {}
        self._process: RuntimeProcess | None = None
        # how init ended, until the first invocation consumes it
        self._init: Event | None = None
        self._init_ms: float | None = None
        self._output_read = 0
        self._state = threading.Lock()
        self._invoking = False
        self._stopped = False

    @override
    def start(self, env_vars: dict[str, Any]) -> None:
        """Run the init phase. Only provisioned concurrency fails here; otherwise the first invocation reports the failure."""
        self._folders = packages.lay_out(self.id, self.function_version)
        self._environment = _function_variables(env_vars, self.function_version)
        process = self._spawn()
        self._init = process.event(process.started + INIT_SECONDS)
        self._init_ms = (time.monotonic() - process.started) * 1000
        if self._init is None:
            self._kill()
        on_demand = env_vars["AWS_LAMBDA_INITIALIZATION_TYPE"] == InitializationType.on_demand
        if not on_demand and not isinstance(self._init, Ready):
            failure = invocation_result.of(self._init, self.id, int(INIT_SECONDS))
            message = f"init of {self.function_version.qualified_arn} failed"
            raise StatusErrorException(message, payload=failure.payload)

    @override
    def stop(self) -> None:
        """End the environment; an invocation in flight may finish, as in Lambda."""
        with self._state:
            self._stopped = True
            if self._invoking:
                return
        self._dispose()

    @override
    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        """Return the result and the log of one invocation."""
        with self._state:
            self._invoking = True
        try:
            with metrics.running(payload["invoked-function-arn"]):
                return self._invoke(payload)
        finally:
            with self._state:
                self._invoking = False
                stopped = self._stopped
            if stopped:
                self._dispose()

    @override
    def get_logs(self) -> str:
        """Return everything that the environment has written."""
        if not self._folders or not self._folders.output.exists():
            return ""
        return self._folders.output.read_text(encoding="utf-8", errors="replace")

    @override
    def get_address(self) -> str:
        """Return the loopback address: the process runs on this machine."""
        return settings.HOST

    @override
    def get_endpoint_from_executor(self) -> str:
        """Return LocalStack's host as the function reaches it."""
        return settings.HOST

    @override
    def get_runtime_endpoint(self) -> str:
        """Return nothing: the runtime process has its own API server."""
        return ""

    @classmethod
    @override
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        """Unpack the version; raises ``UnsupportedFunctionError``."""
        packages.prepare(function_version)

    @classmethod
    @override
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """Do nothing: LocalStack deletes the code together with its last version."""

    def _invoke(self, payload: Mapping[str, str]) -> InvocationResult:
        config = self.function_version.config
        request_id = payload["invoke-id"]
        platform = self._platform_log(request_id)
        init_output = self._new_output()
        started = time.monotonic()
        deadline = started + config.timeout
        event = self._ready(deadline)
        if isinstance(event, Ready):
            event = self._run(payload, deadline)
        duration_ms = (time.monotonic() - started) * 1000
        memory = self._process.memory_mb if self._process else 0
        result = invocation_result.of(event, request_id, config.timeout)
        metrics.record_invocation(payload["invoked-function-arn"], duration_ms, is_error=result.is_error)
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
        """Return ``Ready``, or the event that came instead; replace a process that exited since the last invocation."""
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
        """Return what the function has written since the last call."""
        if self._folders is None:
            return ""
        with self._folders.output.open("rb") as file:
            file.seek(self._output_read)
            text = file.read()
        self._output_read += len(text)
        return text.decode(errors="replace")

    def _platform_log(self, request_id: str) -> PlatformLog:
        config = self.function_version.config
        return PlatformLog(
            request_id=request_id,
            version=self.function_version.id.qualifier,
            memory_size_mb=config.memory_size,
            as_json=config.logging_config.get("LogFormat") == LogFormat.JSON,
            is_silent=config.logging_config.get("SystemLogLevel") == "WARN",
        )


def _function_variables(given: Mapping[str, Any], version: FunctionVersion) -> dict[str, str]:
    """Keep, of all variables that LocalStack passes, those that Lambda or the function's owner sets."""
    own = version.config.environment or {}
    kept = {name: str(value) for name, value in given.items() if name in own or name not in _NOT_FOR_FUNCTIONS}
    return {"AWS_EXECUTION_ENV": f"AWS_Lambda_{version.config.runtime}"} | kept


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"

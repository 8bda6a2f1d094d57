"""What LocalStack finds through the entry points of pyproject.toml; imports wait until a plugin is used."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from localstack.runtime import hooks
from localstack.runtime.server.core import RuntimeServerPlugin
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.utils.aws import aws_stack

from sagemaker_sandbox.settings import ROOT_VARIABLE

if TYPE_CHECKING:
    from localstack.runtime.server.core import RuntimeServer
    from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor


def _inside_sandbox() -> bool:
    return ROOT_VARIABLE in os.environ


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    """Runs Lambda functions as processes of this machine."""

    name = "process"

    def load(self, *_args: object, **_kwargs: object) -> type[RuntimeExecutor]:
        """Return the executor's class, as LocalStack expects it."""
        from sagemaker_sandbox.functions import executor

        executor.mend_log_groups()
        return executor.ProcessExecutor


class LoopbackServerPlugin(RuntimeServerPlugin):
    """Serves LocalStack on the address it was told; its own server listens on every interface."""

    name = "loopback"

    def load(self, *_args: object, **_kwargs: object) -> RuntimeServer:
        """Return a server instance, as LocalStack expects it."""
        from sagemaker_sandbox.loopback import LoopbackServer

        return LoopbackServer()  # type: ignore[no-untyped-call]


@hooks.on_infra_start(should_load=_inside_sandbox)  # type: ignore[untyped-decorator]
def ask_no_name_server() -> None:
    """Spare LocalStack the look-up whether its name for S3 is known; offline it would wait for an answer."""
    aws_stack.CACHE_S3_HOSTNAME_DNS_STATUS = False  # type: ignore[assignment]


@hooks.on_infra_start(should_load=_inside_sandbox)  # type: ignore[untyped-decorator]
def mend_gateway() -> None:
    """Bring API Gateway's request validation to AWS's behaviour."""
    from sagemaker_sandbox import gateway

    gateway.mend()


@hooks.on_infra_start(should_load=_inside_sandbox)  # type: ignore[untyped-decorator]
def mend_functions() -> None:
    """Keep what LocalStack forgets of a function's configuration."""
    from sagemaker_sandbox.functions import keys

    keys.mend()


@hooks.on_infra_start(should_load=_inside_sandbox)  # type: ignore[untyped-decorator]
def add_routes() -> None:
    """Serve the sandbox's own paths, ``/_sandbox/...``."""
    from sagemaker_sandbox import routes

    routes.add()

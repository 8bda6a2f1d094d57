"""Every entry point that pyproject.toml declares to LocalStack.

LocalStack loads plugins by name, each when its service is first used. So each imports its own part inside its function: Lambda's executor
takes 70 ms, a provider 0.1 to 0.4 s, and the patches take 4 s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localstack.runtime import hooks
from localstack.runtime.server.core import RuntimeServerPlugin
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.plugins import Service, aws_provider

from sagemaker_sandbox.host.settings import is_inside_sandbox

if TYPE_CHECKING:
    from localstack.runtime.server.core import RuntimeServer
    from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

    from sagemaker_sandbox.autoscaling.provider import AutoScalingProvider
    from sagemaker_sandbox.aws.moto_services import MotoProvider
    from sagemaker_sandbox.sagemaker.provider import SageMakerProvider, SageMakerRuntimeProvider
    from sagemaker_sandbox.signer.provider import SignerProvider

    type Provider = AutoScalingProvider | MotoProvider | SageMakerProvider | SageMakerRuntimeProvider | SignerProvider


@aws_provider(api="sagemaker")
def sagemaker() -> Service:
    """Provide SageMaker's control plane."""
    from sagemaker_sandbox.autoscaling.variants import VariantTargets
    from sagemaker_sandbox.sagemaker.provider import SageMakerProvider

    return _service(SageMakerProvider(VariantTargets()))


@aws_provider(api="sagemaker-runtime")
def sagemaker_runtime() -> Service:
    """Provide SageMaker's runtime."""
    from sagemaker_sandbox.sagemaker.provider import SageMakerRuntimeProvider

    return _service(SageMakerRuntimeProvider())


@aws_provider(api="application-autoscaling")
def application_autoscaling() -> Service:
    """Provide Application Auto Scaling."""
    from sagemaker_sandbox.autoscaling.provider import AutoScalingProvider

    return _service(AutoScalingProvider())


@aws_provider(api="wafv2")
def wafv2() -> Service:
    """Provide AWS WAF."""
    from sagemaker_sandbox.aws.moto_services import MotoProvider

    return _service(MotoProvider("wafv2"))


@aws_provider(api="cognito-idp")
def cognito_idp() -> Service:
    """Provide Amazon Cognito user pools."""
    from sagemaker_sandbox.aws.moto_services import MotoProvider

    return _service(MotoProvider("cognito-idp"))


@aws_provider(api="signer")
def signer() -> Service:
    """Provide AWS Signer."""
    from sagemaker_sandbox.signer.provider import SignerProvider

    return _service(SignerProvider())


def _service(provider: Provider) -> Service:
    return Service.for_provider(provider, dispatch_table_factory=lambda _: provider.dispatch_table())


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    """Runs Lambda functions as processes on this machine."""

    name = "process"

    def load(self, *_args: object, **_kwargs: object) -> type[RuntimeExecutor]:
        """Return the executor's class, as LocalStack expects it."""
        from sagemaker_sandbox.lambda_.executor import ProcessExecutor

        return ProcessExecutor


class LoopbackServerPlugin(RuntimeServerPlugin):
    """Serves LocalStack on the configured address only; LocalStack's own server listens on every interface."""

    name = "loopback"

    def load(self, *_args: object, **_kwargs: object) -> RuntimeServer:
        """Return a server instance, as LocalStack expects it."""
        from sagemaker_sandbox.host.loopback import LoopbackServer

        return LoopbackServer()  # type: ignore[no-untyped-call]  # of LocalStack's, which it inherits


@hooks.on_infra_start(should_load=is_inside_sandbox)
def apply_patches() -> None:
    """Patch LocalStack's own services."""
    from sagemaker_sandbox import patches

    patches.apply_patches()


@hooks.on_infra_start(should_load=is_inside_sandbox)
def check_requests() -> None:
    """Authenticate every request before LocalStack changes it; validate and authorize it once LocalStack has parsed it."""
    from localstack.aws import handlers
    from localstack.runtime import get_current_runtime

    from sagemaker_sandbox.iam.authentication import authenticate
    from sagemaker_sandbox.iam.authorization import authorize
    from sagemaker_sandbox.validation.parsing import parse
    from sagemaker_sandbox.validation.validator import validate

    chain = get_current_runtime().components.gateway.request_handlers
    chain.insert(chain.index(handlers.add_internal_request_params) + 1, authenticate)
    parsed = chain.index(handlers.parse_service_request)
    chain[parsed : parsed + 1] = [parse, validate, authorize]


@hooks.on_infra_start(should_load=is_inside_sandbox)
def add_routes() -> None:
    """Serve the sandbox's own paths, ``/_sandbox/...``, and those of user pools."""
    from localstack.services.edge import ROUTER

    from sagemaker_sandbox.cognito.routes import UserPoolRoutes
    from sagemaker_sandbox.host.status import StatusRoute
    from sagemaker_sandbox.iam.routes import RecordingRoutes
    from sagemaker_sandbox.sagemaker.request_counts import RequestCounts
    from sagemaker_sandbox.testing.routes import TestingRoutes

    ROUTER.add(StatusRoute())
    ROUTER.add(UserPoolRoutes())
    ROUTER.add(RecordingRoutes())
    ROUTER.add(TestingRoutes(RequestCounts()))

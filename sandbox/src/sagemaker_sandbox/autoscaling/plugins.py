"""LocalStack's service ``application-autoscaling``, found through the entry points of pyproject.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localstack.aws.skeleton import Skeleton
from localstack.aws.spec import load_service
from localstack.services.plugins import Service, aws_provider

from sagemaker_sandbox.autoscaling import scaling
from sagemaker_sandbox.autoscaling.control_plane import OPERATIONS, perform
from sagemaker_sandbox.sagemaker.store import Place

if TYPE_CHECKING:
    from localstack.aws.api import RequestContext

    from sagemaker_sandbox.sagemaker.store import Json


@aws_provider(api="application-autoscaling")  # type: ignore[untyped-decorator]
def application_autoscaling() -> Service:
    """Provide scalable targets, policies and scheduled actions, and scale from now on."""
    scaling.start()
    skeleton = Skeleton(load_service("application-autoscaling"), dict.fromkeys(OPERATIONS, _perform))
    return Service("application-autoscaling", skeleton=skeleton)


def _perform(context: RequestContext, request: Json) -> Json:
    assert context.operation is not None  # noqa: S101  LocalStack has parsed it
    return perform(Place(context.account_id, context.region, context.partition), context.operation, request)

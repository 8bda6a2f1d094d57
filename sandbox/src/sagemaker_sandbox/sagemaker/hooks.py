"""What LocalStack calls at its start, for SageMaker; imports wait until then."""

from __future__ import annotations

import os

from localstack.runtime import hooks

from sagemaker_sandbox.settings import ROOT_VARIABLE


def _inside_sandbox() -> bool:
    return ROOT_VARIABLE in os.environ


@hooks.on_infra_start(should_load=_inside_sandbox)  # type: ignore[untyped-decorator]
def prepare_hosting() -> None:
    """Serve SageMaker's own paths of the sandbox, and tell its metrics apart."""
    from sagemaker_sandbox.sagemaker import cloudwatch, routes

    routes.add()
    cloudwatch.mend()

"""One invocation of a variant's container: within its concurrency limit, subject to injected faults, and measured."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sagemaker_sandbox.containers.base import Answer, Request
from sagemaker_sandbox.sagemaker.runtime import faulty_answers
from sagemaker_sandbox.sagemaker.runtime.metrics import Measurement, record_invocation

if TYPE_CHECKING:
    from sagemaker_sandbox.aws.types import Json
    from sagemaker_sandbox.sagemaker.models import Endpoint, Fleet, ServedVariant
    from sagemaker_sandbox.testing.faults import Fault

TIMEOUT_SECONDS: Final = 60
"""How long SageMaker waits for the container's answer to InvokeEndpoint."""


class TooManyRequestsError(Exception):
    """A serverless variant is already processing as many requests as its MaxConcurrency allows."""


@dataclass(frozen=True)
class Invocation:
    """A request, and the variant that is to answer it; ``is_copy`` marks a shadow variant's copy."""

    endpoint: Endpoint
    fleet: Fleet
    variant: ServedVariant
    request: Json
    is_copy: bool = False

    def answer(self, fault: Fault | None = None, timeout_seconds: float = TIMEOUT_SECONDS) -> Answer:
        """Return the container's answer; status 0 is a timeout. Raises TooManyRequestsError."""
        traffic, serverless = self.variant.traffic, self.variant.serverless
        if not traffic.start(serverless["MaxConcurrency"] if serverless else None):
            raise TooManyRequestsError
        if not self.is_copy:
            self.endpoint.count_invocation()
        started, concurrent = time.perf_counter(), traffic.concurrent
        try:
            given = faulty_answers.answer(fault, self._invoke, timeout_seconds) if fault else self._invoke()
        finally:
            traffic.finish()
        seconds = time.perf_counter() - started
        record_invocation(self.endpoint, self.fleet, self.variant, Measurement(given.status, seconds, concurrent))
        return given

    def _invoke(self) -> Answer:
        headers = (self.request.get(name) for name in ("ContentType", "Accept", "TargetModel"))
        return self.variant.container.invoke(Request(self.request["Body"], *headers))

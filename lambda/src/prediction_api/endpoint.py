# SPDX-License-Identifier: Apache-2.0
"""The SageMaker endpoint: real-time, or switched off. ``endpoint_async`` has the asynchronous one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from .attempts import Attempts
from .calls import Answered
from .problems import Problem

if TYPE_CHECKING:
    from typing import Any, NoReturn, Protocol

    from .calls import Accepted, Payloads, Target
    from .settings import Settings

    class Endpoint(Protocol):
        """The three kinds of endpoint."""

        def invoke(self, payloads: Payloads, target: Target, deadline: float, /) -> Answered | Accepted:
            """Return the model's answers in the order of the payloads, or that they will be there later.

            Raises Problem if any call fails, or is not finished at ``deadline`` (``time.monotonic``).
            """


class RealTimeEndpoint:
    """An endpoint that answers each call with the model's output."""

    def __init__(self, client: Any, settings: Settings) -> None:
        self._client = client
        self._name = settings.endpoint
        self._content_type = settings.contract.content_type
        self._accept = settings.contract.accept
        self._attempts = Attempts(settings.limits)

    def invoke(self, payloads: Payloads, target: Target, deadline: float) -> Answered:
        """Return the model's answers in the order of the payloads. Raises Problem."""
        results = self._attempts.run(self._call, payloads, target, deadline)
        if len(results) == 1:  # as for most requests: the general case would add a tenth to the time of a request for one row
            (((body, variant), rows),) = results
            return Answered([(body, rows)], variant)
        variants = {variant for (_, variant), _ in results}
        return Answered([(body, rows) for (body, _), rows in results], ",".join(sorted(variants)))

    def _call(self, body: bytes, target: Target) -> tuple[bytes, str]:
        # most requests name no target: ** would add a fortieth to the time of a request for one row
        invoke = partial(self._client.invoke_endpoint, **target.named) if target.named else self._client.invoke_endpoint
        response = invoke(
            EndpointName=self._name,
            Body=body,
            ContentType=self._content_type,
            Accept=self._accept,
            InferenceId=target.inference_id,
        )
        return response["Body"].read(), response.get("InvokedProductionVariant", "")


class SwitchedOffEndpoint:
    """An endpoint that does not exist at the moment."""

    def invoke(self, _payloads: Payloads, _target: Target, _deadline: float) -> NoReturn:
        """Raise the problem endpoint_off."""
        raise Problem("endpoint_off")

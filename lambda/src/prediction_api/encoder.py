# SPDX-License-Identifier: Apache-2.0
"""From the body of a request to the payloads of the calls to the endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .columns import Columns
from .payload import split, writer
from .validation import Validator

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from .body import Body, ParsedBody
    from .calls import Payloads
    from .contract import Contract
    from .feature_checks import Values
    from .invocation import Invocation
    from .settings import Limits

    class Encoder(Protocol):
        """Encodes instances; the contract's own, the adapter's and the fast path are such."""

        def payloads(self, body: Body | ParsedBody, invocation: Invocation) -> Payloads:
            """Return the payloads in order, and note the number of rows. Raises Problem if the body is invalid."""


class ContractEncoder:
    """Validates instances and computes the columns that the contract declares."""

    def __init__(self, contract: Contract, limits: Limits) -> None:
        self.contract = contract
        self.limits = limits
        self.validator = Validator(contract)
        self.columns = Columns(contract)
        self._write = writer(contract.content_type, contract.model_columns)

    def payloads(self, body: Body | ParsedBody, invocation: Invocation) -> Payloads:
        """Return the payloads in order, and note the number of rows. Raises Problem if the body is invalid."""
        instances = body.instances(self.contract.features, self.limits.rows_per_request)
        invocation.rows = len(instances.rows)
        return self.encode(self.validator.accept(instances), lambda: instances.rows)

    def encode(self, accepted: list[Values], instances: Callable[[], list[Any]]) -> Payloads:
        """Return the payloads of checked values; ``instances`` returns what they were sent as. Raises Problem."""
        return split(self._write, self.columns.matrix(accepted, instances), self.limits)

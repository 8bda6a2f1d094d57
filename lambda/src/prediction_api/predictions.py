# SPDX-License-Identifier: Apache-2.0
"""The model's answers to predictions: one number or one list of numbers per row, then the contract's output."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from .answer_formats import INVALID, read
from .problems import Problem, UnusableAnswerError
from .transforms import transform_of

if TYPE_CHECKING:
    from typing import Any, Protocol

    from .calls import Answers
    from .contract import Contract

    class Output(Protocol):
        """Turns answers into predictions; the contract's own, and an adapter's on top of it."""

        def predictions(self, answers: Answers) -> list[Any]:
            """Return one prediction per row, in order. Raises Problem."""


HEAD, BETWEEN, TAIL = b'{"predictions": [{"score": ', b'}, {"score": ', b"}]}"
HEAD_LENGTH, TAIL_LENGTH = len(HEAD), len(TAIL)


class ContractOutput:
    """The output that the contract declares: its kind, its steps and its labels."""

    def __init__(self, contract: Contract) -> None:
        self._kind = contract.kind
        self._margins = any(name == "sigmoid" for name, _ in contract.output_steps)
        self._transform = transform_of(contract)

    def predictions(self, answers: Answers) -> list[Any]:
        """Return one prediction per row, in order. Raises Problem."""
        values: list[Any] = []
        for body, rows in answers:
            values += decode(body, rows, self._kind, self._margins)
        try:
            return self._transform(values)
        except INVALID as error:
            raise _invalid(error) from None


def decode(body: bytes, rows: int, kind: str, margins: bool = False) -> list[Any]:
    """Return one number, or one list of numbers, per row sent. Raises Problem if the answer is anything else."""
    if body.startswith(HEAD) and body.endswith(TAIL):
        # the numbers of XGBoost's JSON, without a dict for each
        try:
            numbers = body[HEAD_LENGTH:-TAIL_LENGTH]
            if rows == 1 and isfinite(number := float(numbers)):
                return [number]
            items: list[Any] = list(map(float, numbers.split(BETWEEN)))
            if len(items) == rows and all(map(isfinite, items)):
                return items
        except ValueError:
            pass  # the members have other names, or are not plain numbers
    try:
        items = read(body, rows, kind, margins=margins)
    except INVALID as error:
        raise _invalid(error) from None
    if len(items) != rows:
        raise Problem("answer_count", notes={"rows": rows, "answers": len(items)})
    return items


def _invalid(error: Exception) -> Problem:
    """Return the problem of an unusable answer. Only our own messages are for the log: others may repeat the answer."""
    return Problem("answer_invalid", notes={"hint": str(error)} if isinstance(error, UnusableAnswerError) else None)

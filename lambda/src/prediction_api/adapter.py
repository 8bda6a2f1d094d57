# SPDX-License-Identifier: Apache-2.0
"""A Python module of the user's own, in a layer, named by ``ADAPTER``, for what a contract cannot declare.

It has two functions:

``encode(instances) -> rows``
    ``instances`` is a list of dicts, one per instance: every declared feature by name, checked, with defaults filled
    in, None where missing, dates as ``date`` and ``datetime``. ``rows`` has one sequence per instance, in order, of
    the model's inputs: numbers, texts if the payload carries them, None where missing. All have the same length, that
    of the contract's ``columns`` if there are any. A ValueError means that the caller's instances are invalid: the
    response is a 400 with its text as detail.
``decode(predictions) -> answer``
    ``predictions`` is what the contract's ``output`` makes of the model's response, one per instance. ``answer`` is a
    list of the same length whose items can be written as JSON.

Any other exception or return value is reported as ``adapter_failed``, with status 500.
"""

from __future__ import annotations

import json
from importlib import import_module
from math import isnan
from typing import TYPE_CHECKING

from .payload import split, writer
from .problems import Problem
from .validation import Validator

if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from .body import Body, ParsedBody
    from .calls import Answers, Payloads
    from .contract import Contract
    from .invocation import Invocation
    from .predictions import Output
    from .settings import Limits


def load(name: str) -> ModuleType:
    """Return the user's module. Raises ImportError if no layer has it."""
    return import_module(name)


class AdapterEncoder:
    """Validates instances as the contract declares; the module's ``encode`` turns them into rows."""

    def __init__(self, module: ModuleType, contract: Contract, limits: Limits) -> None:
        self._module = module
        self._features = contract.features
        self._limits = limits
        self._validator = Validator(contract)
        self._width = len(contract.column_names)
        self._write = writer(contract.content_type, [])

    def payloads(self, body: Body | ParsedBody, invocation: Invocation) -> Payloads:
        """Return the payloads in order, and note the number of rows. Raises Problem if the body is invalid."""
        instances = body.instances(self._features, self._limits.rows_per_request)
        invocation.rows = len(instances.rows)
        checked = self._validator.accept(instances)
        return split(self._write, self._matrix(list(zip(*checked, strict=True))), self._limits)

    def _matrix(self, checked: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        names = self._validator.names
        try:
            encoded = self._module.encode([dict(zip(names, values, strict=True)) for values in checked])
            rows = [tuple(map(_plain, row)) for row in encoded]
        except ValueError as error:
            raise Problem("instances_invalid", str(error).encode(errors="replace").decode()) from None
        except Exception as error:
            raise _failed("encode", error) from error
        if len(rows) != len(checked) or set(map(len, rows)) != {self._width or len(rows[0]) or 1}:
            raise Problem("adapter_failed", notes={"adapter": "encode returned a wrong number of rows or columns"})
        return list(zip(*rows, strict=True))


class AdapterOutput:
    """The contract's output, and the module's ``decode`` on top of it."""

    def __init__(self, module: ModuleType, output: Output) -> None:
        self._module = module
        self._output = output

    def predictions(self, answers: Answers) -> list[Any]:
        """Return one prediction per row, in order. Raises Problem."""
        predictions = self._output.predictions(answers)
        count = len(predictions)
        try:
            decoded = list(self._module.decode(predictions))
            json.dumps(decoded, allow_nan=False, ensure_ascii=False).encode()  # as Lambda does; UTF-8 has no lone surrogates
        except Exception as error:
            raise _failed("decode", error) from error
        if len(decoded) != count:
            raise Problem("adapter_failed", notes={"adapter": "decode returned a wrong number of predictions"})
        return decoded


def _plain(value: Any) -> Any:
    """Return numpy's scalars as Python's, and NaN as missing."""
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and isnan(value) else value


def _failed(function: str, error: Exception) -> Problem:
    return Problem("adapter_failed", notes={"adapter": function, "error": type(error).__name__})

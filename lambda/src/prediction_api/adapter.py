"""The door for what a contract cannot declare: a Python module of the user's own, in a layer, named by ``ADAPTER``.

It has two functions:

``encode(instances) -> rows``
    ``instances`` is a list of dicts, one per instance: every declared feature by name, checked, defaults filled in,
    None where missing, dates as ``date`` and ``datetime``. ``rows`` has one sequence per instance, in order, of what
    the model takes: numbers, texts for a payload that carries them, None where missing. All are of one length, that of
    the contract's ``columns`` if there are any. A ValueError is the caller's fault: 400, with its text as detail.
``decode(predictions) -> answer``
    ``predictions`` is what the contract's ``output`` makes of the model's answer, one per instance. ``answer`` is a
    list of as many values that JSON can say.

Anything else that they raise, or return, is ``adapter_failed``: 500.
"""

from __future__ import annotations

import json
from importlib import import_module
from math import isnan
from typing import TYPE_CHECKING

from .payload import calls
from .payload import encoder as payload_encoder
from .problem import Problem

if TYPE_CHECKING:
    from typing import Any

    from .function import Request, Service


def adapt(service: Service, name: str) -> None:
    """Put the module's functions around the service's endpoint."""
    module = import_module(name)
    encoder, finish, ask, limits = service.encoder, service.finish, service.ask, service.limits
    names, width = encoder.names, len(service.contract.column_names)
    write = payload_encoder(service.contract.content_type, [])

    def predict(request: Request, instances: list[Any], text: str = "", *, lines: bool = False) -> list[Any]:
        accepted = encoder.accept(instances, text, lines=lines)
        checked = [dict(zip(names, values, strict=True)) for values in zip(*accepted, strict=True)]
        request.rows = len(checked)
        try:
            rows = [tuple(map(_plain, row)) for row in module.encode(checked)]
        except ValueError as error:
            raise Problem("instances_invalid", str(error)) from None
        except Exception as error:
            raise _failed("encode", error) from error
        if len(rows) != len(checked) or set(map(len, rows)) != {width or len(rows[0]) or 1}:
            raise Problem("adapter_failed", notes={"adapter": "encode gave another number of rows or columns"})
        matrix = list(zip(*rows, strict=True))
        return ask(request, calls(write, matrix, limits.call_rows, limits.call_bytes))

    def decode(values: list[Any]) -> list[Any]:
        predictions = finish(values)
        try:
            answer = list(module.decode(predictions))
            json.dumps(answer, allow_nan=False)
        except Exception as error:
            raise _failed("decode", error) from error
        if len(answer) != len(values):
            raise Problem("adapter_failed", notes={"adapter": "decode gave another number of answers"})
        return answer

    service.predict, service.finish = predict, decode  # type: ignore[method-assign]


def _plain(value: Any) -> Any:
    """Return numpy's scalars as Python's, and what is not a number as missing."""
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and isnan(value) else value


def _failed(function: str, error: Exception) -> Problem:
    return Problem("adapter_failed", notes={"adapter": function, "error": type(error).__name__})

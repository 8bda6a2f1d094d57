# SPDX-License-Identifier: Apache-2.0
"""The target that a request names: an inference ID, and a variant or a model of the endpoint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import log
from .calls import Target
from .number_rules import INTEGER_LIMIT
from .problems import Problem
from .request import PREFIX, is_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .request import Request

ARGUMENTS = {"model": "TargetModel", "variant": "TargetVariant"}
PATTERNS = {  # the names that SageMaker accepts
    "model": re.compile("[!-~][ -~]{0,1023}"),
    "variant": re.compile("[A-Za-z0-9](-*[A-Za-z0-9]){0,62}"),
}


def inference_id(request: Request) -> str:
    """Return the inference ID that a request names, which is logged, or its own ID if SageMaker would reject that."""
    if not request.options:
        return request.id
    named = _plain(request.options.get("inference_id"))
    if named == request.id or not is_id(named):
        return request.id
    log.write_inference_id(request, named)
    return named


def target_of(request: Request, allowed: Sequence[str], inference_id: str) -> Target:
    """Return the target of a request.

    Raises Problem for a target that is malformed, or that the contract's ``payload.targets`` do not allow, and for a
    missing model: an endpoint with several needs one.
    """
    if not request.options and "model" not in allowed:
        return Target(inference_id, {})
    names = {argument: _name(request, kind, allowed) for kind, argument in ARGUMENTS.items()}
    return Target(inference_id, {argument: name for argument, name in names.items() if name is not None})


def _name(request: Request, kind: str, allowed: Sequence[str]) -> str | None:
    value = request.options.get(f"target_{kind}")
    shown = f"{PREFIX}target-{kind}" if request.http else f"target_{kind}"
    if value is not None and kind not in allowed:
        raise Problem("target_invalid", f"{shown} is not one of the contract's payload.targets.")
    if PATTERNS[kind].fullmatch(_plain(value)):
        return _plain(value)
    needed = kind == "model" and kind in allowed
    if value is not None or needed:
        raise Problem("target_invalid", f"{shown} is {'malformed' if value else 'missing'}.")
    return None


def _plain(value: Any) -> str:
    """Return a name that a request gives, in a direct event perhaps as a number; anything else is not a name."""
    if type(value) is int and abs(value) <= INTEGER_LIMIT:
        value = str(value)
    return value if type(value) is str else ""

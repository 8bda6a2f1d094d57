"""The target that a request names: an inference ID, and a variant or a model of the endpoint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import log
from .calls import Target
from .problems import Problem
from .request import PREFIX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .request import Request

INFERENCE_ID = re.compile("[!-~][ -~]{0,63}")  # what SageMaker accepts, as below
ARGUMENTS = {"model": "TargetModel", "variant": "TargetVariant"}
PATTERNS = {
    "model": re.compile("[!-~][ -~]{0,1023}"),
    "variant": re.compile("[A-Za-z0-9](-*[A-Za-z0-9]){0,62}"),
}


def inference_id(request: Request) -> str:
    """Return the inference ID that a request names, which is logged, or its own ID if SageMaker would reject that."""
    if not request.options:
        return request.id
    named = str(request.options.get("inference_id") or "")
    if named == request.id or not INFERENCE_ID.fullmatch(named):
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
    if value is not None and PATTERNS[kind].fullmatch(str(value)):
        return str(value)
    if value is not None or kind == "model" in allowed:
        raise Problem("target_invalid", f"{shown} is {'malformed' if value else 'missing'}.")
    return None

# SPDX-License-Identifier: Apache-2.0
"""The function's log: one JSON line per event worth noting. Nothing of a payload goes into it."""

from __future__ import annotations

import json
from traceback import extract_tb
from typing import TYPE_CHECKING

from .problems import SERVER_ERROR, Problem

if TYPE_CHECKING:
    from .request import Request


def write_inference_id(request: Request, inference_id: str) -> None:
    """Log both IDs of a request that brings its own: the access log has the one, captured data the other."""
    _write({"level": "INFO", "request_id": request.id, "inference_id": inference_id})


def write_problem(request: Request, problem: Problem) -> None:
    """Log a problem with its notes."""
    line = {
        "level": "ERROR" if problem.status >= SERVER_ERROR else "WARNING",
        "code": problem.code,
        "status": problem.status,
        "request_id": request.id,
        "function_request_id": request.function_id,
        "faults": problem.members.get("error_count", 1),
    }
    _write(line | problem.notes)


def problem_of(error: Exception) -> Problem:
    """Return an exception as a problem. Of an unforeseen one, the log gets the type and the trace, not the message."""
    if isinstance(error, Problem):
        return error
    frames = extract_tb(error.__traceback__)
    trace = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return Problem("internal", notes={"error": type(error).__name__, "trace": trace})


def _write(line: dict[str, object]) -> None:
    print(json.dumps(line), flush=True)

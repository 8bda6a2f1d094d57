# SPDX-License-Identifier: Apache-2.0
"""Tools for the people who train a model and call its API; they share ``prediction_api`` with the handler."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .draft.frames import infer_contract
    from .encoding import DataError, encode
    from .model.archive import write_artifact

MODULES = {"DataError": "encoding", "encode": "encoding", "infer_contract": "draft.frames", "write_artifact": "model.archive"}

__all__ = ["DataError", "encode", "infer_contract", "write_artifact"]


def __getattr__(name: str) -> Any:
    """Import a function's module when it is first used: the commands start without polars."""
    if name in MODULES:
        return getattr(import_module(f".{MODULES[name]}", __name__), name)
    raise AttributeError(name)

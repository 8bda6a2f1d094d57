"""Tools for the people who train a model and call its API; they share ``prediction_api`` with the handler."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .encoding import DataError, encode

__all__ = ["DataError", "encode"]


def __getattr__(name: str) -> Any:
    """Import the encoder, and with it polars, when it is first used: the commands start without it."""
    if name in __all__:
        from . import encoding

        return getattr(encoding, name)
    raise AttributeError(name)

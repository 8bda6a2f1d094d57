"""The identity of a sandbox: the administrator's access key and the port, which its root folder keeps from one start to the next.

Every sandbox has an access key of its own, and accepts no other's. A shell that has sourced the environment file of a
sandbox that has ended therefore never works in a sandbox of another folder that has its port now.
"""

from __future__ import annotations

import secrets
import string
from typing import TYPE_CHECKING, Final

from sagemaker_sandbox.host.files import create_text, put_text

if TYPE_CHECKING:
    from pathlib import Path

PREFIX: Final = "AKIASANDBOX"
"""The beginning of every sandbox's access key, so that one of another sandbox is recognized."""

_LENGTH: Final = 20
_ALPHABET: Final = string.ascii_uppercase + "234567"


def access_key(root: Path) -> str:
    """Return the access key of the sandbox of ``root``; the first call chooses it."""
    path = root / "access-key"
    if not path.exists():
        create_text(path, PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH - len(PREFIX))))
    return path.read_text(encoding="utf-8")


def last_port(root: Path) -> int | None:
    """Return the port of the last start, or None if there was none."""
    try:
        return int((root / "port").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def remember_port(root: Path, port: int) -> None:
    """Keep the port for the next start."""
    put_text(root / "port", str(port))

"""Files that other processes may read while they are written."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path


def put_text(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` atomically; create its folder if there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as partial:
        partial.write(text)
    Path(partial.name).chmod(0o644)
    Path(partial.name).replace(path)


def create_text(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` unless the file exists, atomically; create its folder if there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent) as partial:
        partial.write(text)
        partial.flush()
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(partial.name)

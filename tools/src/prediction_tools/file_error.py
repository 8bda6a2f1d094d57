# SPDX-License-Identifier: Apache-2.0
"""A file that cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class FileError(ValueError):
    """A file cannot be used. The message does not name it."""

    def __init__(self, path: Path, message: str) -> None:
        """Remember the file."""
        super().__init__(message)
        self.path = path

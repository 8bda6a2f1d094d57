"""The files of a repository that a check reads: those that Git tracks or would track."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


def files(tree: Path, paths: Sequence[str]) -> Iterator[str]:
    """Yield the paths of the files that match Git's path specifications (none: all), in order; links and deleted files are left out."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", *paths]
    listed = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=True).stdout
    for path in sorted(filter(None, listed.split("\0"))):
        file = tree / path
        if file.is_file() and not file.is_symlink():
            yield path

"""Build lambda/dist/handler.zip from lambda/src: the same bytes from the same sources, on any machine.

Entries are sorted and stored, with one fixed time and mode, and the archive replaces the old one in one step.
Usage: python lambda/build.py [PATH]
"""

import os
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ARCHIVE = HERE / "dist" / "handler.zip"
TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip can say
MODE = 0o100644
UNIX = 3


def build(path: Path = ARCHIVE, source: Path = HERE / "src") -> Path:
    """Write the archive of every Python file under ``source`` and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for module in sorted(source.rglob("*.py"), key=lambda module: module.relative_to(source).as_posix()):
                entry = zipfile.ZipInfo(module.relative_to(source).as_posix(), TIME)
                entry.create_system = UNIX
                entry.external_attr = MODE << 16
                archive.writestr(entry, module.read_bytes())
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


if __name__ == "__main__":
    print(build(*map(Path, sys.argv[1:2])))

"""Build lambda/dist/handler.zip from lambda/src: the sources, and the bytecode that Python 3.13 makes of them.

The archive is reproducible: names are sorted, times and modes are fixed, and bytecode names its source by the path that
it has in the function. Only the compression depends on the version of zlib, and the bytes of the bytecode, but not the
code in them, on the patch release of Python. Usage: python lambda/build.py [PATH]
"""

from __future__ import annotations

import os
import py_compile
import sys
import tempfile
import zipfile
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).resolve().parent
ARCHIVE = HERE / "dist" / "handler.zip"
RUNTIME = (3, 13)  # modules/handler sets the function's runtime
TASK_ROOT = "/var/task"  # where Lambda unpacks the archive
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold
UNIX = 3
MODE = 0o100644


def build(path: Path = ARCHIVE, source: Path = HERE / "src") -> Path:
    """Write the archive of every Python file under ``source`` and return its path. Raises SystemExit on another Python."""
    if sys.version_info[:2] != RUNTIME:
        raise SystemExit(f"Bytecode for the function needs Python {'.'.join(map(str, RUNTIME))}; this is {sys.version.split()[0]}.")
    members: dict[str, bytes] = {}
    for file in source.rglob("*.py"):
        name = file.relative_to(source).as_posix()
        members[name] = file.read_bytes()
        members[cache_from_source(name, optimization="")] = bytecode(file, name)
    return write(path, members)


def bytecode(file: Path, name: str) -> bytes:
    """Return the content of the .pyc of a source file that has this name in the function.

    It holds an unchecked hash (PEP 552): Lambda's file times and modes do not matter, and no source is read for it.
    """
    with tempfile.TemporaryDirectory() as folder:
        compiled = py_compile.compile(
            str(file),
            cfile=str(Path(folder) / "compiled"),
            dfile=f"{TASK_ROOT}/{name}",
            doraise=True,
            optimize=0,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
        return Path(str(compiled)).read_bytes()


def write(path: Path, members: Mapping[str, bytes]) -> Path:
    """Write a zip of files by name, in one step, and return its path. With the same zlib, equal files give equal bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w") as archive:
            for member, content in sorted(members.items()):
                info = zipfile.ZipInfo(member, FIRST_DAY)
                info.create_system = UNIX
                info.external_attr = MODE << 16
                archive.writestr(info, content, zipfile.ZIP_DEFLATED, compresslevel=9)
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


if __name__ == "__main__":
    print(build(*map(Path, sys.argv[1:2])))

"""Build lambda/dist/handler.zip from lambda/src: the same bytes from the same sources, on any machine.

Entries are sorted and have one fixed time and mode, the compression is our own, and the archive replaces the old one in
one step. Usage: python lambda/build.py [PATH]
"""

from __future__ import annotations

import os
import struct
import sys
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from deflate import deflate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HERE = Path(__file__).resolve().parent
ARCHIVE = HERE / "dist" / "handler.zip"
VERSION = 20  # of the format: 2.0, which has folders and deflate
UNIX = 3 << 8
UTF8 = 1 << 11
DEFLATED = 8
FIRST_DAY = 1 << 5 | 1  # 1 January 1980, the first that a zip can say
MODE = 0o100644 << 16


def build(path: Path = ARCHIVE, source: Path = HERE / "src") -> Path:
    """Write the archive of every Python file under ``source`` and return its path."""
    return write(path, {file.relative_to(source).as_posix(): file.read_bytes() for file in source.rglob("*.py")})


def write(path: Path, members: Mapping[str, bytes], compress: Callable[[bytes], bytes] = deflate) -> Path:
    """Write a zip of files by name, in one step, and return its path; equal files give equal bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pack(members, compress))
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def pack(members: Mapping[str, bytes], compress: Callable[[bytes], bytes]) -> bytes:
    """Return a zip (APPNOTE.TXT 6.3.10, 4.3.7 to 4.3.16) of files by name; ``compress`` gives raw deflate data."""
    content, directory = bytearray(), bytearray()
    for name, text in sorted(members.items()):
        packed, encoded = compress(text), name.encode()
        sizes = zlib.crc32(text), len(packed), len(text), len(encoded), 0
        about = struct.pack("<5H3I2H", VERSION, UTF8, DEFLATED, 0, FIRST_DAY, *sizes)
        directory += b"PK\1\2" + struct.pack("<H", UNIX | VERSION) + about
        directory += struct.pack("<3H2I", 0, 0, 0, MODE, len(content)) + encoded
        content += b"PK\3\4" + about + encoded + packed
    count = len(members)
    end = b"PK\5\6" + struct.pack("<4H2IH", 0, 0, count, count, len(directory), len(content), 0)
    return bytes(content + directory + end)


if __name__ == "__main__":
    print(build(*map(Path, sys.argv[1:2])))

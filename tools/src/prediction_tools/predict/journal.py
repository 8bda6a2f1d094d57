# SPDX-License-Identifier: Apache-2.0
"""The predictions that a run has received so far, on disk, so that it can be stopped at any moment and go on.

The journal is a file of JSON lines beside the output. Its first line says which run it belongs to; each further line is one finished batch,
and is on disk before the batch counts as finished. A line that was cut off is removed when the run goes on, and its batch is sent again.
When the output is complete, the journal becomes one line, which says what the output was made from.
"""

from __future__ import annotations

import fcntl
import json
import os
from typing import TYPE_CHECKING, NamedTuple, Self

from .batch_prediction import Result
from .errors import PredictError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any, BinaryIO

FORMAT = 1


class Entry(NamedTuple):
    """Where a finished batch is in the journal, and the digest of its rows."""

    offset: int
    digest: str


class Journal:
    """The journal of a run that is under way. Only one process has it open."""

    def __init__(self, path: Path, file: BinaryIO, header: dict[str, Any], entries: dict[int, Entry]) -> None:
        self.header = header
        self.entries = entries
        self._path = path
        self._file = file

    @classmethod
    def open(cls, path: Path, header: dict[str, Any], *, overwrite: bool = False) -> Self:
        """Return the journal of a run: a new one, or the one that it left. Raises PredictError if it belongs to another run.

        The size of a batch is that of the journal. With ``overwrite``, a journal that exists is emptied.
        """
        file = path.open("a+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise PredictError(f"{path} is in use: another run writes the same output") from None
        if overwrite:
            file.truncate(0)
        found, entries = _scan(file)
        if found is None:
            found = {"format": FORMAT} | header
            _write(file, found)
            sync_folder(path)
        elif different := [name for name, value in ({"format": FORMAT} | header).items() if name != "rows" and found.get(name) != value]:
            file.close()
            raise PredictError(f"{path} belongs to a run with another {different[0]}. Remove it, or start over with --overwrite.")
        return cls(path, file, found, entries)

    @property
    def complete(self) -> dict[str, Any] | None:
        """The note of the finished run, or None if it has not finished."""
        noted: dict[str, Any] | None = self.header.get("complete")
        return noted

    def append(self, number: int, digest: str, result: Result) -> None:
        """Note a finished batch; it is on disk when this returns."""
        offset = self._file.seek(0, os.SEEK_END)
        predictions = [result.predictions[place] for place in sorted(result.predictions)]
        _write(self._file, {"batch": number, "digest": digest, "predictions": predictions, "rejected": result.rejected})
        self.entries[number] = Entry(offset, digest)

    def read(self, number: int) -> Result:
        """Return the result of a finished batch."""
        self._file.seek(self.entries[number].offset)
        line = json.loads(self._file.readline())
        rejected = {int(place): errors for place, errors in line["rejected"].items()}
        places = (place for place in range(len(line["predictions"]) + len(rejected)) if place not in rejected)
        return Result(dict(zip(places, line["predictions"], strict=True)), rejected)

    def finish(self, noted: dict[str, Any]) -> None:
        """Replace the journal by one line that says what the output was made from."""
        temporary = self._path.with_name(f"{self._path.name}.new")
        with temporary.open("wb") as file:
            _write(file, self.header | {"complete": noted})
        temporary.replace(self._path)
        sync_folder(self._path)

    def close(self) -> None:
        """Let another process open the journal."""
        self._file.close()


def sync_folder(path: Path) -> None:
    """Wait until the name of a file is on disk."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write(file: BinaryIO, line: dict[str, Any]) -> None:
    file.write(json.dumps(line, ensure_ascii=False).encode(errors="surrogatepass") + b"\n")
    file.flush()
    os.fsync(file.fileno())


def _scan(file: BinaryIO) -> tuple[dict[str, Any] | None, dict[int, Entry]]:
    """Return the header, if there is one, and the finished batches. Cut off what follows the last complete line."""
    header: dict[str, Any] | None = None
    entries: dict[int, Entry] = {}
    file.seek(0)
    while True:
        offset = file.tell()
        text = file.readline()
        try:
            if not text.endswith(b"\n"):
                break
            line = json.loads(text)
            if header is None:
                header = dict(line)
            else:
                entries[int(line["batch"])] = Entry(offset, str(line["digest"]))
        except (ValueError, KeyError, TypeError):
            break
    file.truncate(offset)
    return header, entries

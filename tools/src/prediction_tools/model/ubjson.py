# SPDX-License-Identifier: Apache-2.0
"""Reads Universal Binary JSON (ubjson.org, draft 12), in which XGBoost saves models since 1.6 and pickles them since 2.1."""

from __future__ import annotations

import struct
from typing import Any

NUMBERS = {"i": ">b", "U": ">B", "I": ">h", "l": ">i", "L": ">q", "d": ">f", "D": ">d"}
CONSTANTS = {"Z": None, "T": True, "F": False}


def loads(content: bytes) -> Any:
    """Return the value of a document. Raises ValueError if it is not one."""
    reader = _Reader(content)
    try:
        return reader.value()
    except (IndexError, KeyError, struct.error, UnicodeDecodeError, RecursionError):
        raise ValueError(f"not Universal Binary JSON at byte {reader.place}") from None


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self.place = 0

    def value(self, kind: str = "") -> Any:
        kind = kind or self._take()
        if kind in NUMBERS:
            return self._number(kind)
        if kind in CONSTANTS:
            return CONSTANTS[kind]
        if kind == "S":
            return self._text()
        if kind == "C":
            return self._take()
        return {"[": self._array, "{": self._object}[kind]()

    def _array(self) -> list[Any]:
        kind, count = self._header()
        if count is None:
            found = []
            while self._peek() != "]":
                found.append(self.value())
            self.place += 1
            return found
        if kind in NUMBERS:
            form = f">{count}{NUMBERS[kind][1]}"
            numbers = struct.unpack_from(form, self._content, self.place)
            self.place += struct.calcsize(form)
            return list(numbers)
        return [self.value(kind) for _ in range(count)]

    def _object(self) -> dict[str, Any]:
        kind, count = self._header()
        found: dict[str, Any] = {}
        while self._peek() != "}" if count is None else len(found) < count:
            name = self._text()
            found[name] = self.value(kind)
        self.place += count is None
        return found

    def _header(self) -> tuple[str, int | None]:
        """Return the type of all values, "" if each has its own, and their number, None if an end follows."""
        kind = ""
        if self._peek() == "$":
            self.place += 1
            kind = self._take()
        if self._peek() != "#":
            return kind, None
        self.place += 1
        return kind, self._number(self._take())

    def _text(self) -> str:
        size = self._number(self._take())
        if size < 0 or self.place + size > len(self._content):
            raise IndexError(size)
        self.place += size
        return self._content[self.place - size : self.place].decode()

    def _number(self, kind: str) -> Any:
        (number,) = struct.unpack_from(NUMBERS[kind], self._content, self.place)
        self.place += struct.calcsize(NUMBERS[kind])
        return number

    def _peek(self) -> str:
        return chr(self._content[self.place])

    def _take(self) -> str:
        self.place += 1
        return chr(self._content[self.place - 1])

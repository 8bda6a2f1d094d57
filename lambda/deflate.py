"""Compression whose bytes depend on the content alone: zlib's differ between its versions and forks."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from itertools import accumulate

SHORTEST, LONGEST = 3, 257  # repetitions in bytes; the format's 258 has a code of its own, which is not used
WINDOW = 32_768  # how far back one may begin, in bytes
PLACES = 64  # to compare with
END = 256
BYTE = 8


def _codes(first: int, count: int, alike: int) -> tuple[list[int], list[int]]:
    """Return what each code of a length or a distance begins at, and how many bits after it say the rest."""
    rest = [max(0, code // alike - 1) for code in range(count)]
    return list(accumulate((1 << bits for bits in rest[:-1]), initial=first)), rest


LENGTHS, LENGTH_BITS = _codes(SHORTEST, 28, 4)
DISTANCES, DISTANCE_BITS = _codes(1, 30, 2)


class Bits:
    """Bits in bytes, the lowest of each byte first."""

    def __init__(self) -> None:
        self.whole = bytearray()
        self._held = self._count = 0

    def number(self, value: int, count: int) -> None:
        """Add a number of so many bits, its lowest bit first."""
        self._held |= value << self._count
        self._count += count
        while self._count >= BYTE:
            self.whole.append(self._held & 0xFF)
            self._held >>= BYTE
            self._count -= BYTE

    def code(self, value: int, count: int) -> None:
        """Add a code of so many bits, its highest bit first."""
        self.number(int(f"{value:0{count}b}"[::-1], 2), count)

    def symbol(self, symbol: int) -> None:
        """Add the fixed code of a byte, of the end, or of a length's code."""
        for first, code, count in ((280, 0b11000000, 8), (256, 0, 7), (144, 0b110010000, 9), (0, 0b00110000, 8)):
            if symbol >= first:
                return self.code(code + symbol - first, count)
        return None

    def repetition(self, length: int, distance: int) -> None:
        """Add that bytes are those at a distance before."""
        code = bisect_right(LENGTHS, length) - 1
        self.symbol(END + 1 + code)
        self.number(length - LENGTHS[code], LENGTH_BITS[code])
        code = bisect_right(DISTANCES, distance) - 1
        self.code(code, 5)
        self.number(distance - DISTANCES[code], DISTANCE_BITS[code])


def deflate(content: bytes) -> bytes:
    """Return the content compressed: one block of fixed codes (RFC 1951, 3.2.6)."""
    bits = Bits()
    bits.number(0b011, 3)  # the last block, of fixed codes
    places: defaultdict[bytes, list[int]] = defaultdict(list)
    at = 0
    while at < len(content):
        length, distance = _longest(content, at, places[content[at : at + SHORTEST]])
        if length < SHORTEST:
            length = 1
            bits.symbol(content[at])
        else:
            bits.repetition(length, distance)
        for place in range(at, at + length):
            places[content[place : place + SHORTEST]].append(place)
        at += length
    bits.symbol(END)
    bits.number(0, BYTE - 1)  # fill the last byte
    return bytes(bits.whole)


def _longest(content: bytes, at: int, places: list[int]) -> tuple[int, int]:
    """Return length and distance of the longest repetition of what begins at one of the places."""
    longest = 0, 0
    most = min(LONGEST, len(content) - at)
    for place in reversed(places[-PLACES:]):
        if at - place > WINDOW:
            break
        length = next((n for n in range(most) if content[place + n] != content[at + n]), most)
        if length > longest[0]:
            longest = length, at - place
    return longest

# SPDX-License-Identifier: Apache-2.0
"""Bands of a value's distribution in the training data, from a contract's ``summary``, and counts of values by band.

A band holds the share of the training data below it and in it, and so its mean rank there (0 to 1). Counts by band give three sums,
which add up over time and over the function's environments, and whose expected value for training data is 0:

shift
    of ``2 * rank - 1``. A value at the median counts 0, one beyond all training data 1 or -1.
spread
    of ``abs(2 * rank - 1)``, less its mean in training. Rows that move from the middle to both sides count, which shift does not show.
outside
    of values that training did not have: below or above all of it, another category, or missing without ``missing``.

A summary of a mean and a deviation alone says nothing of ranks. Half of the number of deviations from the mean, at most 1, takes the place
of ``2 * rank - 1``; values more than five deviations away are outside, and nothing is known of the spread.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from functools import partial
from itertools import pairwise
from math import inf, nextafter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

MISSING = "missing"
OTHER = "other"
BELOW = "below"
ABOVE = "above"
NAMES = {MISSING, OTHER, BELOW, ABOVE}
LONGEST = 1024  # characters of a dimension's value in CloudWatch
EPSILON = 1e-5  # relative: summaries are rounded to six digits, and a value that training had must still be found
NEAREST = 0.4  # of the distance to the next quantile, at most: else the limits of the bands would not be in order
DIGITS = 3  # of a sum
STEPS = 4  # bands in a deviation, where only mean and deviation are known
NEAR, FAR = 2, 5  # deviations: beyond them a value counts as 1, and as outside


class Band:
    """A band: its name, what a value in it adds to shift and spread, and whether training had none there."""

    __slots__ = ("name", "outside", "shift", "spread")

    def __init__(self, name: str, shift: float, spread: float, outside: int) -> None:
        self.name = name
        self.shift = shift
        self.spread = spread
        self.outside = outside


class Bands:
    """Counts of values by band. The first band is of missing values, the second of those that are in no other."""

    def __init__(self, bands: list[Band], index: Mapping[Any, int], cuts: Sequence[float] = ()) -> None:
        """``index`` finds the band of a value; or, for numbers, ``cuts`` are the limits of the bands after the first."""
        self.bands = bands
        self.numeric = bool(cuts)
        self._cuts = cuts
        self._index = index
        self._counts = [0] * len(bands)

    def add(self, values: Sequence[Any]) -> None:
        """Count values of the feature's JSON type, None if missing."""
        if self._cuts:
            missing = values.count(None)
            present = [value for value in values if value is not None] if missing else values
            self._counts[0] += missing
            for place, count in Counter(map(partial(bisect, self._cuts), present)).items():
                self._counts[1 + place] += count
        else:
            for value, count in Counter(values).items():
                self._counts[self._index.get(value, 1)] += count

    def sums(self) -> dict[str, float]:
        """Return the sums as metrics."""
        counted = [(count, band) for count, band in zip(self._counts, self.bands, strict=True) if count]
        return {
            "Shift": round(sum(count * band.shift for count, band in counted), DIGITS),
            "Spread": round(sum(count * band.spread for count, band in counted), DIGITS),
            "Outside": sum(count * band.outside for count, band in counted),
        }

    def named(self) -> dict[str, int]:
        """Return how many values each band has, those with none left out."""
        counted: dict[str, int] = {}
        for count, band in zip(self._counts, self.bands, strict=True):
            if count:
                counted[band.name] = counted.get(band.name, 0) + count
        return counted

    def clear(self) -> None:
        """Forget the counts."""
        self._counts = [0] * len(self.bands)


def bands_of(summary: Mapping[str, Any], values: Sequence[Any] = ()) -> Bands | None:
    """Return the bands of a summary, or None if it has neither shares, nor quantiles, nor mean and deviation.

    ``values`` are the allowed ones, in their order. Shares are by value, of the feature's JSON type.
    """
    missing = summary.get("missing") or 0.0
    shares, quantiles = summary.get("shares"), summary.get("quantiles")
    mean, deviation = summary.get("mean"), summary.get("deviation")
    if shares and sum(shares.values()) > 0:
        return _of_shares(shares, values, missing)
    if quantiles and len(quantiles) > 1:
        return _of_quantiles(quantiles, missing)
    if mean is None or deviation is None:
        return None
    return _of_deviation(mean, deviation, missing) if deviation > 0 else _of_quantiles([mean, mean], missing)


def _ranked(known: list[tuple[str, float, float]], missing: float) -> list[Band]:
    """Return bands from names, the share below and the share in them; missing values rank below all others."""
    present = 1 - missing
    shares = [(MISSING, 0.0, missing), *((name, missing + present * below, present * share) for name, below, share in known)]
    ranks = [2 * below + share - 1 for _, below, share in shares]
    usual = sum(share * abs(rank) for (_, _, share), rank in zip(shares, ranks, strict=True))
    return [Band(name, rank, abs(rank) - usual, int(share == 0)) for (name, _, share), rank in zip(shares, ranks, strict=True)]


def _of_shares(shares: Mapping[Any, float], values: Sequence[Any], missing: float) -> Bands:
    total = sum(shares.values())
    order = [*values, *(value for value in shares if value not in values)]
    known, below = [(OTHER, 0.5, 0.0)], 0.0  # another value is on no side
    for name, value in zip(_names(order), order, strict=True):
        share = shares.get(value, 0.0) / total
        known.append((name, below, share))
        below += share
    return Bands(_ranked(known, missing), {None: 0} | {value: place for place, value in enumerate(order, 2)})


def _names(values: Sequence[Any]) -> list[str]:
    """Return the values as text, or their places where CloudWatch accepts no such dimension, or another band has that name."""
    places = [f"class {place}" for place in range(len(values))]
    taken = NAMES.union(places)

    def usable(text: str) -> bool:
        return text.isascii() and text.isprintable() and bool(text.strip()) and len(text) <= LONGEST and text not in taken

    return [str(value) if usable(str(value)) else place for value, place in zip(values, places, strict=True)]


def _of_quantiles(quantiles: Sequence[float], missing: float) -> Bands:
    steps = len(quantiles) - 1
    points: list[tuple[float, int, int]] = []  # each distinct quantile: its value, its first place and its last
    for place, value in enumerate(quantiles):
        if points and points[-1][0] == value:
            points[-1] = (value, points[-1][1], place)
        else:
            points.append((value, place, place))
    distances = [inf, *(high[0] - low[0] for low, high in pairwise(points)), inf]
    known, cuts = [(BELOW, 0.0, 0.0)], [-inf]
    for position, (value, first, last) in enumerate(points):
        low, high = (min(abs(value) * EPSILON, NEAREST * distance) for distance in distances[position : position + 2])
        # of neighboring floats, the limit above one may be the other
        cuts += [max(value - low, cuts[-1]), nextafter(value + high, inf)]
        known.append((_step(first, steps), first / steps, (last - first) / steps))
        if position < len(points) - 1:
            known.append((_step(last, steps), last / steps, 1 / steps))
    bands = _ranked([*known, (ABOVE, 1.0, 0.0)], missing)
    # a quantile itself does not lie outside, though a single value has no share
    inner = [Band(band.name, band.shift, band.spread, 0) for band in bands[2:-1]]
    return Bands([*bands[:2], *inner, bands[-1]], {}, cuts[1:])


def _step(place: int, steps: int) -> str:
    """Return the name of the interval that begins at a quantile; the last quantile belongs to the one before it."""
    return f"{min(place, steps - 1) + 1} of {steps}"


def _of_deviation(mean: float, deviation: float, missing: float) -> Bands:
    places = [-FAR, *(place / STEPS for place in range(-NEAR * STEPS, NEAR * STEPS + 1)), FAR]
    inner = [(f"{low:+g} to {high:+g}", max(-1.0, min((low + high) / 2 / NEAR, 1.0)), 0) for low, high in pairwise(places)]
    shifts = [(BELOW, -1.0, 1), *inner, (ABOVE, 1.0, 1)]
    present = 1 - missing
    # as with ranks: missing values are below all others, and those move up
    moved = [Band(name, missing + present * shift, 0.0, outside) for name, shift, outside in shifts]
    gone = Band(MISSING, missing - 1, 0.0, int(missing == 0))
    return Bands([gone, *moved], {}, [mean + deviation * place for place in places])

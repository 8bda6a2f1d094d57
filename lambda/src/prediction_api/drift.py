# SPDX-License-Identifier: Apache-2.0
"""How far the values of requests, and the predictions, are from the training data: counted in a sample of the requests.

About once a minute, the counts become lines of metrics in CloudWatch's embedded metric format: for each feature with a summary the sums
that ``bands`` describes, and for the prediction also how many of its values are in each band. A line is about at least ``LEAST_ROWS``
rows, and so never about the values of one of them.
"""

from __future__ import annotations

import json
import sys
from abc import ABC, abstractmethod
from os import urandom
from time import monotonic, time
from typing import TYPE_CHECKING

from .bands import bands_of
from .body import parse
from .embedded_metrics import directive
from .positional_rows import tokens_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from .bands import Bands
    from .body import Body, ParsedBody
    from .calls import Answers, Payloads
    from .contract import Contract, Feature
    from .encoder import Encoder
    from .invocation import Invocation
    from .predictions import Output
    from .settings import Settings

SECONDS = 60.0  # between two lines of a subject
LEAST_ROWS = 20  # rows that a line must be about, at least
MOST_ROWS = 100  # of a request that are counted, evenly spaced
DRAWN, DRAWS = 256, 2**16  # bytes, two for each gap
KEPT_ROWS = 200  # that are counted together
NUMBERS = (int, float)
LABELS = (bool, int, float, str)


def counted(encoder: Encoder, output: Output, settings: Settings) -> tuple[Encoder, Output]:
    """Return an encoder and an output that also count, as far as the contract has summaries."""
    contract, lines = settings.contract, Lines(settings.namespace, settings.endpoint)
    found = [(index, feature, bands_of(feature.summary, feature.values)) for index, feature in enumerate(contract.features)]
    features = [(index, feature.name, bands, _default(feature)) for index, feature, bands in found if bands]
    predicted = bands_of(contract.output_summary, contract.labels)
    if features:
        encoder = CountingEncoder(encoder, contract, FeatureCounts(features, lines), settings.drift_percent)
    if predicted:
        output = CountingOutput(output, PredictionCounts(contract.output_name, predicted, lines), settings.drift_percent)
    return encoder, output


def _default(feature: Feature) -> Any:
    """Return the value that a missing one counts as: the feature's default, unless the summary says how many were missing before."""
    return None if feature.summary.get("missing") else feature.default


class Sample:
    """A percentage of the requests, with random gaps, so that the sample is never in step with the callers."""

    def __init__(self, percent: float) -> None:
        self._most = 2 * (100 / percent - 1)
        self._drawn: list[float] = []
        self._left = self._gap()

    def has_next(self) -> bool:
        """Return whether the next request is in the sample."""
        self._left -= 1
        if self._left > 0:
            return False
        self._left += self._gap()
        return True

    def _gap(self) -> float:
        if not self._drawn:  # many at once, because a call of the system takes a microsecond
            self._drawn = [1 + self._most * number / DRAWS for number in memoryview(urandom(DRAWN)).cast("H")]
        return self._drawn.pop()


class CountingEncoder:
    """An encoder that counts the values of some of the requests that it accepts."""

    def __init__(self, encoder: Encoder, contract: Contract, counts: FeatureCounts, percent: float) -> None:
        self._payloads = encoder.payloads
        self._features = contract.features
        self._width = len(contract.features)
        self._counts = counts
        self._sample = Sample(percent)

    def payloads(self, body: Body | ParsedBody, invocation: Invocation) -> Payloads:
        """Return the payloads in order, and note the number of rows. Raises Problem if the body is invalid."""
        payloads = self._payloads(body, invocation)
        if self._sample.has_next():
            self._counts.add(self._rows(body, invocation.rows))
        return payloads

    def _rows(self, body: Body | ParsedBody, count: int) -> list[Any]:
        """Return rows of a body that was accepted; positional ones as text, because to parse them all takes as long as the rest."""
        width = self._width
        tokens = tokens_of(body.text, width) if body.is_plain_json else None
        if tokens is None:
            return spaced(body.instances(self._features, count).rows)
        if len(tokens) == width:
            return [",".join(tokens)]
        return [",".join(tokens[start : start + width]) for start in spaced(range(0, len(tokens), width + 1))]


class CountingOutput:
    """An output that counts the predictions for some of the requests."""

    def __init__(self, output: Output, counts: PredictionCounts, percent: float) -> None:
        self._predictions = output.predictions
        self._counts = counts
        self._sample = Sample(percent)

    def predictions(self, answers: Answers) -> list[Any]:
        """Return one prediction per row, in order. Raises Problem."""
        predictions = self._predictions(answers)
        if self._sample.has_next():
            self._counts.add(spaced(predictions))
        return predictions


def spaced[Rows: (list[Any], range)](rows: Rows) -> Rows:
    """Return at most ``MOST_ROWS`` of a request's rows, evenly spaced."""
    return rows if len(rows) <= MOST_ROWS else rows[:: -(-len(rows) // MOST_ROWS)]


class Counts(ABC):
    """Rows that are kept until there are enough to count them a column at a time, and the time at which their lines are due."""

    def __init__(self) -> None:
        self._kept: list[Any] = []
        self._due = monotonic() + SECONDS
        self.rows = 0

    def add(self, rows: list[Any]) -> None:
        """Count rows of a request, and write lines if they are due."""
        self._kept += rows
        due = monotonic() >= self._due
        if due or len(self._kept) >= KEPT_ROWS:
            self.count(self._kept)
            self._kept = []
        if due and self.rows >= LEAST_ROWS:
            self.write()
            self.rows = 0
            self._due = monotonic() + SECONDS

    @abstractmethod
    def count(self, rows: list[Any]) -> None:
        """Count rows by band."""

    @abstractmethod
    def write(self) -> None:
        """Write the lines, and clear the counts."""


class FeatureCounts(Counts):
    """The values of features, each with its position in the contract, its name, its bands and its default."""

    def __init__(self, features: list[tuple[int, str, Bands, Any]], lines: Lines) -> None:
        super().__init__()
        self._features = features
        self._lines = lines

    def count(self, rows: list[Any]) -> None:
        """Count instances as they were sent: positional, named, or positional under ``features``, which names no feature; or as text."""
        texts = [row for row in rows if type(row) is str]
        rows = [row["features"] if type(row) is dict and "features" in row else row for row in rows if type(row) is not str]
        if texts:
            rows += parse(f"[[{'],['.join(texts)}]]")
        columns = list(zip(*rows, strict=True)) if all(type(row) is list for row in rows) else None
        for index, name, bands, default in self._features:
            values = columns[index] if columns else [row.get(name) if type(row) is dict else row[index] for row in rows]
            if default is not None and None in values:
                values = [default if value is None else value for value in values]
            bands.add(values)
        self.rows += len(rows)

    def write(self) -> None:
        """Write the number of rows, and a line for each feature."""
        self._lines.write({}, {"CountedRows": self.rows})
        for _, name, bands, _ in self._features:
            self._lines.write({"Feature": name}, bands.sums())
            bands.clear()


class PredictionCounts(Counts):
    """The predictions: numbers, or the labels of classes. An adapter may return anything else, which does not count."""

    def __init__(self, name: str, bands: Bands, lines: Lines) -> None:
        super().__init__()
        self._bands = bands
        self._about = {"Output": name}
        self._lines = lines
        self._types = NUMBERS if bands.numeric else LABELS

    def count(self, rows: list[Any]) -> None:
        """Count predictions."""
        plain = [row.get("label") if type(row) is dict else row for row in rows]
        known = [value for value in plain if type(value) in self._types]
        self._bands.add(known)
        self.rows += len(known)

    def write(self) -> None:
        """Write a line for the prediction, and one for each band that has any."""
        self._lines.write(self._about, {"CountedRows": self.rows, **self._bands.sums()})
        for band, count in self._bands.named().items():
            self._lines.write(self._about | {"Band": band}, {"Predictions": count})
        self._bands.clear()


class Lines:
    """Lines of metrics of an endpoint, each with further dimensions."""

    def __init__(self, namespace: str, endpoint: str) -> None:
        self._namespace = namespace
        self._endpoint = endpoint

    def write(self, about: dict[str, str], values: Mapping[str, float]) -> None:
        """Write one line."""
        dimensions = {"EndpointName": self._endpoint} | about
        directives = [directive(self._namespace, [*dimensions], dict.fromkeys(values, "Count"))]
        line = {"_aws": {"Timestamp": int(time() * 1000), "CloudWatchMetrics": directives}, **dimensions, **values}
        sys.stdout.write(json.dumps(line) + "\n")

# SPDX-License-Identifier: Apache-2.0
"""Write the output: the columns that are passed through and the predictions, in the order of the input. Rejected rows go to a side file."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple, Protocol

from .errors import PredictError
from .journal import sync_folder
from .source import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any, TextIO

    from .batches import Batch
    from .description import Description
    from .journal import Journal

type Row = dict[str, Any]
type Columns = dict[str, set[type]]  # the types of their values


class Line(NamedTuple):
    """A row of the output, or one of the side file."""

    row: Row
    rejected: bool


class Writer(Protocol):
    """Writes rows to a text file."""

    def write(self, row: Row) -> None:
        """Write one row."""


def assemble(output: Path, rejected: Path, lines: Iterator[Line], columns: Columns, types: Mapping[str, Any]) -> None:
    """Write both files, each in one step. ``columns`` are those of the output; ``types`` are known of some columns of the input.

    There is no side file without rejected rows. Raises PredictError if a file cannot be written.
    """
    parts = {output: _beside(output), rejected: _beside(rejected)}
    count = 0
    try:
        with ExitStack() as files:
            texts = {path: files.enter_context(part.open("w", encoding="utf-8", newline="")) for path, part in parts.items()}
            writer: Writer = CsvWriter(texts[output], columns) if output.suffix.lower() == ".csv" else JsonLinesWriter(texts[output])
            others = JsonLinesWriter(texts[rejected])
            for line in lines:
                (others if line.rejected else writer).write(line.row)
                count += line.rejected
            for text in texts.values():
                text.flush()
                os.fsync(text.fileno())
        if output.suffix.lower() == ".parquet":
            from .parquet import convert  # polars, 0.25 s

            convert(parts[output], columns, types)
        if count:
            parts[rejected].replace(rejected)
        else:
            rejected.unlink(missing_ok=True)
        parts[output].replace(output)
        sync_folder(rejected)
        sync_folder(output)
    except OSError as error:
        raise PredictError(f"{output} cannot be written: {error}") from None
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


class CsvWriter:
    """CSV with a header. Numbers have the digits of the API's response; any other value than a text or a number is JSON."""

    def __init__(self, text: TextIO, columns: Columns) -> None:
        self._columns = list(columns)
        self._writer = csv.writer(text, lineterminator="\n")
        self._writer.writerow(self._columns)

    def write(self, row: Row) -> None:
        """Write one line."""
        self._writer.writerow([_field(row.get(name)) for name in self._columns])


class JsonLinesWriter:
    """One JSON object per line."""

    def __init__(self, text: TextIO) -> None:
        self._text = text

    def write(self, row: Row) -> None:
        """Write one line."""
        # A byte that is not UTF-8 was read as a surrogate; only an escape can show it.
        line = json.dumps(row, ensure_ascii=False)
        self._text.write((line if line.isprintable() else json.dumps(row)) + "\n")


def lines(batches: Iterator[Batch], journal: Journal, ids: Sequence[str], description: Description, *, nested: bool) -> Iterator[Line]:
    """Return the rows of both files, in the order of the input. ``nested`` keeps predictions as the API returns them.

    Raises PredictError if the input is not the one of the journal any more.
    """
    for batch in batches:
        if batch.number not in journal.entries or journal.entries[batch.number].digest != batch.digest:
            raise PredictError("The input changed during the run. Start over with --overwrite.")
        result = journal.read(batch.number)
        for place, record in enumerate(batch.records):
            if place in result.rejected:
                yield Line({"line": record.line, "record": dict(record.values), "errors": result.rejected[place]}, rejected=True)
            else:
                passed = {name: record.values.get(name) for name in ids}
                prediction = result.predictions[place]
                made = {description.output: prediction} if nested else flat(prediction, description)
                yield Line(passed | {_free(name, ids): value for name, value in made.items()}, rejected=False)


def flat(prediction: Any, description: Description) -> Row:
    """Return a prediction by column, with the names that the API's own CSV has (``prediction_api.prediction_formats``)."""
    if not isinstance(prediction, dict):
        return {description.output: prediction}
    made = {description.output if name == "label" else name: value for name, value in prediction.items() if name != "probabilities"}
    probabilities = prediction.get("probabilities") or []
    names = description.labels or range(len(probabilities))
    return made | {f"probability_{name}": value for name, value in zip(names, probabilities, strict=False)}


def survey(lines: Iterator[Line], ids: Sequence[str]) -> tuple[Counter[bool], Columns]:
    """Return the numbers of rows of the output and of the side file, and the columns of the output."""
    columns: Columns = {name: set() for name in ids}
    totals: Counter[bool] = Counter()
    for row, is_rejected in lines:
        totals[is_rejected] += 1
        if not is_rejected:
            for name, value in row.items():
                columns.setdefault(name, set()).add(type(value))
    return totals, columns


def _field(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _free(name: str, ids: Sequence[str]) -> str:
    """Return a name for a column of the prediction that no column has which is passed through."""
    return _free(f"predicted_{name}", ids) if name in ids else name


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}")


def format_problem(output: Path) -> str:
    """Return what is wrong with the name of an output, or an empty text."""
    return "" if output.suffix.lower() in FORMATS else f"{output}: unknown format. Use a name that ends in {' or '.join(FORMATS)}."

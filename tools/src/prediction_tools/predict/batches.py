# SPDX-License-Identifier: Apache-2.0
"""Groups of rows that are sent together. The same input and size give the same batches."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .records import Record
    from .source import Source


@dataclass(frozen=True)
class Batch:
    """Some rows in order, and their number among the batches, from 0."""

    number: int
    records: list[Record]

    @property
    def digest(self) -> str:
        """SHA-256 of the rows: a batch of a journal is of this input only if it has the same."""
        rows = [[record.line, record.values, record.problem] for record in self.records]
        return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()


def batches(source: Source, size: int) -> Iterator[Batch]:
    """Read the batches of a source, in order."""
    records = source.records()
    number = 0
    while rows := list(islice(records, size)):
        yield Batch(number, rows)
        number += 1

# SPDX-License-Identifier: Apache-2.0
"""One row of the input, in whatever format it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


@dataclass(frozen=True, slots=True)
class Record:
    """A row: its values by column, the line it starts on (from 1), and how far into the source it ends, in the source's unit.

    ``problem`` says why the row cannot be sent; it is empty if it can.
    """

    line: int
    values: Mapping[str, Any]
    position: int
    problem: str = ""

# SPDX-License-Identifier: Apache-2.0
"""A draft: the parts of a contract, with notes for the person who reviews it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class FeatureDraft:
    """A feature, and how it was found in the data."""

    name: str
    column: str
    """The name in the data, which may not be a valid one in a contract."""
    type: str
    minimum: float | None = None
    maximum: float | None = None
    values: list[Any] | None = None
    nullable: bool = False
    default: Any = None
    example: Any = None
    summary: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """Return the feature as a contract declares it; members without a value are left out."""
        members = {
            "name": self.name,
            "type": self.type,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "values": self.values,
            "nullable": self.nullable or None,
            "default": self.default,
            "example": self.example,
            "summary": self.summary or None,
        }
        return {key: value for key, value in members.items() if value is not None}


@dataclass
class ColumnDraft:
    """One entry of ``columns``."""

    text: str
    note: str = ""

    @property
    def feature(self) -> str:
        """Return the name of its feature."""
        return self.text.partition("|")[0].strip().partition(".")[0]


@dataclass
class OutputDraft:
    """The output."""

    name: str
    kind: str = "regression"
    steps: list[str] = field(default_factory=list)
    labels: list[str] | None = None
    summary: dict[str, Any] = field(default_factory=dict)
    """Of the model's predictions for the data."""
    notes: list[str] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """Return the output as a contract declares it."""
        members = {
            "name": self.name,
            "kind": self.kind,
            "steps": self.steps or None,
            "labels": self.labels,
            "summary": self.summary or None,
        }
        return {key: value for key, value in members.items() if value is not None}


@dataclass
class Draft:
    """The draft of a contract."""

    features: list[FeatureDraft]
    columns: list[ColumnDraft]
    output: OutputDraft
    left_out: list[tuple[str, str]] = field(default_factory=list)
    """Columns of the data that are not features, each with the reason."""
    notes: list[str] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """Return the contract."""
        return {
            "features": [feature.document() for feature in self.features],
            "columns": [column.text for column in self.columns],
            "output": self.output.document(),
        }

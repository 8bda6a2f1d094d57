# SPDX-License-Identifier: Apache-2.0
"""A draft as YAML, with the notes as comments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from prediction_tools.contract.document import DocumentError, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .contract_draft import Draft, FeatureDraft

WIDTH = 120
REVIEW = "review: "


def text(draft: Draft, source: str) -> str:
    """Return the contract's file. ``source`` says what the draft was made from."""
    lines = [f'# A draft, from {source}. Lines with "review" are assumptions: confirm or correct each, and remove the comment.']
    lines += [f"# {REVIEW}{_line(note)}" for note in draft.notes]
    lines.append("features:")
    for feature in draft.features:
        lines += _feature(feature)
    if draft.left_out:
        lines += [
            "  # Columns of the data that are not features:",
            *(f"  #   {_line(f'{name}: {reason}')}" for name, reason in draft.left_out),
        ]
    lines += ["", "columns:", *(f"  - {scalar(column.text)}{_comment(column.note)}" for column in draft.columns)]
    lines += ["", "output:", f"  name: {scalar(draft.output.name)}", f"  kind: {draft.output.kind}"]
    if draft.output.steps:
        lines.append(f"  steps: {flow(draft.output.steps)}")
    if draft.output.labels:
        lines += [f"  labels: {flow(draft.output.labels)} # in the order of the model's classes"]
    lines += _summary(draft.output.summary, "  ")
    lines += [f"  # {REVIEW}{_line(note)}" for note in draft.output.notes]
    return "\n".join(lines) + "\n"


def _feature(feature: FeatureDraft) -> Iterable[str]:
    members = feature.document()
    summary = members.pop("summary", None)
    note = _comment("; ".join(feature.notes))
    yield f"  - name: {scalar(members.pop('name'))}{note}"
    for key, value in members.items():
        yield f"    {key}: {flow(value) if isinstance(value, list) else scalar(value)}"
    yield from _summary(summary or {}, "    ")


def _summary(summary: dict[str, Any], indent: str) -> Iterable[str]:
    if summary:
        yield f"{indent}summary:"
        for key, value in summary.items():
            yield f"{indent}  {key}: {_value(value)}"


def _comment(note: str) -> str:
    return f" # {REVIEW}{_line(note)}" if note else ""


def _line(comment: str) -> str:
    """Return a comment without the line breaks and control characters that a name or a value of the data may contain."""
    return "".join(character if character.isprintable() else " " for character in comment)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {scalar(item)}" for key, item in value.items()) + "}"
    return flow(value) if isinstance(value, list) else scalar(value)


def flow(values: Sequence[Any]) -> str:
    """Return a list on one line."""
    return f"[{', '.join(map(scalar, values))}]"


def scalar(value: Any) -> str:
    """Return a value that reads back as itself: text is quoted only if YAML, or Terraform, would read it as something else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return json.dumps(value)
    try:
        plain = bool(value) and parse(f"[{value}]").value == [value] and parse(f"{value}: {value}").value == {value: value}
    except DocumentError:
        plain = False
    return value if plain and not set(value) & set("#\n,[]{}") else json.dumps(value, ensure_ascii=False)

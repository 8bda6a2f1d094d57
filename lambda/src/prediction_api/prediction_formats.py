# SPDX-License-Identifier: Apache-2.0
"""Predictions as the text of a response: JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .contract import Contract

    Format = Callable[[list[Any]], str]


def formats_of(contract: Contract, *, adapted: bool) -> dict[str, Format]:
    """Return the functions from predictions to text, by media type. ``adapted``: an adapter makes the predictions."""
    only_numbers = not (contract.labels or contract.kind == "multiclass" or adapted)
    return {"application/json": _json_numbers if only_numbers else _json, "text/csv": partial(_csv, contract)}


def _json_numbers(predictions: list[Any]) -> str:
    return f'{{"predictions": {predictions!r}}}'  # JSON as well, in a third of the time of json.dumps


def _json(predictions: list[Any]) -> str:
    return json.dumps({"predictions": predictions})


def _csv(contract: Contract, predictions: list[Any]) -> str:
    """Return predictions as CSV with a header, one line per instance."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    rows = [_row(contract, prediction) for prediction in predictions]
    writer.writerow(rows[0])
    writer.writerows(row.values() for row in rows)
    return file.getvalue()


def _row(contract: Contract, prediction: Any) -> dict[str, Any]:
    if not isinstance(prediction, dict):
        return {contract.output_name: prediction}
    rest = {contract.output_name if name == "label" else name: value for name, value in prediction.items()}
    probabilities = rest.pop("probabilities", [])
    names = contract.labels or range(len(probabilities))
    return rest | {f"probability_{name}": one for name, one in zip(names, probabilities, strict=False)}

# SPDX-License-Identifier: Apache-2.0
"""Training data through the code that encodes requests. The handler itself does not use this module."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

from .body import Instances
from .columns import Columns
from .contract import ContractError
from .validation import Validator

if TYPE_CHECKING:
    from typing import Any

    from .contract import Contract


def columns(contract: Contract, instances: list[Any]) -> list[list[float]]:
    """Encode instances (positional or named, as in a request) exactly as the handler does.

    Returns one list per name in ``contract.column_names``, each with one float per instance, NaN where a value is
    missing. Raises ``prediction_api.problems.Problem`` if an instance does not match the contract, and ContractError if
    a column is text, which no such list can hold: XGBoost needs its number.
    """
    texts = [column for column in contract.model_columns if column.text]
    if texts:
        raise ContractError([f"column {column.spec!r}: a {column.feature.type} is text; add | onehot or | ordinal" for column in texts])
    accepted = Validator(contract).accept(Instances(instances))
    matrix = Columns(contract).matrix(accepted, lambda: instances)
    return [[nan if value is None else float(value) for value in column] for column in matrix]


def records(contract: Contract, instances: list[Any]) -> list[dict[str, Any]]:
    """Return instances as an adapter's ``encode`` gets them: checked values by feature. Raises Problem."""
    validator = Validator(contract)
    checked = validator.accept(Instances(instances))
    return [dict(zip(validator.names, values, strict=True)) for values in zip(*checked, strict=True)]

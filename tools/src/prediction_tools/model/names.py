"""Names of columns in a contract and in a model: which ones mean the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# the numbers that XGBoost and pandas give to columns without names
UNNAMED = re.compile(r"(?:f|x|column_?|feature_?)?[0-9]+", re.IGNORECASE)
PARTS = {"weekday": "dayofweek", "week": "weekofyear", "doy": "dayofyear", "dow": "dayofweek"}
TRANSFORMERS = re.compile(r"^[A-Za-z_]\w*?__")  # scikit-learn's ColumnTransformer writes num__temp


def are_given(names: Sequence[str]) -> bool:
    """Whether the names of a model say anything: a model that was trained on an array has none, or numbers."""
    return bool(names) and not all(UNNAMED.fullmatch(name) for name in names)


def forms(name: str) -> list[str]:
    """Return the forms under which a column may stand in a model, the most exact first, without regard to case and punctuation.

    "datetime.hour" may be called datetime_hour or hour, "color=red" color_red or cat__color_red, and "temp | log1p" temp.
    """
    plain = name.lower()
    source = plain.partition("|")[0].strip()
    whole = [plain, source, TRANSFORMERS.sub("", plain), TRANSFORMERS.sub("", source)]
    part = source.rpartition(".")[2] if "." in source else ""
    flat = [re.sub(r"[^0-9a-z]+", "", form) for form in (*whole, part, PARTS.get(part, "")) if form]
    return list(dict.fromkeys(flat))


def same(column: str, name: str) -> bool:
    """Whether a column of a contract and a name in a model mean the same."""
    other = forms(name)
    return any(form in other or PARTS.get(form) in other for form in forms(column)) or any(
        PARTS.get(form) in forms(column) for form in other
    )


def matches(columns: Sequence[str], names: Sequence[str]) -> list[int | None]:
    """Return for each name of a model the position of the contract's column that means the same, None if there is none.

    Exact names come first, so that "temp" is never matched with "temp | log1p" where both exist.
    """
    found: list[int | None] = [None] * len(names)
    free = dict(enumerate(columns))
    for agree in (str.__eq__, same):
        for place, name in enumerate(names):
            if found[place] is None:
                near = sorted((index for index, column in free.items() if agree(column, name)), key=lambda index: abs(index - place))
                if near:
                    found[place] = near[0]
                    del free[near[0]]
    return found

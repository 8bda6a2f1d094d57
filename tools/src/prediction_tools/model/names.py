# SPDX-License-Identifier: Apache-2.0
"""Names of columns in a contract and in a model: which ones mean the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# the numbers that XGBoost and pandas give to columns without names
UNNAMED = re.compile(r"(?:f|x|column_?|feature_?)?[0-9]+", re.IGNORECASE)
SYNONYMS = {
    "dayofweek": ("weekday", "dow"),
    "dayofyear": ("doy", "yearday"),
    "weekofyear": ("week", "isoweek"),
    "day": ("dayofmonth", "dom", "mday"),
}
# signup_date.month may be called signup_month
MOMENT = re.compile(r"_?(?:date|datetime|time|timestamp|at|on|dt|ts)$")
STEP = re.compile(r"(log1p|sin|cos)\b")


def are_given(names: Sequence[str]) -> bool:
    """Whether the names of a model say anything: a model that was trained on an array has none, or numbers."""
    return bool(names) and not all(UNNAMED.fullmatch(name) for name in names)


def flat(name: str) -> str:
    """Return a name without case and punctuation."""
    return re.sub(r"[^0-9a-z]+", "", name.lower())


def spellings(column: str) -> Iterator[str]:
    """Return the flat names that a model may have for a contract's column, the most exact one first.

    "datetime.hour" may be called datetime_hour or hour, "signup_date.month" signup_month, "datetime.hour | sin(24)" hour_sin,
    "color=red" color_red, and "x | log1p" log_x.
    """
    yield flat(column)
    source, *steps = (part.strip() for part in column.split("|"))
    feature, _, part = source.partition(".")
    base = flat(feature)
    bases = [base, *filter(None, [flat(MOMENT.sub("", feature.lower()))])] if part else [base]
    parts = (part, *SYNONYMS.get(part, ()))
    words = [form for word in parts for one in bases for form in (one + word, word, word + one)] if part else [flat(source)]
    named = [found[1] for step in steps if (found := STEP.match(step))]
    for word in words:
        for name in named or [""]:
            for log in (name, "log") if name == "log1p" else (name,):
                yield word + log
                yield log + word
    if named == ["log1p"]:
        yield base


def same(column: str, name: str) -> bool:
    """Whether a column of a contract and a name in a model mean the same. scikit-learn writes the step before a name: num__temp."""
    return not {flat(name), flat(name.rpartition("__")[2])}.isdisjoint(spellings(column))


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

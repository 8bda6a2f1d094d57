# SPDX-License-Identifier: Apache-2.0
"""One check per feature: from the values of a request to checked values, a whole column at a time.

A check returns the values with defaults filled in and dates parsed, None where one is missing. It raises one of
``UNCONFIRMED`` if it cannot confirm them.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING

from .contract import NUMBER_TYPES, TEXT_TYPES, csv_safe
from .missing import apply_to_present
from .number_rules import LARGEST, NumberRule
from .problems import Unconfirmed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from .contract import Contract, Feature

    Values = Sequence[Any]
    Check = Callable[[Values], Values]

DIGITS_TO_ZERO = str.maketrans("123456789", "0" * 9)
DATETIME_PATTERNS = {
    "0000-00-00" + separator + "00:00" + rest
    for separator in " T"
    for rest in ("", ":00", *(":00." + "0" * digits for digits in range(1, 7)))
}


def checks_of(contract: Contract) -> list[Check]:
    """Return a check for each feature of a contract."""
    csv = contract.content_type == "text/csv"
    in_csv = {column.index for column in contract.model_columns if column.text and csv}
    rules = number_rules(contract)
    return [_check(feature, rules[index], index in in_csv) for index, feature in enumerate(contract.features)]


def number_rules(contract: Contract) -> list[NumberRule | None]:
    """Return the rule of each feature that is a number or an integer, None for others."""
    sent = {column.index: contract.largest for column in contract.model_columns if not column.steps}
    return [
        NumberRule(
            integer=feature.type == "integer",
            minimum=feature.minimum,
            maximum=feature.maximum,
            values=feature.values,
            largest=sent.get(index, LARGEST),
        )
        if feature.type in NUMBER_TYPES
        else None
        for index, feature in enumerate(contract.features)
    ]


def _check(feature: Feature, rule: NumberRule | None, in_csv: bool) -> Check:
    if rule:
        check = _number_check(rule)
    elif feature.type in TEXT_TYPES:
        check = _text_check(feature, in_csv)
    else:
        check = {"boolean": _boolean_check, "date": _date_check, "datetime": datetime_check}[feature.type]
    return _optional(feature.default, check) if feature.optional else check


def _number_check(rule: NumberRule) -> Check:
    accepts_all = rule.accepts_all

    def check(values: Values) -> Values:
        if not accepts_all(values):
            raise Unconfirmed
        return values

    return check


def _boolean_check(values: Values) -> Values:
    if set(map(type, values)) != {bool}:
        raise Unconfirmed
    return list(map(int, values))


def _text_check(feature: Feature, in_csv: bool) -> Check:
    allowed = frozenset(feature.values)
    longest = math.inf if feature.max_length is None else feature.max_length

    def check(values: Values) -> Values:
        if allowed:
            if not allowed.issuperset(values):
                raise Unconfirmed
        elif max(map(len, values)) > longest or (in_csv and not all(map(csv_safe, values))):
            raise Unconfirmed
        else:
            "".join(values).encode()  # a lone surrogate raises UnicodeEncodeError, which is a ValueError
        return values

    return check


def _date_check(values: Values) -> Values:
    if set(map(len, values)) != {10} or "".join(values).translate(DIGITS_TO_ZERO) != "0000-00-00" * len(values):
        raise Unconfirmed
    return list(map(date.fromisoformat, values))


def datetime_check(values: Values) -> Values:
    """Return the parsed values of a datetime feature. Raises one of UNCONFIRMED."""
    pattern = values[0].translate(DIGITS_TO_ZERO)
    text = "".join(values)
    if text.translate(DIGITS_TO_ZERO) != pattern * len(values):
        text = "\n".join(values)
        if not DATETIME_PATTERNS.issuperset(text.translate(DIGITS_TO_ZERO).split("\n")):
            raise Unconfirmed
    # Python 3.14 accepts hour 24 as the next day
    if pattern not in DATETIME_PATTERNS or " 24:" in text or "T24:" in text:
        raise Unconfirmed
    return list(map(datetime.fromisoformat, values))


def _optional(default: Any, check: Check) -> Check:
    def fill(values: Values) -> Values:
        if default is not None and None in values:
            return check([default if value is None else value for value in values])
        return apply_to_present(check, values)

    return fill

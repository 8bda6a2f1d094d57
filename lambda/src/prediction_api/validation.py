# SPDX-License-Identifier: Apache-2.0
"""Instances to checked values: fast, a column at a time. Whatever it cannot confirm goes to ``validation_report``."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from .contract import TEXT_TYPES
from .feature_checks import checks_of
from .problems import UNCONFIRMED, Unconfirmed
from .validation_report import examine, has_duplicate_keys

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .body import Instances
    from .contract import Contract
    from .feature_checks import Values

QUOTED_TYPES = {*TEXT_TYPES, "date", "datetime"}  # whose values are strings in JSON


class Validator:
    """The checks of a contract."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self.names = [feature.name for feature in contract.features]
        self.checks = checks_of(contract)
        self._known = frozenset(self.names)
        self._quoted = [index for index, feature in enumerate(contract.features) if feature.type in QUOTED_TYPES]

    def accept(self, instances: Instances) -> list[Values]:
        """Return one sequence of checked values per feature: defaults filled in, dates parsed, None where missing.

        Raises Problem with every error in the instances.
        """
        try:
            columns, quotes = self._split(instances.rows)
            checked = self.check(columns)
            if instances.text and self._may_repeat_keys(instances, columns, quotes) and has_duplicate_keys(instances):
                raise Unconfirmed
        except UNCONFIRMED:
            return examine(self._contract, self.checks, instances)
        return checked

    def check(self, columns: Sequence[Values]) -> list[Values]:
        """Return the checked values by feature. Raises one of UNCONFIRMED."""
        return [check(column) for check, column in zip(self.checks, columns, strict=True)]

    def _may_repeat_keys(self, instances: Instances, columns: Sequence[Values], quotes: int) -> bool:
        """Whether the text has other quotes than the parsed instances account for: the parser drops repeated keys."""
        if not instances.lines:
            quotes += 2  # of the key "instances"
        for index in self._quoted:
            quotes += 2 * (len(instances.rows) - columns[index].count(None))
        return instances.text.count('"') != quotes or "\\" in instances.text

    def _split(self, rows: list[Any]) -> tuple[Sequence[Values], int]:
        """Return the values by feature, and how many quotes the keys of the instances have."""
        kinds = set(map(type, rows))
        quotes = 0
        if kinds == {dict}:
            if "features" in rows[0]:
                quotes = 2 * sum(map(len, rows))
                rows = list(map(itemgetter("features"), rows))
                kinds = set(map(type, rows))
                if quotes != 2 * len(rows):
                    raise Unconfirmed
            elif all(map(self._known.issuperset, rows)):
                return [[row.get(name) for row in rows] for name in self.names], 2 * sum(map(len, rows))
        if kinds != {list} or set(map(len, rows)) != {len(self.names)}:
            raise Unconfirmed
        return list(zip(*rows, strict=True)), quotes

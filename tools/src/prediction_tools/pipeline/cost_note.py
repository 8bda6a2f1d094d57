# SPDX-License-Identifier: Apache-2.0
"""A note about the cost of a plan, in Markdown: the billed resources that it creates, changes and destroys."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from . import prices
from .billing import Item, items
from .errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ORDER = ("hour", "month", "request", "GB")


class Line(NamedTuple):
    """A change of a line of the bill."""

    change: str
    kind: str
    item: Item


def note(document: Mapping[str, Any]) -> str:
    """Return the note on the JSON of a plan. Raises PipelineError if it is something else."""
    grouped: dict[Line, list[str]] = defaultdict(list)
    try:
        for change in document["resource_changes"]:
            for line in _lines(change):
                grouped[line].append(change["address"])
    except (KeyError, TypeError, AttributeError):
        raise PipelineError("this is not the JSON of a plan. Write it with: terraform show -json planned.tfplan") from None
    if not grouped:
        return "## Cost\n\nThe plan changes nothing that AWS bills.\n"
    rows = [_row(line, grouped[line]) for line in sorted(grouped, key=lambda line: (ORDER.index(line.item.basis), line.kind, line))]
    services = sorted({line.item.service for line in grouped})
    return (
        "## Cost\n\n| change | resource | billed by | quantity | list price |\n| --- | --- | --- | --- | --- |\n"
        + "".join(rows)
        + f"\nPrices of {prices.REGION}, as of {prices.AS_OF}; a price that is missing here is on the page of its service: "
        + ", ".join(f"[{service}]({prices.PAGES[service]})" for service in services)
        + ". Traffic, stored data and free tiers are not estimated.\n"
    )


def _lines(change: Mapping[str, Any]) -> Iterator[Line]:
    """Yield the lines that a planned change adds, changes or removes. A replacement adds the new one and removes the old one."""
    actions, kind = change["change"]["actions"], change["type"]
    before, after = ([] if values is None else items(kind, values) for values in (change["change"]["before"], change["change"]["after"]))
    if actions == ["update"]:
        yield from (Line("update from", kind, item) for item in before if item not in after)
        yield from (Line("update to", kind, item) for item in after if item not in before)
        return
    if "create" in actions:
        yield from (Line("create", kind, item) for item in after)
    if "delete" in actions:
        yield from (Line("destroy", kind, item) for item in before)


def _row(line: Line, addresses: list[str]) -> str:
    shown = f"`{addresses[0]}`" if len(addresses) == 1 else f"{len(addresses)} x `{line.kind}`"
    item = line.item
    return f"| {line.change} | {shown} | {item.basis} | {item.quantity} | {item.price} |\n"

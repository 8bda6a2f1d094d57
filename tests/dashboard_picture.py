"""A CloudWatch dashboard as a picture (SVG), from its definition and the values of its metrics."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

UNIT = 50  # pixels of one unit of the dashboard's grid
COLORS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf")


class Series(NamedTuple):
    """A line of a chart: its label and its values over time, in seconds since the beginning."""

    label: str
    values: list[tuple[float, float]]


def draw(dashboard: dict[str, Any], read: Callable[[dict[str, Any], list[Any]], Series]) -> str:
    """Return the picture. ``read`` returns the series of one row of a chart's metrics."""
    widgets = dashboard["widgets"]
    height = max(widget["y"] + widget["height"] for widget in widgets) * UNIT
    shapes = "".join(shape for widget in widgets for shape in _widget(widget, read))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {24 * UNIT} {height}" font-family="sans-serif" font-size="13">\n'
    return f'{head}<rect width="100%" height="100%" fill="#f4f4f4"/>\n{shapes}</svg>\n'


def _widget(widget: dict[str, Any], read: Callable[[dict[str, Any], list[Any]], Series]) -> Iterator[str]:
    x, y, width, height = (widget[name] * UNIT for name in ("x", "y", "width", "height"))
    properties = widget["properties"]
    if widget["type"] == "text":
        yield f'<text x="{x + 8}" y="{y + 34}" font-size="20" font-weight="bold">{escape(properties["markdown"].lstrip("# "))}</text>\n'
        return
    yield f'<rect x="{x + 4}" y="{y + 4}" width="{width - 8}" height="{height - 8}" fill="white" stroke="#ccc"/>\n'
    yield f'<text x="{x + 14}" y="{y + 26}" font-weight="bold">{escape(properties["title"])}</text>\n'
    if widget["type"] == "metric":
        lines = [read(properties, row) for row in properties["metrics"]]
        yield from _lines(lines, x + 60, y + 40, width - 80, height - 100)
        yield from _legend(lines, x + 14, y + height - 22)


def _lines(lines: list[Series], x: float, y: float, width: float, height: float) -> Iterator[str]:
    values = [value for line in lines for value in line.values]
    seconds = max((second for second, _ in values), default=0) or 1
    highest = max((value for _, value in values), default=0) or 1
    yield f'<path d="M{x} {y}V{y + height}H{x + width}" fill="none" stroke="#888"/>\n'
    yield f'<text x="{x - 6}" y="{y + 10}" text-anchor="end" font-size="11">{highest:.3g}</text>\n'
    for color, line in zip(COLORS, lines, strict=False):
        points = " ".join(f"{x + width * at / seconds:.1f},{y + height * (1 - value / highest):.1f}" for at, value in line.values)
        if points:
            yield f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"/>\n'


def _legend(lines: list[Series], x: float, y: float) -> Iterator[str]:
    for color, line in zip(COLORS, lines, strict=False):
        yield f'<rect x="{x}" y="{y - 10}" width="10" height="10" fill="{color}"/>'
        yield f'<text x="{x + 14}" y="{y}" font-size="11">{escape(line.label)}</text>\n'
        x += 30 + 7 * len(line.label)

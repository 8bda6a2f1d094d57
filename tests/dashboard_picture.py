"""A CloudWatch dashboard as a picture (SVG), from its definition and the values of its metrics."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

UNIT = 50  # pixels of one unit of the dashboard's grid
LINE = 16  # pixels of a row of a legend
COLORS = (
    "#1f77b4",
    "#d62728",
    "#2ca02c",
    "#9467bd",
    "#ff7f0e",
    "#17becf",
    "#8c564b",
    "#e377c2",
    "#7f7f7f",
    "#bcbd22",
    "#003f5c",
    "#665191",
)


class Series(NamedTuple):
    """A line of a chart: its label and its values over time, in seconds since the beginning."""

    label: str
    values: list[tuple[float, float]]


type Read = Callable[[dict[str, Any], list[Any]], list[Series]]


def draw(dashboard: dict[str, Any], read: Read) -> str:
    """Return the picture. ``read`` returns the series of one row of a chart's metrics: several for a search, none for what is not shown."""
    widgets = dashboard["widgets"]
    height = max(widget["y"] + widget["height"] for widget in widgets) * UNIT
    shapes = "".join(shape for widget in widgets for shape in _widget(widget, read))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {24 * UNIT} {height}" font-family="sans-serif" font-size="13">\n'
    return f'{head}<rect width="100%" height="100%" fill="#f4f4f4"/>\n{shapes}</svg>\n'


def _widget(widget: dict[str, Any], read: Read) -> Iterator[str]:
    x, y, width, height = (widget[name] * UNIT for name in ("x", "y", "width", "height"))
    properties = widget["properties"]
    if widget["type"] == "text":
        yield f'<text x="{x + 8}" y="{y + 34}" font-size="20" font-weight="bold">{escape(properties["markdown"].lstrip("# "))}</text>\n'
        return
    yield f'<rect x="{x + 4}" y="{y + 4}" width="{width - 8}" height="{height - 8}" fill="white" stroke="#ccc"/>\n'
    yield f'<text x="{x + 14}" y="{y + 26}" font-weight="bold">{escape(properties["title"])}</text>\n'
    if widget["type"] == "metric":
        lines = [line for row in properties["metrics"] for line in read(properties, row)]
        rows = _legend_rows(lines, width - 28)
        yield from _lines(lines, x + 60, y + 40, width - 80, height - 84 - LINE * len(rows))
        yield from _legend(rows, x + 14, y + height - 6 - LINE * len(rows))


def _lines(lines: list[Series], x: float, y: float, width: float, height: float) -> Iterator[str]:
    points = [point for line in lines for point in line.values]
    seconds = max((second for second, _ in points), default=0) or 1
    highest = max((abs(value) for _, value in points), default=0) or 1
    zero = 0.5 if any(value < 0 for _, value in points) else 1.0  # the share of the height above 0
    yield f'<path d="M{x} {y}V{y + height}H{x + width}" fill="none" stroke="#888"/>\n'
    yield f'<text x="{x - 6}" y="{y + 10}" text-anchor="end" font-size="11">{highest:.3g}</text>\n'
    for color, line in zip(COLORS, lines, strict=False):
        drawn = " ".join(f"{x + width * at / seconds:.1f},{y + height * zero * (1 - value / highest):.1f}" for at, value in line.values)
        if drawn:
            yield f'<polyline points="{drawn}" fill="none" stroke="{color}" stroke-width="2"/>\n'
        if len(line.values) == 1:  # a line of one point is invisible
            place_x, place_y = drawn.split(",")
            yield f'<circle cx="{place_x}" cy="{place_y}" r="3" fill="{color}"/>\n'


def _legend_rows(lines: list[Series], width: float) -> list[list[tuple[float, str, str]]]:
    """Return the entries of the legend in rows: the place of each, its color and its label."""
    rows: list[list[tuple[float, str, str]]] = [[]]
    x = 0.0
    for color, line in zip(COLORS, lines, strict=False):
        needed = 30 + 7 * len(line.label)
        if x and x + needed > width:
            rows.append([])
            x = 0.0
        rows[-1].append((x, color, line.label))
        x += needed
    return rows


def _legend(rows: list[list[tuple[float, str, str]]], x: float, y: float) -> Iterator[str]:
    for number, row in enumerate(rows):
        for place, color, label in row:
            at = y + LINE * number
            yield f'<rect x="{x + place}" y="{at - 10}" width="10" height="10" fill="{color}"/>'
            yield f'<text x="{x + place + 14}" y="{at}" font-size="11">{escape(label)}</text>\n'

"""The page of an API in a browser, used as people do."""

from __future__ import annotations

import csv
import io
import json
from random import Random
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

type Json = Any

ROWS = 500


def fill(page: Page, bird: Json) -> None:
    """Fill the form by the labels of its fields; None empties a field."""
    for name, value in bird.items():
        control = page.get_by_label(name, exact=True)
        if isinstance(value, bool):
            control.set_checked(value)
        elif control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(label=value)
        else:
            control.fill("" if value is None else str(value))


def points(page: Page) -> list[list[Json]]:
    """Return the values of the curve that is shown, by point: the feature's value, then those of the series."""
    rows = page.locator("#what-if-curve tbody tr").evaluate_all(
        "all => all.map(row => [...row.querySelectorAll('data')].map(one => one.value))"
    )
    return [[json.loads(value) for value in row] for row in rows]


def draw(page: Page, feature: str) -> list[list[Json]]:
    """Draw the curve of a feature; return its points."""
    page.select_option("#what-if-feature", feature)
    page.click("#what-if-draw")
    expect(page.locator("#what-if-status")).to_contain_text(f"by {feature}: ")
    return points(page)


def use_every_part(opened: Any) -> None:
    """Make a prediction, a curve, a table of a file and an error of a field appear on the page of the penguins."""
    page = opened.page
    fill(page, {"bill_length_mm": 44, "flipper_length_mm": 200, "island": "Dream"})
    opened.predict()
    draw(page, "bill_length_mm")
    page.get_by_label("CSV text").fill(file_of_birds(20))
    page.click("#csv-run")
    expect(page.locator("#csv-status")).to_have_text("All 20 rows predicted.")
    fill(page, {"bill_depth_mm": 500})
    page.click("#predict")
    expect(page.locator("#field-bill_depth_mm-error")).to_be_visible()


def file_of_birds(rows: int = ROWS) -> str:
    """Return the text of a CSV file."""
    random = Random(1)  # noqa: S311 - reproducible on purpose
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["egg_date", "island", "first_nest", "bill_length_mm", "sex"])
    for _ in range(rows):
        length = round(random.uniform(20, 80), 2)
        writer.writerow(
            ["2008-11-14", random.choice(["Biscoe", "Dream", "Torgersen"]), "true", length, random.choice(["female", "male", ""])]
        )
    return text.getvalue()

"""GET / in a browser: less frequent ways to use it, and the dark scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe
from pages import draw, use_every_part
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from deployments import Deployment

type Show = Callable[..., Any]


def test_every_kind_of_feature_has_a_curve(penguins: Deployment, show: Show) -> None:
    page = show(penguins).page
    counts = {"egg_date": 41, "first_nest": 2, "eggs": 4, "sex": 3}
    assert {feature: len(draw(page, feature)) for feature in counts} == counts


def test_a_file_can_be_dropped_on_the_page(penguins: Deployment, show: Show) -> None:
    page = show(penguins).page
    page.evaluate("""() => {
      const transfer = new DataTransfer()
      transfer.items.add(new File(["island,first_nest,egg_date\\nDream,true,2008-11-14\\n"], "birds.csv"))
      document.getElementById("csv").dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }))
    }""")
    expect(page.locator("#csv-status")).to_contain_text("birds.csv is ready.")
    page.click("#csv-run")
    expect(page.locator("#csv-status")).to_have_text("All 1 rows predicted.")


def test_axe_finds_no_violation_in_the_dark(penguins: Deployment, show: Show) -> None:
    opened = show(penguins, scheme="dark")
    use_every_part(opened)
    found = Axe().run(opened.page)
    assert found.violations_count == 0, found.generate_report()

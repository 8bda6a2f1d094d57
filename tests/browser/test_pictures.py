"""The pictures in the documentation show the page and the reference as they are now; `make pictures` makes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pages import draw, file_of_birds, fill
from pictures import distance, outline
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from deployments import Deployment
    from playwright.sync_api import FloatRect, Page

type Show = Callable[..., Any]

IMAGES = Path(__file__).parents[2] / "docs" / "images"
OUTLINES = Path(__file__).parent / "outlines"
# Among six families of fonts, the largest distance was 0.035 (monospace); without a section it is 0.022, and dark for light is 0.83.
# So the picture shows colors and arrangement, and the outline every text and control.
TOLERANCE = 0.05
OUTDATED = "no longer what a browser shows; look at the difference, then run: make pictures"
CLIP: FloatRect = {"x": 0, "y": 0, "width": 1100, "height": 1850}


def check(page: Page, deployment: Deployment, picture: str, text: str, *, renew: bool, **options: Any) -> None:
    """Compare what a page shows with a picture and an outline, or write both."""
    address, version = page.url.partition("/v1/")[0], json.loads(deployment.outputs["openapi"])["info"]["version"]
    shown = outline(page, address=address, key=deployment.outputs["api_key"], version=version)
    page.locator("body").evaluate("() => scrollTo(0, 0)")
    png = page.screenshot(**options)
    if renew:
        (IMAGES / picture).write_bytes(png)
        (OUTLINES / text).write_text(shown, encoding="utf-8")
    page.goto("about:blank")
    assert shown == (OUTLINES / text).read_text(encoding="utf-8"), f"docs/images/{picture}: {OUTDATED}"
    assert distance(page, png, IMAGES / picture) < TOLERANCE, f"docs/images/{picture}: {OUTDATED}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_of_the_page_is_current(penguins: Deployment, show: Show, renew: bool, scheme: str) -> None:
    opened = show(penguins, scheme=scheme)
    fill(opened.page, {"bill_length_mm": 44, "flipper_length_mm": 200, "island": "Dream"})
    opened.predict()
    draw(opened.page, "bill_length_mm")
    opened.page.get_by_label("CSV text").fill(file_of_birds(20))
    opened.page.click("#csv-run")
    expect(opened.page.locator("#csv-status")).to_have_text("All 20 rows predicted.")
    check(opened.page, penguins, f"page-{scheme}.png", "page.yaml", renew=renew, clip=CLIP, full_page=True)


def test_the_picture_of_the_reference_is_current(penguins: Deployment, show: Show, renew: bool) -> None:
    page = show(penguins, "/docs").page
    page.click("#operations-default-predict .opblock-summary-control")
    expect(page.locator("#operations-default-predict .try-out__btn")).to_be_visible()
    check(page, penguins, "reference.png", "reference.yaml", renew=renew)

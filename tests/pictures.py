"""Pictures of pages in the documentation, and how far they are from what a browser shows now."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from playwright.sync_api import Page

# one pixel for each square of this many: lines of text become gray areas, whatever their font
_SQUARE = 50
# of a table of predictions
_ROW = re.compile(r" *- (?:row|cell|rowheader)\b")
_SMALL = """async ([encoded, square]) => {
  const image = new Image()
  image.src = "data:image/png;base64," + encoded
  await image.decode()
  const [width, height] = [image.width, image.height].map(size => Math.round(size / square))
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext("2d")
  context.imageSmoothingQuality = "high"
  context.drawImage(image, 0, 0, width, height)
  return { size: [image.width, image.height], shape: [height, width, 4], pixels: [...context.getImageData(0, 0, width, height).data] }
}"""


def gray(blank: Page, png: bytes) -> tuple[list[int], NDArray[np.float64]]:
    """Return the size of a picture, and its brightness from 0 to 1, square by square; a page without a policy decodes it."""
    decoded = blank.evaluate(_SMALL, [base64.b64encode(png).decode(), _SQUARE])
    pixels = np.array(decoded["pixels"], dtype=float).reshape(decoded["shape"])
    return decoded["size"], pixels[..., :3].mean(axis=2) / 255


def distance(blank: Page, now: bytes, picture: Path) -> float:
    """Return the mean difference of brightness between what a page shows and its picture; 1 if they differ in size."""
    (size, shown), (kept_size, kept) = gray(blank, now), gray(blank, picture.read_bytes())
    return float(np.abs(shown - kept).mean()) if size == kept_size else 1.0


def outline(page: Page, **placeholders: str) -> str:
    """Return the texts and controls of a page as assistive technology gets them, without what differs from one apply to the next."""
    text = page.locator("body").aria_snapshot()
    for name, value in placeholders.items():
        text = text.replace(value, name.upper())
    lines = [line for line in text.splitlines() if not _ROW.match(line)]
    return re.sub(r"(?<!level=)\d+(?:[.,]\d+)*", "0", "\n".join(lines)) + "\n"

# SPDX-License-Identifier: Apache-2.0
"""The media type of a response, from the Accept header."""

from __future__ import annotations

from .body import JSON, NUMBER
from .problems import Problem

RANGES = ((JSON, (JSON, "application/*", "*/*")), ("text/csv", ("text/csv", "text/*")))


def negotiate(accept: str) -> str:
    """Return the media type that an Accept header prefers. Raises Problem if it allows neither JSON nor CSV."""
    if accept in ("", "*/*", JSON):
        return JSON
    best, chosen = 0.0, ""
    for media_type, ranges in RANGES:
        for part in accept.lower().split(","):
            media, *parameters = (piece.strip() for piece in part.split(";"))
            quality = next((_quality(text[2:]) for text in parameters if text.startswith("q=")), 1.0)
            if media in ranges and quality > best:
                best, chosen = quality, media_type
    if not chosen:
        raise Problem("accept_unsupported")
    return chosen


def _quality(text: str) -> float:
    return float(text) if NUMBER.fullmatch(text) else 0.0

# SPDX-License-Identifier: Apache-2.0
"""The images that serve a model: a built-in algorithm with its version, or a container of the user's own."""

from __future__ import annotations

import re
from dataclasses import dataclass

DEFAULT_VERSION = "3.0-5"  # modules/serving/image.tf: the version of the built-in XGBoost image
OWN = "own"


@dataclass(frozen=True)
class Image:
    """An image; the algorithm is None for a container of the user's own."""

    algorithm: str | None
    version: str

    @property
    def xgboost(self) -> tuple[int, int] | None:
        """Return the release of XGBoost in the image, as (major, minor), or None if it contains none that is known."""
        if self.algorithm != "xgboost":
            return None
        major, minor = re.split(r"[.-]", self.version)[:2]
        return int(major), int(minor)


def parse_image(text: str) -> Image:
    """Return the image that an option names. Raises ValueError for a version that no image of XGBoost has."""
    algorithm, _, version = text.partition(":")
    if algorithm == OWN:
        return Image(None, version)
    version = version or (DEFAULT_VERSION if algorithm == "xgboost" else "1")
    if algorithm == "xgboost" and not re.fullmatch(r"[0-9]+\.[0-9]+-[0-9]+(-arm64)?", version):
        raise ValueError(f"{version!r} is not a version of the built-in XGBoost image. Write for example xgboost:{DEFAULT_VERSION}.")
    return Image(algorithm, version)

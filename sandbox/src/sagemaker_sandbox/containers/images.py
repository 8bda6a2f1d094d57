"""Container images, by their address."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Image:
    """The parts of an image's address: ``REGISTRY/REPOSITORY:TAG`` or ``REGISTRY/REPOSITORY@DIGEST``."""

    uri: str
    repository: str
    tag: str

    @classmethod
    def parse(cls, uri: str) -> Image:
        """Parse ``uri``; the tag is empty if only a digest is given."""
        path = uri.partition("@")[0]
        match = re.fullmatch(r"(.+):([^:/]+)", path)
        path, tag = match.groups() if match else (path, "")
        return cls(uri=uri, repository=path.partition("/")[2] or path, tag=tag)

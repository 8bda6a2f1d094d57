# SPDX-License-Identifier: Apache-2.0
"""The interface of everything that reaches a prediction API, and the credentials that a client shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .messages import Request, Response

URL = re.compile(r"https?://.+")
FUNCTION = re.compile(r"(arn:aws[a-z-]*:lambda:([a-z0-9-]+):\d{12}:function:)?[\w-]+(:[\w$-]+)?")


class ConnectionFailedError(Exception):
    """No response arrived: the same request may succeed later."""


class Transport(Protocol):
    """Sends requests. It may be used by several threads at once.

    ``serves_document``: whether GET /openapi.json, which API Gateway itself answers, is among them.
    """

    serves_document: bool

    def send(self, request: Request) -> Response:
        """Return the response, whatever its status. Raises ConnectionFailedError if there is none, PredictError if there never will be."""


@dataclass(frozen=True)
class Credentials:
    """The credentials of a client: an API key, a bearer token, or signatures of an AWS identity. None of them appears in a repr."""

    key: str = ""
    token: str = ""
    iam: bool = False
    profile: str | None = None
    region: str | None = None

    def __repr__(self) -> str:
        """Return a text without secrets."""
        return f"Credentials(iam={self.iam})"


def stage_url(url: str) -> str:
    """Return the URL of the API's stage, of which /predictions is a path."""
    return url.rstrip("/").removesuffix("/predictions").rstrip("/")

# SPDX-License-Identifier: Apache-2.0
"""Requests and responses of a prediction API, whatever transports them."""

from __future__ import annotations

import datetime as dt
import email.utils
import json
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

TRANSIENT = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)


@dataclass(frozen=True)
class Request:
    """A request; ``path`` is relative to the API's stage."""

    method: str
    path: str
    content_type: str = ""
    body: bytes = b""


@dataclass(frozen=True)
class Response:
    """A response; names of headers are in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The JSON object of the body; empty if it has none."""
        try:
            parsed = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return parsed if isinstance(parsed, dict) else {}

    @property
    def code(self) -> str:
        """The code of the problem document, or an empty text."""
        return str(self.document.get("code", ""))

    @property
    def explanation(self) -> str:
        """The failure that the response describes, in one line."""
        parts = [str(self.status), self.code, str(self.document.get("detail") or self.document.get("message") or "")]
        if request_id := self.document.get("request_id"):
            parts.append(f"(request {request_id})")
        return " ".join(filter(None, parts))

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later; the problem document decides before the status. A quota lasts for hours."""
        if self.code == "quota_exceeded":
            return False
        stated = self.document.get("retryable")
        return stated if isinstance(stated, bool) else self.status in TRANSIENT

    @property
    def retry_after(self) -> float:
        """Seconds to wait, of the header Retry-After: a number or a date (RFC 9110, 10.2.3). 0 without one."""
        text = self.headers.get("retry-after", "").strip()
        if text.isdecimal():
            return float(text)
        try:
            moment = email.utils.parsedate_to_datetime(text)
        except ValueError:
            return 0.0
        return max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds())

# SPDX-License-Identifier: Apache-2.0
"""One event, of any form: REST proxy, HTTP API, function URL, or the request body itself (a direct event)."""

from __future__ import annotations

from base64 import b64decode
from time import monotonic, time
from typing import TYPE_CHECKING

from .body import Body, ParsedBody
from .problems import Problem

if TYPE_CHECKING:
    from typing import Any, Protocol

    class Context(Protocol):
        """The parts of the context object that the handler uses."""

        aws_request_id: str
        invoked_function_arn: str

        def get_remaining_time_in_millis(self) -> int:
            """Return the milliseconds left until Lambda stops the function."""


HTTP_SECONDS = 28.0  # API Gateway gives up after 29 by default
SPARE_SECONDS = 0.5  # for writing the response
ID_LENGTH = 64  # characters of an inference ID, by SageMaker
OPTIONS = ("inference_id", "target_model", "target_variant")
PREFIX = "x-amzn-sagemaker-"
PUBLIC_ALIAS = ":public"  # modules/handler has its name


class Request:
    """An event as a request, whatever it is: members of an unexpected type count as missing.

    ``method`` of a direct event is that of the HTTP request that would ask for the same. ``options`` holds what a request
    asks for besides predictions, by name: an inference ID, a variant, a model. ``http_seconds`` is how long a caller over
    HTTP waits; ``received`` and ``deadline`` are on the clock of ``time.monotonic``.
    """

    __slots__ = ("_context", "_event", "deadline", "headers", "http", "id", "method", "options", "received")

    def __init__(self, event: Any, context: Context, http_seconds: float = HTTP_SECONDS) -> None:
        self.received = monotonic()
        self._event = event
        self._context = context
        self.id = context.aws_request_id
        seconds = context.get_remaining_time_in_millis() / 1000 - SPARE_SECONDS
        about = event.get("requestContext") if type(event) is dict else None
        self.http = type(about) is dict
        if type(about) is dict:
            named = about.get("requestId")
            if type(named) is str and is_id(named):
                self.id = named
            method, headers = event.get("httpMethod"), event.get("headers")
            self.method = method if type(method) is str else _text(_object(about, "http"), "method")
            self.headers: dict[str, Any] = headers if type(headers) is dict else {}
            self.options = _header_options(self.headers)
            seconds = min(seconds, _seconds_left(about, http_seconds))
        else:
            known = event if type(event) is dict else {}
            self.method = "GET" if known.keys() == {"id"} else "POST"
            self.headers = {}
            self.options = {name: known[name] for name in OPTIONS if name in known}
        self.deadline = self.received + seconds

    @property
    def function_id(self) -> str:
        """The ID that Lambda gave the invocation."""
        return self._context.aws_request_id

    @property
    def public(self) -> bool:
        """Whether the event came to the alias that everyone may invoke."""
        return is_public(self._context)

    @property
    def path(self) -> str:
        """The path as the caller sent it, or an empty text."""
        return _text(self._event, "path") or _text(self._event, "rawPath") if self.http else ""

    @property
    def identifier(self) -> str:
        """The last segment of the path, or the ``id`` of a direct event."""
        return self.path.rpartition("/")[2] if self.http else _text(self._event, "id")

    @property
    def size(self) -> int:
        """The length of the body as Lambda passes it; 0 for a direct event, which Lambda has already parsed."""
        text = self._event.get("body") if self.http else None
        return len(text) if type(text) is str else 0

    def header(self, name: str) -> str:
        """Return a header by its usual name, or an empty text."""
        found = self.headers.get(name)
        if found is None:
            name = name.lower()
            found = next((value for key, value in self.headers.items() if key.lower() == name), "")
        return found if type(found) is str else ""

    def body(self) -> Body | ParsedBody:
        """Return the body. Raises Problem if it is not text in UTF-8."""
        if not self.http:
            event = self._event
            return ParsedBody({name: event[name] for name in event if name not in OPTIONS} if self.options else event)
        text = self._event.get("body") or ""
        if type(text) is not str:
            raise Problem("body_malformed", "The body of the event is not a string.")
        if self._event.get("isBase64Encoded"):
            try:
                text = b64decode(text, validate=True).decode()
            except ValueError:
                raise Problem("body_malformed", "The body is not valid UTF-8.") from None
        return Body(text, self.header("Content-Type"))


def is_public(context: Context) -> bool:
    """Whether an invocation names the alias of a public function URL, which everyone may invoke."""
    return context.invoked_function_arn.endswith(PUBLIC_ALIAS)


def is_id(text: str) -> bool:
    """Whether SageMaker accepts an inference ID, and headers carry it: printable ASCII, no blank first."""
    return text.isascii() and text.isprintable() and 0 < len(text) <= ID_LENGTH and text[0] != " "


def _text(members: dict[str, Any], name: str) -> str:
    value = members.get(name)
    return value if type(value) is str else ""


def _object(members: dict[str, Any], name: str) -> dict[str, Any]:
    value = members.get(name)
    return value if type(value) is dict else {}


def _seconds_left(about: dict[str, Any], http_seconds: float) -> float:
    """Return how long the gateway still waits: its clock started before a cold start did."""
    try:
        waited = time() - (about.get("requestTimeEpoch") or about.get("timeEpoch") or 0) / 1000
    except (TypeError, OverflowError):  # no number, or none that a clock can show
        return http_seconds
    return http_seconds - waited if 0 < waited < http_seconds else http_seconds


def _header_options(headers: dict[str, Any]) -> dict[str, Any]:
    if "sagemaker" not in "".join(headers).lower():
        return {}
    given = {name.lower(): value for name, value in headers.items()}
    names = {option: PREFIX + option.replace("_", "-") for option in OPTIONS}
    return {option: given[name] for option, name in names.items() if given.get(name) is not None}

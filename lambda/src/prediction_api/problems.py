# SPDX-License-Identifier: Apache-2.0
"""Problem documents (RFC 9457): every code, its HTTP status, and whether the caller may try again.

``CODES`` is the only table of them. ``make problems`` writes it to modules/api/handler_problems.json and to the tables
in docs/errors.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

SERVER_ERROR = 500  # the lowest status that is not the caller's to fix
UNCONFIRMED = (TypeError, ValueError, OverflowError, KeyError, AttributeError)


class Definition:
    """The meaning of a code: its status, whether to retry, Retry-After in seconds, and the detail if there is no other."""

    __slots__ = ("detail", "retry_after", "retryable", "status")

    def __init__(self, status: int, retryable: bool, retry_after: int | None, detail: str) -> None:
        self.status = status
        self.retryable = retryable
        self.retry_after = retry_after
        self.detail = detail


CODES = {
    code: Definition(*definition)
    for code, *definition in (
        ("body_empty", 400, False, None, "The request has no body."),
        (
            "body_malformed", 400, False, None,
            "The body is not valid UTF-8, or not the JSON, JSON Lines or CSV that its content type declares.",
        ),
        ("instances_missing", 400, False, None, 'The body must be an object of the form {"instances": [...]}.'),
        ("instances_empty", 400, False, None, "The request contains no instances."),
        ("instances_invalid", 400, False, None, "Some values do not match the contract; errors lists them."),
        (
            "target_invalid", 400, False, None,
            "The contract does not allow this variant or model, or it requires a model and the request names none.",
        ),
        ("target_unknown", 400, False, None, "The endpoint has no variant or model with this name."),
        ("unauthorized", 401, False, None, "The request has no valid token."),
        ("access_denied", 403, False, None, "The token has none of the scopes that this API needs."),
        ("prediction_unknown", 404, False, None, "No request with this ID exists, or its result has expired."),
        ("method_not_allowed", 405, False, None, "The path does not support the method. The Allow header lists those that it supports."),
        ("accept_unsupported", 406, False, None, "The Accept header allows neither application/json nor text/csv."),
        ("too_many_instances", 413, False, None, "The request contains more instances than one request may have."),
        ("instance_too_large", 413, False, None, "One instance is larger than one call to the endpoint may be."),
        ("answer_too_large", 413, False, None, "The response would exceed Lambda's limit of 6 MB."),
        ("content_type_unsupported", 415, False, None, "The content type is not JSON, JSON Lines or CSV."),
        (
            "model_refused_values", 400, False, None,
            "The model's container returned 400: the model and the contract probably disagree.",
        ),
        (
            "model_refused_accept", 406, False, None,
            "The model's container returned 406: check payload.accept in the contract.",
        ),
        (
            "model_refused_size", 413, False, None,
            "The model's container returned 413: lower handler.limits.bytes_per_call.",
        ),
        (
            "model_refused_content_type", 415, False, None,
            "The model's container returned 415: check payload.content_type in the contract.",
        ),
        ("internal", 500, False, None, "The handler failed unexpectedly; look up the request ID in the function's log."),
        ("adapter_failed", 500, False, None, "The adapter module raised an exception or returned an unexpected value."),
        ("endpoint_access_denied", 500, False, None, "The function's role is not allowed to invoke the endpoint."),
        ("endpoint_not_found", 500, False, None, "The endpoint does not exist."),
        ("endpoint_rejected", 500, False, None, "SageMaker rejected the call as invalid."),
        ("model_failed", 502, True, None, "The model's container returned a server error (5xx)."),
        ("endpoint_failed", 502, True, None, "SageMaker returned an internal error (500)."),
        ("endpoint_dependency_failed", 502, True, None, "A service that SageMaker depends on failed (530)."),
        ("endpoint_unreachable", 502, True, None, "The connection to SageMaker failed or was interrupted."),
        (
            "answer_count", 502, False, None,
            "The model returned a different number of predictions than instances sent.",
        ),
        (
            "answer_invalid", 502, False, None,
            "The model returned something other than finite numbers of the contract's output kind.",
        ),
        (
            "prediction_failed", 502, False, None,
            "The model failed to process the request; the function's log names the S3 object with the reason.",
        ),
        ("storage_failed", 502, True, None, "S3 could not store the request or return its result."),
        ("endpoint_off", 503, False, None, "The endpoint is switched off."),
        ("endpoint_not_in_service", 503, True, 5, "The endpoint is not in service."),
        ("model_not_ready", 503, True, 5, "The endpoint is still starting or loading its model."),
        ("endpoint_throttled", 503, True, 2, "SageMaker throttled the call."),
        ("endpoint_unavailable", 503, True, 2, "SageMaker is temporarily unavailable (503)."),
        ("issuer_failed", 503, True, 5, "The issuer's keys cannot be read, so no token can be verified."),
        (
            "model_timeout", 504, True, None,
            "The model's container did not respond in time (ModelError with status 0 or 504).",
        ),
        ("timeout", 504, True, None, "The endpoint did not respond within the time available to the request."),
    )
}  # fmt: skip


class Problem(Exception):  # noqa: N818
    """A request that is answered with a problem document.

    ``members`` extend the document, ``headers`` the response; ``notes`` are for the log only.
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        notes: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        **members: Any,
    ) -> None:
        definition = CODES[code]
        self.code = code
        self.status = definition.status
        self.retryable = definition.retryable
        self.detail = detail or definition.detail
        self.notes = notes or {}
        self.headers = headers or {}
        if definition.retry_after:
            self.headers["retry-after"] = str(definition.retry_after)
        self.members = members
        super().__init__(f"{code}: {self.detail}")


class Unconfirmed(ValueError):  # noqa: N818
    """A fast check cannot confirm that values are valid; ``validation_report`` finds out whether they are wrong.

    ``UNCONFIRMED`` lists it with the exceptions that mean the same when Python raises them in such a check.
    """


class UnusableAnswerError(ValueError):
    """An answer of the model that the contract's output does not describe; the text is a hint for the log."""

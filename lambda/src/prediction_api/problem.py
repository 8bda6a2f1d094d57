"""Problem documents (RFC 9457): every code, its HTTP status, and whether the caller may try again.

``CODES`` is the only table of them: docs/errors.md is checked against it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

# code: (status, may the caller try the same request again, Retry-After in seconds, cause)
CODES: dict[str, tuple[int, bool, int | None, str]] = {
    "body_empty": (400, False, None, "The request has no body."),
    "body_malformed": (400, False, None, "The body is not UTF-8, or not the JSON, JSON lines or CSV it claims to be."),
    "instances_missing": (400, False, None, 'The body is not an object of the form {"instances": [...]}.'),
    "instances_empty": (400, False, None, "There is no instance in the request."),
    "instances_invalid": (400, False, None, "Values do not fit the contract; errors lists them."),
    "target_invalid": (400, False, None, "The contract does not allow this variant or model, or asks for one."),
    "target_unknown": (400, False, None, "The endpoint has no variant or model of this name."),
    "prediction_unknown": (404, False, None, "There is no request of this id, or no longer."),
    "method_not_allowed": (405, False, None, "Predictions are asked for with POST."),
    "accept_unsupported": (406, False, None, "Accept allows neither application/json nor text/csv."),
    "too_many_instances": (413, False, None, "More instances than one request may have."),
    "instance_too_large": (413, False, None, "One instance is larger than one call of the endpoint may be."),
    "answer_too_large": (413, False, None, "The answer would exceed the 6 MB that Lambda returns."),
    "content_type_unsupported": (415, False, None, "The content type is none of JSON, JSON lines and CSV."),
    "model_refused_values": (400, False, None, "The container answered 400: model and contract probably disagree."),
    "model_refused_accept": (406, False, None, "The container answered 406: the contract's payload.accept is wrong."),
    "model_refused_size": (413, False, None, "The container answered 413: lower the limit on bytes per call."),
    "model_refused_content_type": (415, False, None, "The container answered 415: it cannot read the payload."),
    "internal": (500, False, None, "A fault of the handler; the log has it under the request id."),
    "adapter_failed": (500, False, None, "The adapter module raised, or returned something other than promised."),
    "endpoint_access_denied": (500, False, None, "The function's role may not invoke the endpoint."),
    "endpoint_not_found": (500, False, None, "There is no such endpoint."),
    "endpoint_rejected": (500, False, None, "SageMaker found the call invalid."),
    "model_failed": (502, True, None, "The container answered 5xx."),
    "endpoint_failed": (502, True, None, "SageMaker failed internally (500)."),
    "endpoint_dependency_failed": (502, True, None, "A service that SageMaker depends on failed (530)."),
    "endpoint_unreachable": (502, True, None, "No connection to SageMaker, or it broke."),
    "answer_count": (502, False, None, "The model answered with another number of predictions than instances."),
    "answer_invalid": (502, False, None, "The model's answer is not finite numbers of the declared kind."),
    "prediction_failed": (502, False, None, "The model failed on the request; the log names where SageMaker says why."),
    "storage_failed": (502, True, None, "S3 did not take the request, or not give its result."),
    "endpoint_off": (503, False, None, "The endpoint is switched off."),
    "model_not_ready": (503, True, 5, "The endpoint is still starting, or loading its model."),
    "endpoint_throttled": (503, True, 2, "SageMaker throttled the call."),
    "endpoint_unavailable": (503, True, 2, "SageMaker is unavailable (503)."),
    "model_timeout": (504, True, None, "The container did not answer in time (ModelError with status 0 or 504)."),
    "timeout": (504, True, None, "The endpoint did not answer within the request's time."),
}
SERVER_SIDE = 500


class Problem(Exception):  # noqa: N818
    """A request that is answered with a problem document of this code; ``notes`` are for the log only."""

    def __init__(self, code: str, detail: str = "", *, notes: dict[str, Any] | None = None, **members: Any) -> None:
        self.code = code
        self.status, self.retryable, self.retry_after, cause = CODES[code]
        self.detail = detail or cause
        self.notes = notes or {}
        self.members = members
        super().__init__(f"{code}: {self.detail}")

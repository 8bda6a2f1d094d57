"""How services report that a request violates their model, and the parts of the models that are not applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from botocore.model import ServiceModel, Shape

_BY_PROTOCOL: Final = {"json": "ValidationException", "query": "ValidationError", "rest-json": "ValidationException"}
"""The page "Common Errors" of each service's API reference names the code."""

_BY_SERVICE: Final[dict[str, str | None]] = {
    # https://docs.aws.amazon.com/apigateway/latest/api/CommonErrors.html
    "apigateway": "BadRequestException",
    # the code of its query protocol, which clients of the newer protocols receive too
    "cloudwatch": "ValidationError",
    # its model states required members only, whose error is MissingParameter
    "ec2": None,
    # issue 5 of amazon-archives/cloudwatch-logs-centralize-logs quotes "InvalidParameterException: 1 validation error detected"
    "logs": "InvalidParameterException",
    # its model states neither lengths nor patterns, and LocalStack answers missing members as S3 does
    "s3": None,
    # its provider validates what it answers, with the runtime's own error
    "sagemaker-runtime": None,
    # its model states no constraint but required members, whose error is MissingParameter
    "sqs": None,
}

_NOT_APPLIED: Final = {
    # InvalidParameterValueException, "Value x at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: ...
    # or be a valid ARN": LocalStack answers this itself
    ("lambda", "Runtime", "enum"),
}
"""Constraints by service, shape and kind that AWS reports with another error than the service's usual one."""


def violation_code(service: ServiceModel) -> str | None:
    """Return the error code of a request that violates the model; None if the model is not applied."""
    return _BY_SERVICE.get(service.service_name, _BY_PROTOCOL.get(service.protocol))


def is_applied(service: str, shape: Shape, kind: str) -> bool:
    """Return whether a constraint of a shape is applied; ``kind`` is enum, pattern or bounds."""
    return (service, shape.name, kind) not in _NOT_APPLIED

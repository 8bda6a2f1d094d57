"""Documented limits that the service models do not state, each with its source.

LocalStack itself enforces Lambda's 4 KB of environment variables, five layers and 50 tags, KMS's 50 tags per key, and the least length
of an API key.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from moto.iam.models import iam_backends

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.iam.models import Role

    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json

type Check = Callable[[Json, Scope], str | None]

_OBJECT_TAGS: Final = 10
_BUCKET_TAGS: Final = 50
_TAG_KEY, _TAG_VALUE = 128, 256
_ROLE_POLICIES: Final = 10_240
_MANAGED_POLICY: Final = 6_144
_TRUST_POLICY: Final = 2_048
_ATTACHED_POLICIES: Final = 10
_RETENTION_DAYS: Final = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
_TIMEOUT_SECONDS: Final = 900
_TOPIC_TAGS: Final = 50
_ALARM_TAGS: Final = 50
_API_KEY: Final = 128
_ENVIRONMENT_BYTES: Final = 32 * 1024


@dataclass(frozen=True)
class Limit:
    """A limit of some operations of a service; ``check`` returns the error's message if a request exceeds it."""

    service: str
    operations: tuple[str, ...]
    check: Check
    code: str
    source: str
    status: HTTPStatus = HTTPStatus.BAD_REQUEST


def _tags_of_object(request: Json) -> list[tuple[str, str]]:
    if "Key" not in request or not request.get("Tagging"):
        return []
    tagging = request["Tagging"]
    if isinstance(tagging, str):
        return parse_qsl(tagging, keep_blank_values=True)
    return [(tag.get("Key", ""), tag.get("Value", "")) for tag in tagging.get("TagSet") or []]


def _object_tags(request: Json, _scope: Scope) -> str | None:
    return f"Object tags cannot be greater than {_OBJECT_TAGS}" if len(_tags_of_object(request)) > _OBJECT_TAGS else None


def _object_tag_lengths(request: Json, _scope: Scope) -> str | None:
    for key, value in _tags_of_object(request):
        if not 0 < len(key) <= _TAG_KEY:
            return "The TagKey you have provided is invalid"
        if len(value) > _TAG_VALUE:
            return "The TagValue you have provided is invalid"
    return None


def _bucket_tags(request: Json, _scope: Scope) -> str | None:
    count = len(request.get("Tagging", {}).get("TagSet") or [])
    return f"Bucket tag count cannot be greater than {_BUCKET_TAGS}" if count > _BUCKET_TAGS else None


def _size(document: object) -> int:
    """Count a policy's characters as IAM does, without white space."""
    return sum(not character.isspace() for character in str(document))


def _role(request: Json, scope: Scope) -> Role | None:
    roles = list(iam_backends[scope.account][scope.partition].roles.values())
    return next((role for role in roles if role.name == request["RoleName"]), None)


def _role_policies(request: Json, scope: Scope) -> str | None:
    role = _role(request, scope)
    policies = (role.policies if role else {}) | {request["PolicyName"]: request["PolicyDocument"]}
    if sum(map(_size, policies.values())) <= _ROLE_POLICIES:
        return None
    return f"Maximum policy size of {_ROLE_POLICIES} bytes exceeded for role {request['RoleName']}"


def _managed_policy(request: Json, _scope: Scope) -> str | None:
    return f"Cannot exceed quota for PolicySize: {_MANAGED_POLICY}" if _size(request["PolicyDocument"]) > _MANAGED_POLICY else None


def _trust_policy(request: Json, _scope: Scope) -> str | None:
    document = request.get("AssumeRolePolicyDocument") or request.get("PolicyDocument")
    return f"Cannot exceed quota for ACLSizePerRole: {_TRUST_POLICY}" if _size(document) > _TRUST_POLICY else None


def _attached_policies(request: Json, scope: Scope) -> str | None:
    role = _role(request, scope)
    attached = {*(role.managed_policies if role else ()), request["PolicyArn"]}
    return f"Cannot exceed quota for PoliciesPerRole: {_ATTACHED_POLICIES}" if len(attached) > _ATTACHED_POLICIES else None


def _retention(request: Json, _scope: Scope) -> str | None:
    days = request["retentionInDays"]
    if days in _RETENTION_DAYS:
        return None
    allowed = ", ".join(map(str, sorted(_RETENTION_DAYS, key=str)))
    return f"1 validation error detected: {_violation(days, 'retentionInDays', f'satisfy enum value set: [{allowed}]')}"


def _timeout(request: Json, _scope: Scope) -> str | None:
    seconds = request.get("Timeout") or 0
    if seconds <= _TIMEOUT_SECONDS:
        return None
    return f"1 validation error detected: {_violation(seconds, 'timeout', f'have value less than or equal to {_TIMEOUT_SECONDS}')}"


def _violation(value: object, where: str, constraint: str) -> str:
    return f"Value '{value}' at '{where}' failed to satisfy constraint: Member must {constraint}"


def _topic_tags(request: Json, _scope: Scope) -> str | None:
    count = len(request.get("Tags") or [])
    return f"Could not complete request: tag quota of per resource exceeded: {_TOPIC_TAGS}" if count > _TOPIC_TAGS else None


def _alarm_tags(request: Json, _scope: Scope) -> str | None:
    tags = request.get("Tags") or []
    if len(tags) <= _ALARM_TAGS:
        return None
    return f"1 validation error detected: {_violation(tags, 'tags', f'have length less than or equal to {_ALARM_TAGS}')}"


def _api_key(request: Json, _scope: Scope) -> str | None:
    return f"API Key value should be at most {_API_KEY} characters" if len(request.get("value") or "") > _API_KEY else None


def _stage_name(request: Json, _scope: Scope) -> str | None:
    allowed = request["stageName"].replace("_", "").replace("-", "")
    return None if allowed.isascii() and allowed.isalnum() else "Stage name only allows a-zA-Z0-9_-"


def _container_environment(request: Json, _scope: Scope) -> str | None:
    for container in (request.get("PrimaryContainer") or {}, *(request.get("Containers") or ())):
        size = sum(len(f"{key}{value}".encode()) for key, value in (container.get("Environment") or {}).items())
        if size > _ENVIRONMENT_BYTES:
            return f"The environment variables of a container must not exceed {_ENVIRONMENT_BYTES} bytes."
    return None


_IAM_QUOTAS: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"

_TABLE: Final = (
    Limit(
        "s3",
        ("PutObject", "CopyObject", "CreateMultipartUpload", "PutObjectTagging"),
        _object_tags,
        "BadRequest",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html; message: github.com/boto/boto3 issue 1213",
    ),
    Limit(
        "s3",
        ("PutObject", "CopyObject", "CreateMultipartUpload", "PutObjectTagging"),
        _object_tag_lengths,
        "InvalidTag",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html; message: that of other invalid keys and values",
    ),
    Limit(
        "s3",
        ("PutBucketTagging",),
        _bucket_tags,
        "BadRequest",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html; the message is worded like the one for objects",
    ),
    Limit(
        "iam",
        ("PutRolePolicy",),
        _role_policies,
        "LimitExceeded",
        f"{_IAM_QUOTAS}; message: github.com/kubernetes/kops issue 12558",
        HTTPStatus.CONFLICT,
    ),
    Limit(
        "iam",
        ("CreatePolicy", "CreatePolicyVersion"),
        _managed_policy,
        "LimitExceeded",
        f"{_IAM_QUOTAS}; message and status: github.com/ministryofjustice/analytical-platform issue 6873",
        HTTPStatus.CONFLICT,
    ),
    Limit(
        "iam",
        ("CreateRole", "UpdateAssumeRolePolicy"),
        _trust_policy,
        "LimitExceeded",
        f"{_IAM_QUOTAS}; message: github.com/kubernetes-sigs/aws-load-balancer-controller issue 2718",
        HTTPStatus.CONFLICT,
    ),
    Limit(
        "iam",
        ("AttachRolePolicy",),
        _attached_policies,
        "LimitExceeded",
        f"{_IAM_QUOTAS}; the message is worded like the two above",
        HTTPStatus.CONFLICT,
    ),
    Limit(
        "logs",
        ("PutRetentionPolicy",),
        _retention,
        "InvalidParameterException",
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
    ),
    Limit(
        "lambda",
        ("CreateFunction", "UpdateFunctionConfiguration"),
        _timeout,
        "ValidationException",
        "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; message: like the model's constraints",
    ),
    Limit(
        "sns",
        ("CreateTopic", "TagResource"),
        _topic_tags,
        "TagLimitExceeded",
        "https://docs.aws.amazon.com/sns/latest/api/API_TagResource.html",
    ),
    Limit(
        "cloudwatch",
        ("PutMetricAlarm", "PutCompositeAlarm"),
        _alarm_tags,
        "ValidationError",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html; message: like the model's constraints",
    ),
    Limit(
        "apigateway",
        ("CreateApiKey",),
        _api_key,
        "BadRequestException",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html; "
        "the message is worded like the one for short keys",
    ),
    Limit(
        "apigateway",
        ("CreateStage",),
        _stage_name,
        "BadRequestException",
        "https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html: alphanumeric characters, hyphens and underscores",
    ),
    Limit(
        "sagemaker",
        ("CreateModel",),
        _container_environment,
        "ValidationException",
        "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ContainerDefinition.html: 32 KB in total; the message is our own",
    ),
)

LIMITS: Final[defaultdict[tuple[str, str], list[Limit]]] = defaultdict(list)
"""The limits by service and operation."""

for _limit in _TABLE:
    for _operation in _limit.operations:
        LIMITS[_limit.service, _operation].append(_limit)

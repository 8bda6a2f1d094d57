"""The permissions that SageMaker requires of a model's execution role before it starts the model's container.

https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createmodel-perms
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sagemaker_sandbox.aws import s3_access
from sagemaker_sandbox.aws.principals import Caller
from sagemaker_sandbox.aws.s3 import S3Location

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json

type _Need = tuple[str, str, dict[str, str]]
"""An action, a resource and condition keys."""

_IMAGE: Final = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.[a-z.]+/(?P<repository>[^:@]+)")
_PULLED: Final = ("BatchGetImage", "BatchCheckLayerAvailability", "GetDownloadUrlForLayer")
_DESCRIBED: Final = ("DescribeDhcpOptions", "DescribeNetworkInterfaces", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs")
_LEFT: Final = ("CreateNetworkInterfacePermission", "DeleteNetworkInterface", "DeleteNetworkInterfacePermission")


def denial(model: Json, image: str, config: Mapping[str, Any], scope: Scope) -> str | None:
    """Return the reason why an endpoint cannot start for lack of permissions, in AWS's words where they are known."""
    role = model["ExecutionRoleArn"]
    caller = Caller.of_role(role, scope)
    for action, resource, context in _to_pull(image, scope):
        if not caller.may(f"ecr:{action}", resource, **context):
            return f"The role '{role}' does not have {action} permission for the image: '{image}'."
    needed = [*_to_enter(model.get("VpcConfig") or {}, scope), *_to_encrypt(config, scope), *_to_list(config, scope)]
    for action, resource, context in needed:
        if not caller.may(action, resource, **context):
            return f"The role '{role}' is not authorized to perform: {action} on resource: {resource}."
    return None


def _to_pull(image: str, scope: Scope) -> Iterator[_Need]:
    found = _IMAGE.match(image)
    if found is not None:
        repository = f"arn:{scope.partition}:ecr:{found['region']}:{found['account']}:repository/{found['repository']}"
        yield "GetAuthorizationToken", "*", {}
        yield from ((action, repository, {}) for action in _PULLED)


def _to_enter(network: Mapping[str, list[str]], scope: Scope) -> Iterator[_Need]:
    subnets = [scope.arn("ec2", f"subnet/{name}") for name in network.get("Subnets", [])]
    if not subnets:
        return
    groups = [scope.arn("ec2", f"security-group/{name}") for name in network.get("SecurityGroupIds", [])]
    interface, region = scope.arn("ec2", "network-interface/*"), {"ec2:Region": scope.region}
    yield from ((f"ec2:{action}", "*", region) for action in _DESCRIBED)
    for subnet in subnets:
        context = region | {"ec2:Subnet": subnet}
        yield from (("ec2:CreateNetworkInterface", resource, context) for resource in (subnet, *groups, interface))
        yield from ((f"ec2:{action}", interface, context) for action in _LEFT)


def _to_encrypt(config: Mapping[str, Any], scope: Scope) -> Iterator[_Need]:
    """Yield the grant for the instances' volumes: CreateEndpointConfig's documentation of KmsKeyId asks for it."""
    key = s3_access.key_arn(scope, config["KmsKeyId"]) if config.get("KmsKeyId") else None
    if key is not None:
        yield "kms:CreateGrant", key, {"kms:GrantIsForAWSResource": "true"}


def _to_list(config: Mapping[str, Any], scope: Scope) -> Iterator[_Need]:
    """Yield the listing of asynchronous destinations, which is among the prerequisites that AWS documents.

    https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-create-endpoint-prerequisites.html
    """
    output = config.get("AsyncInferenceConfig", {}).get("OutputConfig", {})
    for name in ("S3OutputPath", "S3FailurePath"):
        if output.get(name):
            location = S3Location.parse(output[name])
            yield "s3:ListBucket", f"arn:{scope.partition}:s3:::{location.bucket}", {"s3:prefix": f"{location.key.rstrip('/')}/"}

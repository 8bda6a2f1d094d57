"""The permissions that Lambda itself requires of a role: for tracing, a VPC and dead letters at configuration, for the key at start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localstack.aws.api.lambda_ import InvalidParameterValueException, KMSAccessDeniedException

from sagemaker_sandbox.aws.principals import Caller

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sagemaker_sandbox.aws.scope import Scope

# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
_DEAD_LETTERS: Final = {"sqs": ("sqs", "SendMessage"), "sns": ("sns", "Publish")}
_DESCRIBED: Final = ("DescribeNetworkInterfaces", "DescribeSubnets")
_CHANGED: Final = ("AssignPrivateIpAddresses", "DeleteNetworkInterface", "UnassignPrivateIpAddresses")


def check_configuration(role: str, configuration: Mapping[str, Any], scope: Scope) -> None:
    """Raise InvalidParameterValueException unless the role permits what the configuration needs, as CreateFunction does."""
    caller = Caller.of_role(role, scope)
    for service, action, resource in _needed(configuration, scope):
        if not caller.may(f"{service}:{action}", resource, **{"ec2:Region": scope.region}):
            message = f"The provided execution role does not have permissions to call {action} on {service.upper()}"
            raise InvalidParameterValueException(message, Type="User")


def _needed(configuration: Mapping[str, Any], scope: Scope) -> Iterator[tuple[str, str, str]]:
    if configuration.get("TracingConfig", {}).get("Mode") == "Active":
        yield "xray", "PutTraceSegments", "*"
    target = (configuration.get("DeadLetterConfig") or {}).get("TargetArn")
    if target:
        yield (*_DEAD_LETTERS[target.split(":")[2]], target)
    network = configuration.get("VpcConfig") or {}
    if network.get("SubnetIds"):
        interface = scope.arn("ec2", "network-interface/*")
        subnets = [scope.arn("ec2", f"subnet/{name}") for name in network["SubnetIds"]]
        groups = [scope.arn("ec2", f"security-group/{name}") for name in network.get("SecurityGroupIds", [])]
        yield from (("ec2", "CreateNetworkInterface", resource) for resource in (interface, *subnets, *groups))
        yield from (("ec2", action, "*") for action in _DESCRIBED)
        yield from (("ec2", action, interface) for action in _CHANGED)


def check_key(role: str, key: str, function_arn: str, scope: Scope) -> None:
    """Raise KMSAccessDeniedException unless the role may decrypt the function's environment with its key.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
    """
    caller = Caller.of_role(role, scope)
    context = {"kms:EncryptionContext:aws:lambda:FunctionArn": function_arn}
    if not caller.may("kms:Decrypt", key, **context):
        raise KMSAccessDeniedException(
            "Lambda was unable to decrypt the environment variables because KMS access was denied. Please check the "
            f"function's KMS key settings. KMS Exception: AccessDeniedException KMS Message: User: {caller.arn} is not "
            f"authorized to perform: kms:Decrypt on resource: {key}",
            Type="User",
        )

"""Permissions of an applied module's roles: each grant and its neighbor that is not granted, and what fails without each statement."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from deployments import Deployment
from moto.iam.access_control import PermissionResult
from permission_probes import EndpointProbes, FunctionProbes, Statement, removed, statements_of
from permissions_stack import BUCKET_KEY, GROUP, KEY, OLD_CONTRACT, SUBNET, applied_grants, arn
from sagemaker_sandbox.aws.policies import AccessRequest, evaluate_policies

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox
    from stacks import RootModule


def stored(key: str) -> str:
    return f"arn:aws:s3:::grants/{key}"


def stream(group: str) -> str:
    return arn("logs", f"log-group:{group}:log-stream:1")


OUR_KEY, OTHER_KEY = arn("kms", f"key/{KEY}"), arn("kms", f"key/{KEY[::-1]}")

FLEET, QUEUE = arn("sagemaker", "endpoint/grants-fleet-1a2b3c4d"), arn("sagemaker", "endpoint/grants-queue-1a2b3c4d")
STOCK = "arn:aws:ecr:us-east-1:683313688378:repository/sagemaker-{}"
PULL = "ecr:BatchGetImage ecr:GetDownloadUrlForLayer ecr:BatchCheckLayerAvailability"
WRITE = "logs:CreateLogStream logs:PutLogEvents"
CONTAINER_LOG = "/aws/sagemaker/Endpoints/grants-"
GROUPS = arn("logs", f"log-group:{CONTAINER_LOG}")
INTERFACE = arn("ec2", "network-interface/eni-1")
LEAVE = "ec2:CreateNetworkInterfacePermission ec2:DeleteNetworkInterface ec2:DeleteNetworkInterfacePermission"

FUNCTION = arn("lambda", "function:grants-fleet")
HERE, ELSEWHERE = {"ec2:Region": "us-east-1"}, {"ec2:Region": "eu-west-1"}
MANAGE = "ec2:AssignPrivateIpAddresses ec2:DeleteNetworkInterface ec2:UnassignPrivateIpAddresses"
DESCRIBE = "ec2:DescribeDhcpOptions ec2:DescribeNetworkInterfaces ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs"
# Granted on every resource and without a condition, because AWS has neither for them: they have no neighbor.
UNLIMITED = {"ecr:GetAuthorizationToken", "xray:PutTelemetryRecords", "xray:PutTraceSegments"}

type Side = str | tuple[str, dict[str, str]]
# role, actions, ours, the neighbor: a resource, or one and what else the request carries
GRANTS: list[tuple[str, str, Side, Side]] = [
    ("fleet function", "sagemaker:InvokeEndpoint", FLEET, QUEUE),
    ("fleet function", "sagemaker:InvokeEndpoint", FLEET, FLEET + "-2"),
    ("fleet function", "sagemaker:DescribeEndpoint", FLEET, QUEUE),
    ("fleet function", WRITE, stream("/aws/lambda/grants-fleet"), stream("/aws/lambda/grants-queue")),
    (
        "fleet function",
        "cloudwatch:PutMetricData",
        ("*", {"cloudwatch:namespace": "SageMakerApi/grants-fleet"}),
        ("*", {"cloudwatch:namespace": "SageMakerApi/grants-queue"}),
    ),
    (
        "fleet function",
        "s3:GetObject",
        "arn:aws:s3:::grants-sealed/grants-fleet/contract-01234567.json.gz",
        "arn:aws:s3:::grants-sealed/grants-queue/contract-01234567.json.gz",
    ),
    ("fleet function", "kms:Decrypt", OUR_KEY, OTHER_KEY),
    ("fleet function", "ec2:CreateNetworkInterface", arn("ec2", f"subnet/{SUBNET}"), arn("ec2", "subnet/subnet-1")),
    ("fleet function", "ec2:CreateNetworkInterface", arn("ec2", f"security-group/{GROUP}"), arn("ec2", "security-group/sg-1")),
    ("fleet function", "ec2:CreateNetworkInterface", INTERFACE, (INTERFACE, {"lambda:SourceFunctionArn": FUNCTION})),
    ("fleet function", MANAGE, (INTERFACE, HERE), (INTERFACE, HERE | {"lambda:SourceFunctionArn": FUNCTION})),
    ("fleet function", MANAGE, (arn("ec2", "*/*"), HERE), (arn("ec2", "*/*"), ELSEWHERE)),
    (
        "fleet function",
        "ec2:DescribeNetworkInterfaces ec2:DescribeSubnets",
        ("*", HERE),
        ("*", HERE | {"lambda:SourceFunctionArn": FUNCTION}),
    ),
    ("queue function", "sagemaker:InvokeEndpointAsync", QUEUE, FLEET),
    ("queue function", "sagemaker:DescribeEndpoint", QUEUE, FLEET),
    ("queue function", "s3:PutObject", stored("queue/input/1"), stored("queue/output/1")),
    ("queue function", "s3:GetObject", stored("queue/input/receipts/1"), stored("queue/input/1")),
    ("queue function", "s3:GetObject", stored("queue/output/1"), stored("elsewhere/output/1")),
    ("queue function", "s3:GetObject", stored("queue/failure/1"), stored("elsewhere/failure/1")),
    ("queue function", WRITE, stream("/aws/lambda/grants-queue"), stream("/aws/lambda/grants-queue-2")),
    (
        "queue function",
        "cloudwatch:PutMetricData",
        ("*", {"cloudwatch:namespace": "SageMakerApi/grants-queue"}),
        ("*", {}),
    ),
    ("queue function", "kms:Decrypt kms:GenerateDataKey", OUR_KEY, OTHER_KEY),
    ("queue function", "sqs:SendMessage", arn("sqs", "grants-dead-letters"), arn("sqs", "grants-dead-letters-2")),
    ("fleet", "s3:GetObject", "arn:aws:s3:::grants-sealed/model.tar.gz", stored("model.tar.gz")),
    ("fleet", "kms:Decrypt", arn("kms", f"key/{BUCKET_KEY}"), OTHER_KEY),
    ("fleet function", "kms:Decrypt", arn("kms", f"key/{BUCKET_KEY}"), OTHER_KEY),
    ("fleet", PULL, STOCK.format("xgboost"), STOCK.format("scikit-learn")),
    ("fleet", f"{WRITE} logs:DescribeLogStreams", stream(f"{CONTAINER_LOG}fleet-1a2b3c4d"), stream(f"{CONTAINER_LOG}queue-1a2b3c4d")),
    ("fleet", "logs:CreateLogGroup logs:DescribeLogStreams", f"{GROUPS}fleet-1a2b3c4d", f"{GROUPS}fleet-2"),
    ("fleet", "cloudwatch:DescribeAlarms", arn("cloudwatch", "alarm:revenue"), arn("cloudwatch", "alarm:payroll")),
    (
        "fleet",
        "cloudwatch:DescribeAlarms",
        arn("cloudwatch", "alarm:grants-fleet-endpoint-0-latency"),
        arn("cloudwatch", "alarm:grants-queue-endpoint-0-latency"),
    ),
    ("fleet", "s3:PutObject", stored("captured/grants-fleet/primary/1.jsonl"), stored("model.tar.gz")),
    ("fleet", "ec2:CreateNetworkInterface", arn("ec2", "subnet/subnet-1"), arn("ec2", "subnet/subnet-2")),
    ("fleet", "ec2:CreateNetworkInterface", arn("ec2", "security-group/sg-1"), arn("ec2", "security-group/sg-2")),
    ("fleet", "ec2:CreateNetworkInterface", INTERFACE, arn("ec2", "instance/i-1")),
    (
        "fleet",
        LEAVE,
        (INTERFACE, {"ec2:Subnet": arn("ec2", "subnet/subnet-1")}),
        (INTERFACE, {"ec2:Subnet": arn("ec2", "subnet/subnet-2")}),
    ),
    ("fleet", DESCRIBE, ("*", HERE), ("*", ELSEWHERE)),
    ("fleet", "kms:Decrypt kms:DescribeKey kms:GenerateDataKey", OUR_KEY, OTHER_KEY),
    (
        "fleet",
        "kms:CreateGrant",
        (OUR_KEY, {"kms:GrantIsForAWSResource": "true"}),
        (OUR_KEY, {"kms:GrantIsForAWSResource": "false"}),
    ),
    ("queue", "s3:GetObject", stored("queue/input/1"), stored("queue/output/1")),
    ("queue", "s3:GetObject", stored("model.tar.gz"), stored("other.tar.gz")),
    ("queue", "s3:PutObject s3:AbortMultipartUpload", stored("queue/output/1.out"), stored("queue/input/1")),
    ("queue", "s3:PutObject s3:AbortMultipartUpload", stored("queue/failure/1.out"), stored("queue2/failure/1.out")),
    *(
        (
            "queue",
            "s3:ListBucket",
            ("arn:aws:s3:::grants", {"s3:prefix": f"queue/{folder}/1"}),
            ("arn:aws:s3:::grants", {"s3:prefix": f"queue2/{folder}/1"}),
        )
        for folder in ("input", "output", "failure")
    ),
    ("queue", "sns:Publish", arn("sns", "done"), arn("sns", "done2")),
    ("queue", "sns:Publish", arn("sns", "failed"), arn("sns", "payroll")),
    ("queue", PULL, STOCK.format("xgboost"), STOCK.format("scikit-learn")),
    ("queue", f"{WRITE} logs:DescribeLogStreams", stream(f"{CONTAINER_LOG}queue-1a2b3c4d"), stream(f"{CONTAINER_LOG}fleet-1a2b3c4d")),
    ("queue", "logs:CreateLogGroup", f"{GROUPS}queue-1a2b3c4d", f"{GROUPS}fleet-1a2b3c4d"),
    (
        "queue",
        "cloudwatch:DescribeAlarms",
        arn("cloudwatch", "alarm:grants-queue-endpoint-0-server-errors"),
        arn("cloudwatch", "alarm:revenue"),
    ),
    ("queue", "kms:Decrypt kms:DescribeKey kms:GenerateDataKey", OUR_KEY, OTHER_KEY),
    ("queue", "kms:CreateGrant", (OUR_KEY, {"kms:GrantIsForAWSResource": "true"}), OUR_KEY),
    ("many", "s3:GetObject", stored("many/a.tar.gz"), stored("model.tar.gz")),
    (
        "many",
        "s3:ListBucket",
        ("arn:aws:s3:::grants", {"s3:prefix": "many/"}),
        ("arn:aws:s3:::grants", {"s3:prefix": ""}),
    ),
    ("many", PULL, STOCK.format("xgboost"), STOCK.format("scikit-learn")),
    ("many", PULL, arn("ecr", "repository/team/model"), arn("ecr", "repository/team/model2")),
    ("many", f"{WRITE} logs:DescribeLogStreams", stream(f"{CONTAINER_LOG}many-1a2b3c4d"), stream(f"{CONTAINER_LOG}fleet-1a2b3c4d")),
    ("many", "logs:CreateLogGroup", f"{GROUPS}many-1a2b3c4d", f"{GROUPS}fleet-1a2b3c4d"),
    (
        "many",
        "cloudwatch:DescribeAlarms",
        arn("cloudwatch", "alarm:grants-many-endpoint-0-latency"),
        arn("cloudwatch", "alarm:revenue"),
    ),
]
CASES = [(role, action, *sides) for role, actions, *sides in GRANTS for action in actions.split()]
ROLES = sorted({role for role, *_ in GRANTS})


@dataclass(frozen=True)
class Role:
    """A role's policies as IAM stores them."""

    own: list[Any]
    attached: dict[str, Any]
    boundary: list[Any]

    def may(self, action: str, side: Side) -> bool:
        """Return whether the role's policies, and its boundary if it has one, allow the action."""
        ask = AccessRequest(action, *((side,) if isinstance(side, str) else side))
        limits = [[*self.own, *self.attached.values()], *([document] for document in self.boundary)]
        return all(evaluate_policies(documents, ask) is PermissionResult.PERMITTED for documents in limits)

    @property
    def statements(self) -> list[Any]:
        """The statements of the policies that the module writes."""
        return [statement for document in self.own for statement in document["Statement"]]


@pytest.fixture(scope="module")
def applied(terraform: Callable[..., RootModule], client: Callable[[str], Any]) -> RootModule:
    """Apply once."""
    return applied_grants(terraform, client)


@pytest.fixture(scope="module")
def roles(applied: Any, client: Callable[[str], Any]) -> dict[str, Role]:
    """Return every role from IAM."""
    iam = client("iam")

    def document(policy_arn: str) -> Any:
        version = iam.get_policy(PolicyArn=policy_arn)["Policy"]["DefaultVersionId"]
        return iam.get_policy_version(PolicyArn=policy_arn, VersionId=version)["PolicyVersion"]["Document"]

    def role(role_arn: str) -> Role:
        named = {"RoleName": role_arn.rpartition("/")[2]}
        boundary = iam.get_role(**named)["Role"].get("PermissionsBoundary")
        inline = iam.list_role_policies(**named)["PolicyNames"]
        attached = iam.list_attached_role_policies(**named)["AttachedPolicies"]
        return Role(
            own=[iam.get_role_policy(**named, PolicyName=name)["PolicyDocument"] for name in inline],
            attached={each["PolicyArn"]: document(each["PolicyArn"]) for each in attached},
            boundary=[document(boundary["PermissionsBoundaryArn"])] if boundary else [],
        )

    return {name: role(made) for name, made in applied.output("roles").items()}


@pytest.mark.parametrize(("name", "action", "ours", "neighbor"), CASES)
def test_a_role_can_access_its_own_resource_but_not_the_neighboring_one(
    roles: dict[str, Role], name: str, action: str, ours: Side, neighbor: Side
) -> None:
    assert (roles[name].may(action, ours), roles[name].may(action, neighbor)) == (True, False)


@pytest.mark.parametrize("name", ROLES)
def test_every_grant_of_a_role_is_tested(roles: dict[str, Role], name: str) -> None:
    asked = {action for role, action, *_ in CASES if role == name}
    granted = [statement["Action"] for statement in roles[name].statements if statement["Effect"] == "Allow"]
    assert {action for each in granted for action in ([each] if isinstance(each, str) else each)} - UNLIMITED == asked


def test_the_roles_here_have_every_statement_that_the_modules_can_write(roles: dict[str, Role]) -> None:
    written = {
        sid
        for file in (Path(__file__).parents[2] / "modules").glob("*/iam.tf")
        for sid in re.findall(r'\bSid += "(\w+)', file.read_text(encoding="utf-8"))
        if not sid.endswith("AssumesTheRole")
    }
    here = {re.sub("^List[0-9a-f]{8}$", "List", statement["Sid"]) for role in roles.values() for statement in role.statements}
    assert written == here


def test_only_the_functions_the_endpoint_and_the_account_have_roles() -> None:
    # The authorizer and the reference write their logs and traces. API Gateway's account and the deployer are applied by themselves.
    # Application Auto Scaling has a linked role.
    files = (Path(__file__).parents[2] / "modules").glob("*/*.tf")
    assert sorted(file.parent.name for file in files if 'resource "aws_iam_role"' in file.read_text(encoding="utf-8")) == [
        "authorizer",
        "deployer",
        "endpoint",
        "gateway_account",
        "handler",
        "reference",
    ]


@pytest.mark.parametrize("name", ROLES)
def test_no_policy_is_attached_to_a_role(roles: dict[str, Role], name: str) -> None:
    # AWS's own policies grant more than one purpose needs
    assert roles[name].statements
    assert roles[name].attached == {}


@pytest.mark.parametrize("name", ["fleet", "queue", "many"])
def test_an_execution_role_logs_in_to_the_registry_and_invokes_nothing(roles: dict[str, Role], name: str) -> None:
    assert roles[name].may("ecr:GetAuthorizationToken", "*")
    assert not roles[name].may("xray:PutTraceSegments", "*")
    assert not roles[name].may("sagemaker:InvokeEndpoint", FLEET)


@pytest.mark.parametrize("name", ["fleet function", "queue function"])
def test_the_role_of_a_function_sends_traces_and_logs_in_to_no_registry(roles: dict[str, Role], name: str) -> None:
    assert roles[name].may("xray:PutTraceSegments", "*")
    assert not roles[name].may("ecr:GetAuthorizationToken", "*")


@pytest.mark.parametrize("name", ["queue function", "queue", "many"])
def test_a_role_outside_a_network_touches_none(roles: dict[str, Role], name: str) -> None:
    actions = f"ec2:CreateNetworkInterface {LEAVE} {MANAGE} {DESCRIBE}".split()
    assert [action for action in actions if roles[name].may(action, (INTERFACE, HERE))] == []


def test_the_function_of_an_asynchronous_endpoint_does_not_wait_for_an_answer(roles: dict[str, Role]) -> None:
    assert not roles["queue function"].may("sagemaker:InvokeEndpoint", QUEUE)


@pytest.mark.parametrize(("name", "traced"), [("fleet function", False), ("queue function", True)])
def test_a_boundary_removes_what_it_does_not_allow(roles: dict[str, Role], name: str, *, traced: bool) -> None:
    assert roles[name].may("xray:PutTraceSegments", "*")
    assert roles[name].may("xray:PutTelemetryRecords", "*") == traced


# ---- each statement is needed

type Probe = Callable[[], str | None]

EVENTS = {"fleet": {"instances": [[1, 2, 3, sha256(b"0").hexdigest()]]}, "queue": {"instances": [[1, 2, 3]]}}


@pytest.fixture(scope="module")
def several(applied: Any, client: Callable[[str], Any]) -> str:
    """Start an endpoint with the module's model of several; return its name, as the module would name it."""
    assert applied
    sagemaker, name = client("sagemaker"), "grants-many-1a2b3c4d"
    models = [model["ModelName"] for model in sagemaker.list_models(NameContains="grants-many")["Models"]]
    images = {each: sagemaker.describe_model(ModelName=each)["PrimaryContainer"]["Image"] for each in models}
    stock = next(model for model, image in images.items() if "sagemaker-xgboost" in image)
    variant = {"VariantName": "stock", "ModelName": stock, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name, WaiterConfig={"Delay": 0.1})
    return name


@pytest.fixture(scope="module")
def results(applied: Any, client: Callable[[str], Any]) -> str:
    """Subscribe a queue to the topic for results; return its URL."""
    assert applied
    queue: str = client("sqs").create_queue(QueueName="results")["QueueUrl"]
    client("sns").subscribe(TopicArn=arn("sns", "done"), Protocol="sqs", Endpoint=arn("sqs", "results"))
    return queue


@pytest.fixture(scope="module")
def probes(
    applied: Any, client: Callable[[str], Any], sandbox: Sandbox, several: str, results: str
) -> dict[str, Callable[[Statement], Probe]]:
    """Return a function for each role, which finds the probe that needs a statement."""
    apis = applied.output("apis")
    target = {"TargetModel": "a.tar.gz"}
    return {
        "fleet function": _of_function(FunctionProbes(client, Deployment(apis["fleet"], sandbox), EVENTS["fleet"])),
        "queue function": _of_function(FunctionProbes(client, Deployment(apis["queue"], sandbox), EVENTS["queue"])),
        "fleet": _of_endpoint(EndpointProbes(client, apis["fleet"]["endpoint_name"], "grants-fleet-endpoint-", "grants")),
        "queue": _of_endpoint(
            EndpointProbes(client, apis["queue"]["endpoint_name"], "grants-queue-endpoint-", "grants", queue_url=results)
        ),
        "many": _of_endpoint(EndpointProbes(client, several, "grants-many-endpoint-", "grants", target)),
    }


def _of_function(function: FunctionProbes) -> Callable[[Statement], Probe]:
    special = {
        "InvokeTheEndpoint": function.predict,
        "DescribeTheEndpoint": function.describe,
        "PutRequests": function.predict,
        "EncryptRequests": function.predict,
        "ReadReceiptsAndResults": function.predict,
        "WriteTheLog": function.log,
        "PutMetricsOfOneNamespace": function.metric,
        "SendDeadLetters": function.dead_letter,
        "UseTheKeysOfTheBuckets": lambda: function.call("s3", "get_object", {"Bucket": "grants-sealed", "Key": OLD_CONTRACT}),
    }
    return lambda statement: special.get(statement.sid, function.start)


def _of_endpoint(endpoint: EndpointProbes) -> Callable[[Statement], Probe]:
    special = {
        "WriteTheContainersLog": endpoint.log,
        "WatchTheAlarmsOfAnUpdate": endpoint.update,
        "CaptureRequestsAndAnswers": endpoint.capture,
        "ReadAsynchronousRequests": endpoint.result,
        "WriteAsynchronousResults": endpoint.result,
        "NotifyOfAsynchronousResults": endpoint.notification,
        "UseTheKey": endpoint.capture if endpoint.name.startswith("grants-fleet-") else endpoint.result,
    }

    def probe(statement: Statement) -> Probe:
        if statement.sid.startswith("List"):
            listed = str(statement.content["Condition"])
            return endpoint.missing if "queue/input/" in listed else endpoint.model if "many/" in listed else endpoint.start
        return special.get(statement.sid, endpoint.start)

    return probe


HANDLER = "grants-fleet-us-east-1-handler"
MORE: dict[tuple[str, str], dict[str, str]] = {
    ("s3", "get_object"): {"Bucket": "grants", "Key": "model.tar.gz"},
    ("iam", "put_role_policy"): {"RoleName": HANDLER, "PolicyName": "more", "PolicyDocument": "{}"},
    ("lambda", "update_function_code"): {"FunctionName": "grants-fleet", "S3Bucket": "grants", "S3Key": "model.tar.gz"},
    ("sts", "assume_role"): {"RoleArn": f"arn:aws:iam::000000000000:role/{HANDLER}", "RoleSessionName": "more"},
}


def test_a_function_can_extend_neither_its_permissions_nor_its_code(applied: Any, client: Callable[[str], Any], sandbox: Sandbox) -> None:
    function = FunctionProbes(client, Deployment(applied.output("apis")["fleet"], sandbox), {})
    errors = {call: function.call(*call, parameters) or "" for call, parameters in MORE.items()}
    assert [call for call, error in errors.items() if "is not authorized to perform" not in error] == []


@pytest.mark.parametrize("name", ROLES)
def test_something_fails_without_each_statement(
    applied: Any, client: Callable[[str], Any], probes: dict[str, Callable[[Statement], Probe]], name: str
) -> None:
    iam = client("iam")
    statements = statements_of(iam, applied.output("roles")[name].rpartition("/")[2])
    found = [(statement, probes[name](statement)) for statement in statements]
    assert {probe.__name__: failure for probe in dict.fromkeys(probe for _, probe in found) if (failure := probe()) is not None} == {}
    without = {}
    for statement, probe in found:
        with removed(iam, statement):
            without[statement.sid] = probe()
    print(f"{name}: {len(statements)} statements, {sum(each is not None for each in without.values())} missed")
    assert [sid for sid, failure in without.items() if failure is None] == []
    assert len(without) == len(statements)

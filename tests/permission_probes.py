"""Probes: for each statement of a role's policies, something visible that fails without it."""

from __future__ import annotations

import io
import json
import time
import zipfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from hosting import eventually, unique

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deployments import Deployment

type Clients = Callable[[str], Any]

ABSENT_SECONDS = 2.0
"""How long a probe waits for what a statement allows, and what therefore may not come."""
CALLER = """
import boto3
def handler(event, context):
    getattr(boto3.client(event["service"]), event["operation"])(**event["parameters"])
"""


@dataclass(frozen=True)
class Statement:
    """One statement of one of a role's inline policies."""

    role: str
    policy: str
    index: int
    content: dict[str, Any]

    @property
    def sid(self) -> str:
        """The statement's name."""
        return str(self.content["Sid"])


def statements_of(iam: Any, role: str) -> list[Statement]:
    """Return all statements of a role's inline policies."""
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    documents = {name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names}
    return [Statement(role, name, index, each) for name, document in documents.items() for index, each in enumerate(document["Statement"])]


@contextmanager
def removed(iam: Any, statement: Statement) -> Iterator[None]:
    """Take one statement out of its policy, and put it back."""
    policy = {"RoleName": statement.role, "PolicyName": statement.policy}
    document = iam.get_role_policy(**policy)["PolicyDocument"]
    rest = [each for index, each in enumerate(document["Statement"]) if index != statement.index]
    if rest:
        iam.put_role_policy(**policy, PolicyDocument=json.dumps(document | {"Statement": rest}))
    else:
        iam.delete_role_policy(**policy)
    try:
        yield
    finally:
        iam.put_role_policy(**policy, PolicyDocument=json.dumps(document))


def _appears(find: Callable[[], bool], seconds: float = ABSENT_SECONDS, interval: float = 0.2) -> str | None:
    """Return None as soon as something is found, or after a while what is said of an absence."""
    end = time.monotonic() + seconds
    while not find():
        if time.monotonic() > end:
            return "nothing arrived"
        time.sleep(interval)
    return None


def _logs(client: Clients, group: str, since: int) -> bool:
    try:
        return bool(client("logs").filter_log_events(logGroupName=group, startTime=since)["events"])
    except client("logs").exceptions.ResourceNotFoundException:
        return False


def _now() -> int:
    time.sleep(0.002)  # a log event's time is in milliseconds: the last one is before
    return int(time.time() * 1000)


@dataclass
class FunctionProbes:
    """The uses that a function makes of its role; each probe returns None, or how it failed."""

    client: Clients
    deployment: Deployment
    event: dict[str, Any]

    @property
    def _name(self) -> str:
        return str(self.deployment.outputs["function_name"])

    def predict(self) -> str | None:
        """Ask for a prediction, and for an asynchronous API's result."""
        answer = self.deployment.result(self.deployment.predict(self.event))
        return None if answer.status == 200 else answer.text

    def describe(self) -> str | None:
        """Describe the endpoint, as GET /health does."""
        return self.call("sagemaker", "describe_endpoint", {"EndpointName": self.deployment.outputs["endpoint_name"]})

    def log(self) -> str | None:
        """Ask for a prediction, and look for a line in the log."""
        since = _now()
        self.predict()
        return _appears(lambda: _logs(self.client, f"/aws/lambda/{self._name}", since))

    def start(self) -> str | None:
        """Change the configuration of the function, and let it start."""
        functions = self.client("lambda")
        try:
            self._configure(Description=unique("probe"))
            answer = functions.invoke(FunctionName=self._name, Payload=json.dumps(self.event))
        except ClientError as error:
            return str(error)
        return str(answer["Payload"].read()) if "FunctionError" in answer else None

    def metric(self) -> str | None:
        """Write a metric, as the code of an adapter may."""
        data = {"Namespace": f"SageMakerApi/{self._name}", "MetricData": [{"MetricName": "m", "Value": 1}]}
        return self.call("cloudwatch", "put_metric_data", data)

    def dead_letter(self) -> str | None:
        """Send events to the function while its handler is missing, and look for one in the queue.

        For two seconds after an update, LocalStack's poller for the old version takes events and drops them.
        """
        functions, queues, text = self.client("lambda"), self.client("sqs"), unique("event")
        before = functions.get_function_configuration(FunctionName=self._name)
        url = queues.get_queue_url(QueueName=before["DeadLetterConfig"]["TargetArn"].rpartition(":")[2])["QueueUrl"]

        def received() -> bool:
            functions.invoke(FunctionName=self._name, InvocationType="Event", Payload=json.dumps({"id": text}))
            messages = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
            return any(text in message["Body"] for message in messages)

        try:
            self._configure(Handler="absent.handler")  # Lambda looks whether the role may send to the queue
        except ClientError as error:
            return str(error)
        functions.put_function_event_invoke_config(FunctionName=self._name, MaximumRetryAttempts=0)
        try:
            return _appears(received, seconds=5, interval=0.3)  # each event starts a process
        finally:
            self._configure(Handler=before["Handler"])
            functions.delete_function_event_invoke_config(FunctionName=self._name)

    def _configure(self, **changes: str) -> None:
        functions = self.client("lambda")
        functions.update_function_configuration(FunctionName=self._name, **changes)
        functions.get_waiter("function_updated_v2").wait(FunctionName=self._name, WaiterConfig={"Delay": 0.05})

    def call(self, service: str, operation: str, parameters: dict[str, Any]) -> str | None:
        """Call AWS with the function's role from the code of another function; return None, or the error."""
        event = {"service": service, "operation": operation, "parameters": parameters}
        answer = self.client("lambda").invoke(FunctionName=self._caller, Payload=json.dumps(event))
        return str(answer["Payload"].read()) if "FunctionError" in answer else None

    @cached_property
    def _caller(self) -> str:
        """Create a function with the role of the deployment's; return its name. IAM decides about each of its calls by itself."""
        name, functions = unique("caller"), self.client("lambda")
        role = functions.get_function_configuration(FunctionName=self._name)["Role"]
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr("main.py", CALLER)
        code = {"ZipFile": package.getvalue()}
        functions.create_function(FunctionName=name, Role=role, Code=code, Runtime="python3.13", Handler="main.handler", Timeout=30)
        functions.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.05})
        return name


@dataclass
class EndpointProbes:
    """The uses that SageMaker makes of an endpoint's execution role; each probe returns None, or how it failed."""

    client: Clients
    name: str
    alarm_prefix: str
    bucket: str
    target: dict[str, str] = field(default_factory=dict)
    """The model that a request is for, behind an endpoint of several."""
    queue_url: str = ""
    """A queue that is subscribed to the topic for results."""

    @property
    def _config(self) -> str:
        return str(self.client("sagemaker").describe_endpoint(EndpointName=self.name)["EndpointConfigName"])

    @property
    def _is_asynchronous(self) -> bool:
        return "AsyncInferenceConfig" in self.client("sagemaker").describe_endpoint(EndpointName=self.name)

    def start(self) -> str | None:
        """Start another endpoint with the same configuration, and let it load its model."""
        sagemaker, name = self.client("sagemaker"), unique("probe")
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=self._config)
        found = self._settled(name)
        try:
            if found["EndpointStatus"] != "InService":
                return str(found["FailureReason"])
            if self.target:
                self._runtime.invoke_endpoint(EndpointName=name, Body=b"1,2,3", ContentType="text/csv", **self.target)
        except ClientError as error:
            return str(error)
        finally:
            sagemaker.delete_endpoint(EndpointName=name)
        return None

    def model(self) -> str | None:
        """Create another model from the endpoint's."""
        sagemaker, name = self.client("sagemaker"), unique("probe")
        config = sagemaker.describe_endpoint_config(EndpointConfigName=self._config)
        described = sagemaker.describe_model(ModelName=config["ProductionVariants"][0]["ModelName"])
        settings = {key: described[key] for key in ("PrimaryContainer", "ExecutionRoleArn")}
        try:
            sagemaker.create_model(ModelName=name, **settings)
        except ClientError as error:
            return str(error)
        sagemaker.delete_model(ModelName=name)
        return None

    def update(self) -> str | None:
        """Update another endpoint while an alarm is watched."""
        sagemaker, name, new = self.client("sagemaker"), unique("probe"), unique("probe")
        variants = sagemaker.describe_endpoint_config(EndpointConfigName=self._config)["ProductionVariants"]
        sagemaker.create_endpoint_config(EndpointConfigName=new, ProductionVariants=variants)
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=self._config)
        self._settled(name)
        routing = {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}
        alarms = {"Alarms": [{"AlarmName": f"{self.alarm_prefix}0-latency"}]}
        deployment = {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing}, "AutoRollbackConfiguration": alarms}
        sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=new, DeploymentConfig=deployment)
        found = self._settled(name)
        sagemaker.delete_endpoint(EndpointName=name)
        return None if found["EndpointConfigName"] == new else str(found.get("FailureReason"))

    def log(self) -> str | None:
        """Send what the container rejects, and look for its message in the log."""
        since = _now()
        with suppress(ClientError):
            self._call(b"a,b,c")
        return _appears(lambda: _logs(self.client, f"/aws/sagemaker/Endpoints/{self.name}", since))

    def capture(self) -> str | None:
        """Send a request, and look for what is captured of it."""
        before = self._captured()
        self._call(b"1,2,3")
        return _appears(lambda: self._captured() > before)

    def result(self) -> str | None:
        """Send an asynchronous request, and look for its result."""
        bucket, _, key = self._call(b"1,2,3").removeprefix("s3://").partition("/")
        listed = self.client("s3").list_objects_v2
        return _appears(lambda: listed(Bucket=bucket, Prefix=key)["KeyCount"] > 0)

    def missing(self) -> str | None:
        """Send an asynchronous request whose input does not exist, which only a role that may list the inputs can tell."""
        absent = f"s3://{self.bucket}/queue/input/absent"
        answer = self._runtime.invoke_endpoint_async(EndpointName=self.name, InputLocation=absent)
        bucket, _, key = answer["FailureLocation"].removeprefix("s3://").partition("/")
        s3 = self.client("s3")
        eventually(lambda: s3.list_objects_v2(Bucket=bucket, Prefix=key)["KeyCount"], bool)
        text = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
        return text if "is not authorized" in text else None

    def notification(self) -> str | None:
        """Send an asynchronous request, and look for the notification of its result."""
        location = self._call(b"1,2,3")

        def received() -> bool:
            messages = self.client("sqs").receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages", [])
            return any(location in message["Body"] for message in messages)

        return _appears(received)

    @property
    def _runtime(self) -> Any:
        return self.client("sagemaker-runtime")

    def _call(self, body: bytes) -> str:
        """Invoke the endpoint; return where the result of an asynchronous request will be."""
        parameters = {"EndpointName": self.name, "ContentType": "text/csv"} | self.target
        if not self._is_asynchronous:
            self._runtime.invoke_endpoint(Body=body, **parameters)
            return ""
        key = f"queue/input/{unique('probe')}"
        self.client("s3").put_object(Bucket=self.bucket, Key=key, Body=body)
        location = f"s3://{self.bucket}/{key}"
        return str(self._runtime.invoke_endpoint_async(InputLocation=location, **parameters)["OutputLocation"])

    def _captured(self) -> int:
        return int(self.client("s3").list_objects_v2(Bucket=self.bucket, Prefix="captured/")["KeyCount"])

    def _settled(self, name: str) -> dict[str, Any]:
        describe = self.client("sagemaker").describe_endpoint
        found: dict[str, Any] = eventually(lambda: describe(EndpointName=name), lambda each: not each["EndpointStatus"].endswith("ing"))
        return found

"""A deployment of the module in the sandbox, from the point of view of an HTTP client."""

from __future__ import annotations

import http.client
import io
import json
import tarfile
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import xgboost as xgb
from hosting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

SECONDS = 60


@dataclass
class Answer:
    """An HTTP response; header names are in lower case."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def document(self) -> Any:
        return json.loads(self.text)


@dataclass
class Deployment:
    """The module's outputs, and the sandbox that it is deployed in."""

    outputs: dict[str, Any]
    sandbox: Sandbox

    def send(self, method: str, path: str, body: str | bytes = b"", **headers: str) -> Answer:
        """Send a request with the API key; write header names with underscores. An empty value omits the header."""
        known = {"x_api_key": self.outputs["api_key"], **headers}
        named = {name.replace("_", "-"): value for name, value in known.items() if value}
        content = body if isinstance(body, bytes) else body.encode()
        stage = f"/_aws/execute-api/{self.outputs['rest_api_id']}/{self.outputs['stage_name']}"
        connection = http.client.HTTPConnection("127.0.0.1", self.sandbox.port, timeout=SECONDS)
        try:
            connection.request(method, stage + path, content, named)
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, headers, answer.read().decode())
        finally:
            connection.close()

    def predict(self, body: Any, content_type: str = "application/json", **headers: str) -> Answer:
        """POST text or bytes, or any other value as JSON, to /predictions."""
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.send("POST", "/predictions", text, content_type=content_type, **headers)

    def fault(self, *faults: dict[str, Any]) -> None:
        """Replace the injected faults with ``faults`` of this deployment's endpoint; none removes all."""
        connection = http.client.HTTPConnection("127.0.0.1", self.sandbox.port, timeout=SECONDS)
        documents = [{"endpoint": self.outputs["endpoint_name"], **fault} for fault in faults]
        connection.request("POST", "/_sandbox/faults", json.dumps(documents))
        answer = connection.getresponse()
        assert answer.status == HTTPStatus.NO_CONTENT, answer.read()
        connection.close()

    def traffic(self) -> dict[str, int]:
        """Count the requests to each variant, copies for shadow variants included."""
        connection = http.client.HTTPConnection("127.0.0.1", self.sandbox.port, timeout=SECONDS)
        connection.request("GET", f"/_sandbox/endpoints/{self.outputs['endpoint_name']}/traffic")
        counts: dict[str, int] = json.loads(connection.getresponse().read())
        connection.close()
        return counts

    def result(self, answer: Answer) -> Answer:
        """Return a response, or for a 202 poll its location and return the final response."""
        if answer.status != HTTPStatus.ACCEPTED:
            return answer
        location = answer.document["location"]
        return eventually(lambda: self.send("GET", location), lambda found: found.status != HTTPStatus.ACCEPTED)

    def booster(self, client: Callable[[str], Any]) -> xgb.Booster:
        """Load the model that is deployed, from the location that SageMaker has."""
        model = client("sagemaker").describe_model(ModelName=self.outputs["model_name"])
        bucket, _, key = model["PrimaryContainer"]["ModelDataUrl"].removeprefix("s3://").partition("/")
        return unpack(client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())


def unpack(content: bytes) -> xgb.Booster:
    """Load the booster in a model.tar.gz."""
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        member = archive.extractfile("xgboost-model")
        assert member
        return xgb.Booster(model_file=bytearray(member.read()))


def inventory(client: Callable[[str], Any]) -> str:
    """Return, as JSON, all resources of the types that a deployment creates."""
    return json.dumps(
        [
            client("iam").list_roles()["Roles"],
            client("lambda").list_functions()["Functions"],
            client("apigateway").get_rest_apis()["items"],
            client("apigateway").get_api_keys()["items"],
            client("apigateway").get_usage_plans()["items"],
            client("sagemaker").list_models()["Models"],
            client("sagemaker").list_endpoint_configs()["EndpointConfigs"],
            client("sagemaker").list_endpoints()["Endpoints"],
            client("cloudwatch").describe_alarms()["MetricAlarms"],
            client("logs").describe_log_groups()["logGroups"],
            client("s3").list_buckets()["Buckets"],
        ],
        default=str,
    )

"""Many models behind one API: a request names its model. The models run with an existing role.

A second API of the same endpoint has callers that sign (`api.auth.iam`). ``extensive`` has the second plan.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cities import CITIES, apply_cities
from deployments import Answer, Deployment
from hosting import policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

REQUEST = {"instances": [{"features": [1, 2, 3]}]}


@pytest.fixture(scope="module")
def applied(terraform: Callable[..., Any], client: Callable[..., Any]) -> Any:
    return apply_cities(terraform, client)


@pytest.fixture(scope="module")
def cities(applied: Any, sandbox: Sandbox) -> Deployment:
    return Deployment(applied.output("cities"), sandbox)


@pytest.fixture(scope="module")
def signed(applied: Any, sandbox: Sandbox) -> Deployment:
    return Deployment(applied.output("signed"), sandbox)


def test_the_module_creates_no_role_in_addition_to_the_given_one(cities: Deployment, client: Callable[..., Any]) -> None:
    names = [each["RoleName"] for each in client("iam").list_roles()["Roles"]]
    assert sorted(name for name in names if name.startswith("cities-")) == [
        "cities-given",
        "cities-us-east-1-docs",
        "cities-us-east-1-handler",
    ]
    assert cities.outputs["execution_role_arn"].endswith(":role/cities-given")


@pytest.mark.usefixtures("cities")
def test_rollback_alarms_have_the_modules_tags(client: Callable[..., Any]) -> None:
    cloudwatch = client("cloudwatch")
    alarms = cloudwatch.describe_alarms(AlarmNamePrefix="cities-endpoint-")["MetricAlarms"]
    tags = [cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"] for alarm in alarms]
    assert tags
    assert all({"Key": "team", "Value": "maps"} in each for each in tags)


@pytest.mark.parametrize(("name", "value"), CITIES.items())
def test_the_model_that_a_request_names_answers(cities: Deployment, name: str, value: float) -> None:
    answer = cities.predict(REQUEST, x_amzn_sagemaker_target_model=name)
    assert (answer.status, answer.document) == (200, {"predictions": [value]})


def test_a_direct_invocation_also_names_its_model(cities: Deployment, client: Callable[..., Any]) -> None:
    event = json.dumps({**REQUEST, "target_model": "paris/2026.tar.gz"})
    answer = client("lambda").invoke(FunctionName=cities.outputs["function_name"], Payload=event)
    assert json.load(answer["Payload"]) == {"predictions": [2.0]}


@pytest.mark.parametrize(("name", "code"), [("", "target_invalid"), ("rome.tar.gz", "target_unknown"), ("../secret", "target_unknown")])
def test_a_request_without_a_model_or_with_an_unknown_one_is_rejected(cities: Deployment, name: str, code: str) -> None:
    answer = cities.predict(REQUEST, x_amzn_sagemaker_target_model=name)
    assert (answer.status, answer.document["code"]) == (400, code)


def credentials(client: Callable[..., Any], name: str, method: str, api: str) -> Credentials:
    """Create a role that may call one method of an API, and assume it."""
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}}
    may = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": f"arn:aws:execute-api:us-east-1:000000000000:{api}/v1/{method}"}
    role = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
    client("iam").put_role_policy(RoleName=name, PolicyName="invoke", PolicyDocument=policy(may))
    keys = client("sts").assume_role(RoleArn=role, RoleSessionName="caller")["Credentials"]
    return Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])


def call(signed: Deployment, caller: Credentials | None) -> Answer:
    """Request a prediction of an API without a key, signed by a caller unless it is None."""
    headers = {"content-type": "application/json", "x-amzn-sagemaker-target-model": "berlin.tar.gz"}
    url = f"{signed.sandbox.url}/_aws/execute-api/{signed.outputs['rest_api_id']}/v1/predictions"
    request = AWSRequest("POST", url, headers, json.dumps(REQUEST))
    if caller:
        SigV4Auth(caller, "execute-api", "us-east-1").add_auth(request)
    given = {name.replace("-", "_"): value for name, value in request.headers.items() if name.lower() != "content-type"}
    return signed.predict(REQUEST, x_api_key="", **given)


def test_an_api_of_callers_that_sign_has_no_key(signed: Deployment) -> None:
    assert (signed.outputs["api_key"], signed.outputs["usage_plan_ids"]) == (None, {})


def test_a_caller_that_may_use_the_api_and_signs_gets_a_prediction(signed: Deployment, client: Callable[..., Any]) -> None:
    caller = credentials(client, "may-predict", "POST/predictions", signed.outputs["rest_api_id"])
    answer = call(signed, caller)
    assert (answer.status, answer.document["predictions"]) == (200, [pytest.approx(1.0)])


def test_an_unsigned_call_a_role_that_may_not_and_a_wrong_signature_are_rejected(signed: Deployment, client: Callable[..., Any]) -> None:
    other = credentials(client, "may-read", "GET/openapi.json", signed.outputs["rest_api_id"])
    callers = {
        "unsigned": None,
        "role that may not": other,
        "wrong secret": Credentials(other.access_key, "wrong", other.token),
        "unknown key": Credentials("ASIAUNKNOWN000000000", "wrong"),
    }
    answers = {name: call(signed, caller) for name, caller in callers.items()}
    assert {name: (answer.status, answer.document["code"]) for name, answer in answers.items()} == dict.fromkeys(
        callers, (403, "access_denied")
    )

"""UpdateEndpoint in the sandbox: how traffic shifts to the new fleet, and which alarms roll it back."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from hosting import IMAGE, Hosting, allow, archive, constant, error_of, eventually, message_of, unique

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    type SetSpeed = Callable[[object], int]

HALF = {"Type": "CAPACITY_PERCENT", "Value": 50}


@pytest.fixture
def set_speed(hosting: Hosting) -> Iterator[SetSpeed]:
    """Set how many of AWS's seconds pass in one second; the default is restored after the test."""

    def put(speed: object) -> int:
        return hosting.call("PUT", "/_sandbox/pace", {"pace": speed})[0]

    yield put
    put(100)


def canary(wait: int, termination: int = 0, alarms: tuple[str, ...] = ()) -> dict[str, Any]:
    routing = {"Type": "CANARY", "WaitIntervalInSeconds": wait, "CanarySize": HALF}
    policy = {"TrafficRoutingConfiguration": routing, "TerminationWaitInSeconds": termination}
    rollback = {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": name} for name in alarms]}} if alarms else {}
    return {"BlueGreenUpdatePolicy": policy} | rollback


def updated(hosting: Hosting, old: float, config: str, deployment: dict[str, Any]) -> str:
    """Start an endpoint that predicts ``old`` and start its update; return its name."""
    name = hosting.endpoint(old)
    hosting.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=config, DeploymentConfig=deployment)
    return name


def alarm(hosting: Hosting, metric: str = "none", **dimensions: str) -> str:
    name = unique("alarm")
    hosting.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        ComparisonOperator="GreaterThanThreshold",
        Threshold=0.0,
        EvaluationPeriods=1,
        Namespace="AWS/SageMaker",
        MetricName=metric,
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        Statistic="Sum",
        Period=60,
        TreatMissingData="ignore",  # LocalStack evaluates it at once, which must not change the state that the test sets
    )
    return name


def stage(hosting: Hosting, name: str) -> str | None:
    summary = hosting.sagemaker.describe_endpoint(EndpointName=name).get("PendingDeploymentSummary")
    return summary["ProductionVariants"][0]["VariantStatus"][0]["Status"] if summary else None


def test_a_canary_receives_its_share_and_then_all_traffic(hosting: Hosting) -> None:
    name = updated(hosting, 1, hosting.config(hosting.model(2)), canary(wait=150))
    eventually(lambda: stage(hosting, name), lambda found: found == "Baking")
    during = {hosting.prediction(name) for _ in range(30)}
    hosting.settled(name)
    assert (during, {hosting.prediction(name) for _ in range(30)}) == ({1, 2}, {2})


def test_an_update_reports_the_new_configuration_only_when_it_is_done(hosting: Hosting) -> None:
    config = hosting.config(hosting.model(2))
    name = updated(hosting, 1, config, canary(wait=50))
    eventually(lambda: stage(hosting, name), lambda found: found == "Baking")
    during = hosting.sagemaker.describe_endpoint(EndpointName=name)
    after = hosting.settled(name)
    assert during["EndpointConfigName"] != config
    assert (after["EndpointConfigName"], after["LastDeploymentConfig"]) == (config, canary(wait=50))


def test_waits_are_shortened_by_the_speed_of_the_clock(hosting: Hosting, set_speed: SetSpeed) -> None:
    assert set_speed(600) == 204
    name = updated(hosting, 1, hosting.config(hosting.model(2)), canary(wait=600, termination=600))
    begun = time.monotonic()
    hosting.settled(name)
    assert 1.5 < time.monotonic() - begun < 5


@pytest.mark.parametrize("speed", [0, -1, "fast", None])
def test_an_invalid_speed_is_rejected(set_speed: SetSpeed, speed: object) -> None:
    assert set_speed(speed) == 400


def test_an_alarm_that_goes_off_while_baking_rolls_back(hosting: Hosting) -> None:
    name_of_alarm = alarm(hosting)
    name = updated(hosting, 1, hosting.config(hosting.model(2)), canary(300, 300, (name_of_alarm,)))
    before = hosting.sagemaker.describe_endpoint(EndpointName=name)["EndpointConfigName"]
    eventually(lambda: stage(hosting, name), lambda found: found == "Baking")
    hosting.client("cloudwatch").set_alarm_state(AlarmName=name_of_alarm, StateValue="ALARM", StateReason="test")
    after = hosting.settled(name)
    assert (after["EndpointStatus"], after["EndpointConfigName"]) == ("InService", before)
    assert after["FailureReason"] == f"The deployment was rolled back: the alarm {name_of_alarm} went into ALARM."
    assert {hosting.prediction(name) for _ in range(10)} == {1}


def test_an_alarm_on_the_endpoints_errors_rolls_back(hosting: Hosting) -> None:
    failing = hosting.model(2, Environment={"SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "application/jsonlines"})
    good, variant = hosting.model(1), "one"

    def config(model: str) -> str:
        name = unique("config")
        hosting.sagemaker.create_endpoint_config(
            EndpointConfigName=name,
            ProductionVariants=[{"VariantName": variant, "ModelName": model, "InstanceType": "ml.m5.large", "InitialInstanceCount": 2}],
        )
        return name

    name, next_config = hosting.start(config(good)), config(failing)
    errors = alarm(
        hosting,
        "Invocation5XXErrors",
        EndpointName=name,
        VariantName=variant,
        EndpointConfigName=next_config,
    )
    hosting.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=next_config, DeploymentConfig=canary(1000, 0, (errors,)))
    eventually(lambda: stage(hosting, name), lambda found: found == "Baking")

    def fails() -> bool:
        try:
            return hosting.prediction(name) != 1
        except hosting.client("sagemaker-runtime").exceptions.ModelError:
            return True

    eventually(fails, bool)
    assert f"the alarm {errors} went into ALARM" in hosting.settled(name)["FailureReason"]
    assert {hosting.prediction(name) for _ in range(10)} == {1}
    (after,) = hosting.client("cloudwatch").describe_alarms(AlarmNames=[errors])["MetricAlarms"]
    assert after["StateValue"] == "OK"


def test_a_role_that_cannot_read_the_alarms_cannot_be_deployed_with_them(hosting: Hosting) -> None:
    model, role = unique("model"), hosting.role(allow("s3:GetObject", f"arn:aws:s3:::models-{hosting.account}/*"))
    container = {"Image": IMAGE, "ModelDataUrl": hosting.artifact(archive(("xgboost-model", constant(2))))}
    hosting.sagemaker.create_model(ModelName=model, PrimaryContainer=container, ExecutionRoleArn=role)
    name = updated(hosting, 1, hosting.config(model), canary(10, 0, ("any",)))
    reason = hosting.settled(name)["FailureReason"]
    assert reason.startswith(f"The role {role} is not authorized to perform: cloudwatch:DescribeAlarms on resource: ")


def test_a_contradictory_deployment_configuration_is_rejected(hosting: Hosting) -> None:
    wrong = canary(60)
    wrong["BlueGreenUpdatePolicy"]["TrafficRoutingConfiguration"].pop("CanarySize")
    message = message_of(lambda: updated(hosting, 1, hosting.config(hosting.model()), wrong))
    assert message == "Traffic routing of type CANARY requires CanarySize; specified: none."


def test_the_last_deployment_configuration_can_be_retained(hosting: Hosting) -> None:
    name = updated(hosting, 1, hosting.config(hosting.model(2)), canary(10))
    hosting.settled(name)
    third = hosting.config(hosting.model(3))
    hosting.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=third, RetainDeploymentConfig=True)
    assert hosting.settled(name)["LastDeploymentConfig"] == canary(10)


def test_an_endpoint_on_instances_cannot_become_serverless(hosting: Hosting) -> None:
    config, size = unique("config"), {"MemorySizeInMB": 1024, "MaxConcurrency": 1}
    variants = [{"VariantName": "one", "ModelName": hosting.model(), "ServerlessConfig": size}]
    hosting.sagemaker.create_endpoint_config(EndpointConfigName=config, ProductionVariants=variants)
    assert "cannot be updated to serverless" in message_of(lambda: updated(hosting, 1, config, {}))


def test_a_request_in_progress_finishes_on_the_old_fleet(hosting: Hosting, inject: Callable[..., None]) -> None:
    name = hosting.endpoint(1)
    inject({"endpoint": name, "fault": "timeout", "seconds": 1.5, "times": 1})
    hosting.client("sagemaker-runtime")
    with ThreadPoolExecutor(1) as thread:
        held = thread.submit(hosting.prediction, name)
        eventually(lambda: hosting.invocations(name), bool)
        hosting.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=hosting.config(hosting.model(2)))
        hosting.settled(name)
        assert (hosting.prediction(name), held.done(), held.result()) == (2, False, 1)


def test_only_an_asynchronous_variant_can_have_zero_instances(hosting: Hosting) -> None:
    model = hosting.model()
    name = hosting.start(hosting.config(model))
    update = hosting.sagemaker.update_endpoint_weights_and_capacities
    size = [{"VariantName": model, "DesiredInstanceCount": 0}]
    assert "asynchronous" in message_of(lambda: update(EndpointName=name, DesiredWeightsAndCapacities=size))


def test_a_failing_update_stays_in_the_state_updating(hosting: Hosting) -> None:
    name = updated(hosting, 1, hosting.config(hosting.model(archive())), {})
    seen = set()

    def status() -> str:
        seen.add(found := hosting.sagemaker.describe_endpoint(EndpointName=name)["EndpointStatus"])
        return str(found)

    eventually(status, lambda found: found == "InService")
    assert seen == {"Updating", "InService"}
    assert error_of(lambda: hosting.invoke(name, "a,b,c"))["OriginalStatusCode"] == 415

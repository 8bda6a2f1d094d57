"""Application Auto Scaling in the sandbox: registration, validation, and scaling when an alarm goes off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hosting import ACCOUNT, REGION, Hosting, error_of, eventually, message_of, unique
from sagemaker_sandbox.autoscaling.scaling import desired_capacity

INSTANCES = "sagemaker:variant:DesiredInstanceCount"
CONCURRENCY = "sagemaker:variant:DesiredProvisionedConcurrency"
INVOCATIONS = {
    "TargetValue": 70.0,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"},
    "ScaleInCooldown": 300,
    "ScaleOutCooldown": 60,
}
STEPS = {
    "AdjustmentType": "ChangeInCapacity",
    "StepAdjustments": [{"MetricIntervalLowerBound": 0.0, "ScalingAdjustment": 2}],
    "Cooldown": 0,
}


@dataclass
class Variant:
    """A variant as Application Auto Scaling sees it."""

    hosting: Hosting
    endpoint: str
    name: str
    dimension: str = INSTANCES

    @property
    def client(self) -> Any:
        return self.hosting.client("application-autoscaling")

    @property
    def key(self) -> dict[str, str]:
        resource = f"endpoint/{self.endpoint}/variant/{self.name}"
        return {"ServiceNamespace": "sagemaker", "ResourceId": resource, "ScalableDimension": self.dimension}

    def register(self, minimum: int = 1, maximum: int = 4, **settings: Any) -> str:
        bounds = {"MinCapacity": minimum, "MaxCapacity": maximum}
        arn: str = self.client.register_scalable_target(**self.key, **bounds, **settings)["ScalableTargetARN"]
        return arn

    def target(self) -> dict[str, Any]:
        (target,) = self.client.describe_scalable_targets(ServiceNamespace="sagemaker", ResourceIds=[self.key["ResourceId"]])[
            "ScalableTargets"
        ]
        return dict(target)

    def put(self, kind: str, configuration: dict[str, Any], name: str = "policy") -> dict[str, Any]:
        settings = {"PolicyName": name, "PolicyType": kind, f"{kind}PolicyConfiguration": configuration}
        return dict(self.client.put_scaling_policy(**self.key, **settings))

    def policies(self) -> list[dict[str, Any]]:
        key = {"ServiceNamespace": "sagemaker", "ResourceId": self.key["ResourceId"]}
        return list(self.client.describe_scaling_policies(**key)["ScalingPolicies"])

    def described(self) -> dict[str, Any]:
        (variant,) = self.hosting.settled(self.endpoint)["ProductionVariants"]
        return dict(variant)

    def instances(self) -> int:
        return int(self.described()["CurrentInstanceCount"])


@pytest.fixture
def variant(hosting: Hosting) -> Variant:
    model = hosting.model()
    return Variant(hosting, hosting.start(hosting.config(model)), model)


@pytest.fixture
def serverless(hosting: Hosting) -> Variant:
    model, config = hosting.model(), unique("config")
    size = {"MemorySizeInMB": 1024, "MaxConcurrency": 10, "ProvisionedConcurrency": 2}
    variants = [{"VariantName": model, "ModelName": model, "ServerlessConfig": size}]
    hosting.sagemaker.create_endpoint_config(EndpointConfigName=config, ProductionVariants=variants)
    return Variant(hosting, hosting.start(config), model, CONCURRENCY)


# ---- targets


def test_a_target_is_described_as_it_was_registered(variant: Variant) -> None:
    arn = variant.register(1, 3)
    target = variant.target()
    target.pop("CreationTime")
    role = "aws-service-role/sagemaker.application-autoscaling.amazonaws.com"
    assert target == variant.key | {
        "ScalableTargetARN": arn,
        "MinCapacity": 1,
        "MaxCapacity": 3,
        "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/{role}/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint",
        "SuspendedState": dict.fromkeys(("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended"), False),
    }
    assert arn.startswith(f"arn:aws:application-autoscaling:{REGION}:{ACCOUNT}:scalable-target/")


@pytest.mark.parametrize("dimension", [INSTANCES, "sagemaker:inference-component:DesiredCopyCount"])
def test_a_target_needs_a_variant_of_an_endpoint(hosting: Hosting, dimension: str) -> None:
    absent = Variant(hosting, "absent", "AllTraffic", dimension)
    assert message_of(absent.register)


def test_a_target_needs_a_variant_that_the_endpoint_has(hosting: Hosting, variant: Variant) -> None:
    absent = Variant(hosting, variant.endpoint, "absent")
    assert message_of(absent.register).endswith(f"doesn't exist: {absent.key['ResourceId']}")


def test_a_maximum_below_the_minimum_is_rejected(variant: Variant) -> None:
    assert "cannot be less than" in message_of(lambda: variant.register(3, 2))


def test_a_new_target_needs_both_bounds(variant: Variant) -> None:
    register = variant.client.register_scalable_target
    assert message_of(lambda: register(**variant.key, MinCapacity=1)).startswith("MinCapacity and MaxCapacity must")


def test_a_burstable_instance_is_not_scaled(hosting: Hosting) -> None:
    model, config = hosting.model(), unique("config")
    variants = [{"VariantName": "one", "ModelName": model, "InstanceType": "ml.t2.medium", "InitialInstanceCount": 1}]
    hosting.sagemaker.create_endpoint_config(EndpointConfigName=config, ProductionVariants=variants)
    burstable = Variant(hosting, hosting.start(config), "one")
    assert "burstable instances such as ml.t2.medium" in message_of(burstable.register)


def test_capacity_is_brought_within_the_bounds_when_a_target_is_registered_or_changed(variant: Variant) -> None:
    variant.register(3, 5)
    grown = variant.instances()
    variant.client.register_scalable_target(**variant.key, MinCapacity=1, MaxCapacity=2)
    assert (grown, variant.instances()) == (3, 2)


def test_provisioned_concurrency_is_brought_within_the_bounds(serverless: Variant) -> None:
    serverless.register(5, 8)
    assert serverless.described()["CurrentServerlessConfig"]["ProvisionedConcurrency"] == 5


def test_provisioned_concurrency_cannot_exceed_the_maximum_concurrency(serverless: Variant) -> None:
    assert "exceeds the variant's MaxConcurrency of 10" in message_of(lambda: serverless.register(1, 11))


def test_a_serverless_variant_has_no_instances_to_scale(serverless: Variant) -> None:
    serverless.dimension = INSTANCES
    assert message_of(serverless.register).endswith(f"is serverless: its scalable dimension is {CONCURRENCY}")


def test_deregistering_a_target_deletes_its_policies_alarms_and_actions(variant: Variant) -> None:
    variant.register()
    alarms = [alarm["AlarmName"] for alarm in variant.put("TargetTrackingScaling", INVOCATIONS)["Alarms"]]
    variant.client.deregister_scalable_target(**variant.key)
    left = variant.hosting.client("cloudwatch").describe_alarms(AlarmNames=alarms)["MetricAlarms"]
    assert (variant.policies(), left) == ([], [])


def test_a_target_that_is_not_registered_cannot_be_deregistered(variant: Variant) -> None:
    error = error_of(lambda: variant.client.deregister_scalable_target(**variant.key))["Error"]
    assert error["Code"] == "ObjectNotFoundException"


# ---- tags


def test_a_target_is_tagged_and_untagged(variant: Variant) -> None:
    arn = variant.register(Tags={"a": "1"})
    variant.client.tag_resource(ResourceARN=arn, Tags={"b": "2"})
    variant.client.untag_resource(ResourceARN=arn, TagKeys=["a"])
    assert variant.client.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"b": "2"}


def test_tags_of_an_unknown_target_are_not_found(variant: Variant) -> None:
    arn = f"{variant.register()}0"
    error = error_of(lambda: variant.client.list_tags_for_resource(ResourceARN=arn))["Error"]
    assert error["Code"] == "ResourceNotFoundException"


# ---- policies


def test_a_policy_is_described_as_it_was_put(variant: Variant) -> None:
    variant.register()
    put = variant.put("TargetTrackingScaling", INVOCATIONS)
    (policy,) = variant.policies()
    policy.pop("CreationTime")
    assert policy == variant.key | {
        "PolicyARN": put["PolicyARN"],
        "PolicyName": "policy",
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": INVOCATIONS,
        "Alarms": put["Alarms"],
    }


def test_a_policy_that_is_put_again_keeps_its_arn(variant: Variant) -> None:
    variant.register()
    first = variant.put("TargetTrackingScaling", INVOCATIONS)["PolicyARN"]
    assert variant.put("TargetTrackingScaling", INVOCATIONS | {"TargetValue": 9.0})["PolicyARN"] == first


def test_target_tracking_creates_an_alarm_for_each_direction(variant: Variant) -> None:
    variant.register()
    names = [alarm["AlarmName"] for alarm in variant.put("TargetTrackingScaling", INVOCATIONS)["Alarms"]]
    found = variant.hosting.client("cloudwatch").describe_alarms(AlarmNames=names)["MetricAlarms"]
    assert [(alarm["ComparisonOperator"], alarm["Threshold"], alarm["MetricName"]) for alarm in found] == [
        ("GreaterThanThreshold", 70, "InvocationsPerInstance"),
        ("LessThanThreshold", 63, "InvocationsPerInstance"),
    ]


@pytest.mark.parametrize(
    ("kind", "configuration", "said"),
    [
        ("TargetTrackingScaling", {"TargetValue": 1.0}, "Exactly one of a predefined and a customized metric"),
        (
            "TargetTrackingScaling",
            {
                "TargetValue": 0.7,
                "PredefinedMetricSpecification": {"PredefinedMetricType": "SageMakerVariantProvisionedConcurrencyUtilization"},
            },
            "does not fit the scalable dimension",
        ),
        ("StepScaling", {"AdjustmentType": "ChangeInCapacity"}, "A step scaling policy must have"),
        ("StepScaling", STEPS | {"AdjustmentType": "Much"}, "1 validation error detected: Value 'Much'"),
    ],
)
def test_an_invalid_policy_is_rejected(variant: Variant, kind: str, configuration: dict[str, Any], said: str) -> None:
    variant.register()
    assert said in message_of(lambda: variant.put(kind, configuration))


def test_a_policy_needs_a_target(variant: Variant) -> None:
    error = error_of(lambda: variant.put("StepScaling", STEPS))["Error"]
    assert (error["Code"], error["Message"][:31]) == ("ObjectNotFoundException", "No scalable target registered f")


def test_a_policy_is_deleted_once(variant: Variant) -> None:
    variant.register()
    variant.put("StepScaling", STEPS)
    variant.client.delete_scaling_policy(**variant.key, PolicyName="policy")
    error = error_of(lambda: variant.client.delete_scaling_policy(**variant.key, PolicyName="policy"))["Error"]
    assert (error["Code"], variant.policies()) == ("ObjectNotFoundException", [])


# ---- scheduled actions


def test_a_scheduled_action_is_described_as_it_was_put_and_deleted(variant: Variant) -> None:
    variant.register()
    action = variant.key | {"ScheduledActionName": "night"}
    settings = {
        "Schedule": "cron(0 22 * * ? *)",
        "Timezone": "Europe/Berlin",
        "ScalableTargetAction": {"MinCapacity": 2},
    }
    variant.client.put_scheduled_action(**action, **settings)
    key = {"ServiceNamespace": "sagemaker", "ResourceId": variant.key["ResourceId"]}
    (found,) = variant.client.describe_scheduled_actions(**key)["ScheduledActions"]
    variant.client.delete_scheduled_action(**action)
    assert found.items() >= (action | settings).items()
    assert variant.client.describe_scheduled_actions(**key)["ScheduledActions"] == []


@pytest.mark.parametrize("schedule", ["cron(0 22 * * *)", "rate(0 minutes)", "at(tomorrow)"])
def test_an_invalid_schedule_is_rejected(variant: Variant, schedule: str) -> None:
    variant.register()
    put = variant.client.put_scheduled_action
    action = variant.key | {"ScheduledActionName": "a", "ScalableTargetAction": {"MaxCapacity": 2}}
    assert message_of(lambda: put(**action, Schedule=schedule)).startswith(f"Invalid schedule: {schedule}")


# ---- endpoints


def test_deleting_an_endpoint_deregisters_its_targets(variant: Variant) -> None:
    variant.register()
    variant.hosting.sagemaker.delete_endpoint(EndpointName=variant.endpoint)
    key = {"ServiceNamespace": "sagemaker", "ResourceIds": [variant.key["ResourceId"]]}
    eventually(lambda: variant.client.describe_scalable_targets(**key)["ScalableTargets"], lambda found: not found)


def test_a_scaled_variant_keeps_its_instance_type(hosting: Hosting, variant: Variant) -> None:
    variant.register()
    config = unique("config")
    changed = {"VariantName": variant.name, "ModelName": variant.name, "InstanceType": "ml.m5.xlarge"}
    variants = [changed | {"InitialInstanceCount": 1}]
    hosting.sagemaker.create_endpoint_config(EndpointConfigName=config, ProductionVariants=variants)
    update = hosting.sagemaker.update_endpoint
    message = message_of(lambda: update(EndpointName=variant.endpoint, EndpointConfigName=config))
    assert message.startswith(f'The variant(s) "{variant.name}" must be deregistered as a scalable target')


def test_a_scaled_variant_can_change_its_model(hosting: Hosting, variant: Variant) -> None:
    variant.register()
    config = unique("config")
    changed = {"VariantName": variant.name, "ModelName": hosting.model(2), "InstanceType": "ml.m5.large"}
    variants = [changed | {"InitialInstanceCount": 1}]
    hosting.sagemaker.create_endpoint_config(EndpointConfigName=config, ProductionVariants=variants)
    hosting.sagemaker.update_endpoint(EndpointName=variant.endpoint, EndpointConfigName=config)
    hosting.settled(variant.endpoint)
    assert hosting.prediction(variant.endpoint) == 2


# ---- scaling


def alarm(hosting: Hosting, policy: str) -> str:
    """Create an alarm on a metric without data, which triggers a policy."""
    name = unique("alarm")
    hosting.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        AlarmActions=[policy],
        ComparisonOperator="GreaterThanThreshold",
        Threshold=1.0,
        EvaluationPeriods=1,
        Namespace="Test",
        MetricName="none",
        Statistic="Sum",
        Period=86400,
        TreatMissingData="ignore",  # LocalStack evaluates it at once, which must not change the state that the test sets
    )
    return name


def ring(hosting: Hosting, *names: str) -> None:
    """Set alarms to ALARM, repeatedly: LocalStack's first evaluation of a new alarm may reset them."""
    for name in names:
        hosting.client("cloudwatch").set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="test")


def test_an_alarm_applies_a_step_policy_up_to_the_maximum(hosting: Hosting, variant: Variant) -> None:
    variant.register(1, 4)
    name = alarm(hosting, variant.put("StepScaling", STEPS)["PolicyARN"])

    def instances() -> int:
        ring(hosting, name)
        return variant.instances()

    assert eventually(instances, lambda count: count == 4)


def test_a_suspended_target_does_not_scale(hosting: Hosting, variant: Variant) -> None:
    variant.register(1, 4, SuspendedState={"DynamicScalingOutSuspended": True})
    other_model = hosting.model()
    other = Variant(hosting, hosting.start(hosting.config(other_model)), other_model)
    other.register(1, 4)
    names = [alarm(hosting, each.put("StepScaling", STEPS)["PolicyARN"]) for each in (variant, other)]

    def instances() -> int:
        ring(hosting, *names)
        return other.instances()

    eventually(instances, lambda count: count == 4)  # by then the first would also have grown
    assert variant.instances() == 1


@pytest.mark.parametrize(
    ("configuration", "breach", "current", "expected"),
    [
        ({"AdjustmentType": "ChangeInCapacity"}, 5.0, 2, 3),
        ({"AdjustmentType": "ChangeInCapacity"}, 25.0, 2, 6),
        ({"AdjustmentType": "ExactCapacity"}, 25.0, 2, 4),
        ({"AdjustmentType": "PercentChangeInCapacity", "MinAdjustmentMagnitude": 2}, 5.0, 10, 12),
        ({"AdjustmentType": "PercentChangeInCapacity"}, 25.0, 100, 104),
    ],
)
def test_the_size_of_the_breach_selects_the_step(configuration: dict[str, Any], breach: float, current: int, expected: int) -> None:
    steps = [
        {"MetricIntervalLowerBound": 0, "MetricIntervalUpperBound": 20, "ScalingAdjustment": 1},
        {"MetricIntervalLowerBound": 20, "ScalingAdjustment": 4},
    ]
    settings = {"StepScalingPolicyConfiguration": configuration | {"StepAdjustments": steps}}
    reason = f'{{"recentDatapoints": [{10 + breach}]}}'
    fired = {"Threshold": 10, "ComparisonOperator": "GreaterThanThreshold", "StateReasonData": reason}
    assert desired_capacity(settings, fired, current) == expected


@pytest.mark.parametrize(
    ("comparison", "value", "current", "expected"),
    [
        ("GreaterThanThreshold", 140.0, 2, 4),
        ("GreaterThanThreshold", 71.0, 10, 11),
        ("GreaterThanThreshold", 5.0, 0, 1),
        ("LessThanThreshold", 20.0, 4, 2),
        ("LessThanThreshold", 0.0, 4, 0),
    ],
)
def test_target_tracking_scales_in_proportion(comparison: str, value: float, current: int, expected: int) -> None:
    settings = {"TargetTrackingScalingPolicyConfiguration": INVOCATIONS}
    reason = f'{{"recentDatapoints": [{value}]}}'
    fired = {"Threshold": 70, "ComparisonOperator": comparison, "StateReasonData": reason}
    assert desired_capacity(settings, fired, current) == expected

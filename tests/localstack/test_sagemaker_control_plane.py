"""SageMaker's control plane in the sandbox: what it stores, rejects and starts."""

from __future__ import annotations

import tarfile
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from hosting import (
    ACCOUNT,
    IMAGE,
    REGION,
    TRUST,
    Hosting,
    allow,
    archive,
    constant,
    eventually,
    message_of,
    policy,
    unique,
)

PING = "The primary container for production variant {variant} did not pass the ping health check."


def without_metadata(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key not in {"ResponseMetadata", "CreationTime"}}


# ---- models


def test_a_model_is_described_as_it_was_created(hosting: Hosting) -> None:
    role, url, name = hosting.role(), hosting.artifact(b""), unique("Model")
    container = {"Image": IMAGE, "ModelDataUrl": url, "Environment": {"A": "b"}, "ContainerHostname": "primary"}
    vpc = {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    hosting.sagemaker.create_model(
        ModelName=name, PrimaryContainer=container, ExecutionRoleArn=role, VpcConfig=vpc, EnableNetworkIsolation=True
    )
    assert without_metadata(hosting.sagemaker.describe_model(ModelName=name)) == {
        "ModelName": name,
        "ModelArn": hosting.arn("model", name.lower()),
        "PrimaryContainer": container | {"Mode": "SingleModel"},
        "ExecutionRoleArn": role,
        "VpcConfig": vpc,
        "EnableNetworkIsolation": True,
    }


def test_an_image_tag_that_the_repository_cannot_have_is_rejected(hosting: Hosting) -> None:
    image = IMAGE.replace("3.0-5", "latest")
    assert message_of(lambda: hosting.model(image=image)) == f"Requested image {image} not found."


GET_OBJECT = allow("s3:GetObject", f"arn:aws:s3:::models-{ACCOUNT}/*")


@pytest.mark.parametrize(
    ("statements", "trust"),
    [
        ([allow("s3:GetObject", "arn:aws:s3:::models/*")], TRUST),
        ([allow("s3:PutObject", f"arn:aws:s3:::models-{ACCOUNT}/*")], TRUST),
        ([GET_OBJECT, GET_OBJECT | {"Effect": "Deny"}], TRUST),
        ([GET_OBJECT], TRUST | {"Principal": {"Service": "lambda.amazonaws.com"}}),
        ([GET_OBJECT], TRUST | {"Condition": {"StringEquals": {"aws:SourceAccount": "999999999999"}}}),
    ],
)
def test_a_role_that_cannot_read_the_artifact_cannot_create_a_model(
    hosting: Hosting, statements: list[dict[str, Any]], trust: dict[str, Any]
) -> None:
    role, url = hosting.role(*statements, trust=trust), hosting.artifact(b"")
    container = {"Image": IMAGE, "ModelDataUrl": url}
    create = hosting.sagemaker.create_model
    message = message_of(lambda: create(ModelName=unique("model"), PrimaryContainer=container, ExecutionRoleArn=role))
    assert message.startswith(f'Could not access model data at {url}. Please ensure that the role "{role}" exists and')


def test_a_missing_artifact_cannot_create_a_model(hosting: Hosting) -> None:
    url = hosting.artifact(b"") + ".old"
    assert message_of(lambda: hosting.model(ModelDataUrl=url)).startswith(f"Could not access model data at {url}.")


def test_a_model_has_either_a_primary_container_or_containers(hosting: Hosting) -> None:
    create, container = hosting.sagemaker.create_model, {"Image": IMAGE}
    message = message_of(
        lambda: create(ModelName="both", PrimaryContainer=container, Containers=[container], ExecutionRoleArn=hosting.role())
    )
    assert message == "Exactly one of PrimaryContainer and Containers must be specified."


# ---- endpoint configurations


def test_an_endpoint_configuration_is_described_as_it_was_created_with_the_default_weight(hosting: Hosting) -> None:
    model, name = hosting.model(), unique("Config")
    variant = {
        "VariantName": "AllTraffic",
        "ModelName": model,
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 2,
        "RoutingConfig": {"RoutingStrategy": "RANDOM"},
        "ManagedInstanceScaling": {"Status": "ENABLED", "MinInstanceCount": 1, "MaxInstanceCount": 3},
    }
    capture = {
        "InitialSamplingPercentage": 50,
        "DestinationS3Uri": "s3://capture/here",
        "CaptureOptions": [{"CaptureMode": "Input"}],
        "CaptureContentTypeHeader": {"CsvContentTypes": ["text/csv"]},
    }
    hosting.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant], DataCaptureConfig=capture)
    assert without_metadata(hosting.sagemaker.describe_endpoint_config(EndpointConfigName=name)) == {
        "EndpointConfigName": name,
        "EndpointConfigArn": hosting.arn("endpoint-config", name.lower()),
        "ProductionVariants": [variant | {"InitialVariantWeight": 1.0}],
        "DataCaptureConfig": capture,
    }


def test_a_configuration_needs_its_models(hosting: Hosting) -> None:
    assert message_of(lambda: hosting.config("absent")) == f'Could not find model "{hosting.arn("model", "absent")}".'


def test_variant_names_are_unique(hosting: Hosting) -> None:
    model = hosting.model()
    assert message_of(lambda: hosting.config(model, model)).startswith("Production variant names must be unique")


@pytest.mark.parametrize(
    "settings",
    [{}, {"InstanceType": "ml.m5.large", "ServerlessConfig": {"MemorySizeInMB": 1024, "MaxConcurrency": 1}}],
)
def test_a_variant_runs_on_instances_or_serverless(hosting: Hosting, settings: dict[str, Any]) -> None:
    variant = {"VariantName": "one", "ModelName": hosting.model()} | settings
    create = hosting.sagemaker.create_endpoint_config
    message = message_of(lambda: create(EndpointConfigName="bad", ProductionVariants=[variant]))
    assert message == "Production variant one must have exactly one of InstanceType and ServerlessConfig."


# ---- names and requests


@pytest.mark.parametrize("operation", ["describe", "delete"])
@pytest.mark.parametrize(
    ("kind", "words", "parameter"),
    [
        ("model", "model", "ModelName"),
        ("endpoint_config", "endpoint configuration", "EndpointConfigName"),
        ("endpoint", "endpoint", "EndpointName"),
    ],
)
def test_a_missing_resource_is_reported_by_its_arn(hosting: Hosting, operation: str, kind: str, words: str, parameter: str) -> None:
    call = getattr(hosting.sagemaker, f"{operation}_{kind}")
    arn = hosting.arn(kind.replace("_", "-"), "absent")
    assert message_of(lambda: call(**{parameter: "Absent"})) == f'Could not find {words} "{arn}".'


def test_a_model_cannot_be_created_twice(hosting: Hosting) -> None:
    name = hosting.model()
    create = hosting.sagemaker.create_model
    message = message_of(lambda: create(ModelName=name.upper(), PrimaryContainer={"Image": IMAGE}))
    assert message == f'Cannot create already existing model "{hosting.arn("model", name)}".'


def test_an_endpoint_configuration_cannot_be_created_twice(hosting: Hosting) -> None:
    name = hosting.config(hosting.model())
    variants = hosting.sagemaker.describe_endpoint_config(EndpointConfigName=name)["ProductionVariants"]
    create = hosting.sagemaker.create_endpoint_config
    message = message_of(lambda: create(EndpointConfigName=name, ProductionVariants=variants))
    arn = hosting.arn("endpoint-config", name)
    assert message == f'Cannot create already existing endpoint configuration "{arn}".'


def test_an_endpoint_cannot_be_created_twice(hosting: Hosting) -> None:
    name = hosting.endpoint()
    create = hosting.sagemaker.create_endpoint
    message = message_of(lambda: create(EndpointName=name, EndpointConfigName="any"))
    assert message == f'Cannot create already existing endpoint "{hosting.arn("endpoint", name.lower())}".'


def test_an_endpoint_needs_its_configuration(hosting: Hosting) -> None:
    create = hosting.sagemaker.create_endpoint
    message = message_of(lambda: create(EndpointName="any", EndpointConfigName="absent"))
    assert message == f'Could not find endpoint configuration "{hosting.arn("endpoint-config", "absent")}".'


@pytest.mark.parametrize(
    ("request_", "violation"),
    [
        ({}, "Value null at 'endpointName' failed to satisfy constraint: Member must not be null"),
        (
            {"EndpointName": "a_b"},
            (
                "Value 'a_b' at 'endpointName' failed to satisfy constraint: "
                "Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"
            ),
        ),
        (
            {"EndpointName": "a", "Tags": [{"Key": "", "Value": "x"}]},
            ("Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1"),
        ),
    ],
)
def test_a_request_that_violates_a_constraint_is_rejected_in_awss_wording(
    hosting: Hosting, request_: dict[str, Any], violation: str
) -> None:
    create = hosting.sagemaker.create_endpoint
    message = message_of(lambda: create(**request_, EndpointConfigName="any"))
    assert message == f"1 validation error detected: {violation}"


def test_every_violation_of_a_request_is_reported(hosting: Hosting) -> None:
    variant = {"VariantName": "-", "ModelName": "m", "InstanceType": "ml.huge", "InitialInstanceCount": 0}
    create = hosting.sagemaker.create_endpoint_config
    message = message_of(lambda: create(EndpointConfigName="any", ProductionVariants=[variant]))
    assert message.startswith("3 validation errors detected: Value '-' at 'productionVariants.1.member.variantName' ")
    assert "Value '0' at 'productionVariants.1.member.initialInstanceCount'" in message
    assert "Value 'ml.huge' at 'productionVariants.1.member.instanceType'" in message


# ---- endpoints


def test_an_endpoint_in_service_describes_its_variants(hosting: Hosting) -> None:
    model = hosting.model()
    config = hosting.config(model)
    name = hosting.start(config, DeploymentConfig={"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "a"}]}})
    endpoint = without_metadata(hosting.sagemaker.describe_endpoint(EndpointName=name))
    (variant,) = endpoint.pop("ProductionVariants")
    (image,) = variant.pop("DeployedImages")
    endpoint.pop("LastModifiedTime")
    assert endpoint == {
        "EndpointName": name,
        "EndpointArn": hosting.arn("endpoint", name.lower()),
        "EndpointConfigName": config,
        "EndpointStatus": "InService",
        "LastDeploymentConfig": {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "a"}]}},
    }
    assert variant == {
        "VariantName": model,
        "CurrentWeight": 1.0,
        "DesiredWeight": 1.0,
        "CurrentInstanceCount": 1,
        "DesiredInstanceCount": 1,
    }
    assert image["SpecifiedImage"] == IMAGE
    assert image["ResolvedImage"].startswith(IMAGE.partition(":")[0] + "@sha256:")


def test_a_serverless_variant_describes_its_size_instead_of_instances(hosting: Hosting) -> None:
    size = {"MemorySizeInMB": 2048, "MaxConcurrency": 5}
    config, model = unique("config"), hosting.model(3)
    variant = {"VariantName": "one", "ModelName": model, "ServerlessConfig": size}
    hosting.sagemaker.create_endpoint_config(EndpointConfigName=config, ProductionVariants=[variant])
    name = hosting.start(config)
    (described,) = hosting.sagemaker.describe_endpoint(EndpointName=name)["ProductionVariants"]
    assert (described["CurrentServerlessConfig"], "CurrentInstanceCount" in described) == (size, False)
    assert hosting.prediction(name) == 3


def test_data_capture_is_described_as_started(hosting: Hosting) -> None:
    capture = {
        "EnableCapture": True,
        "InitialSamplingPercentage": 20,
        "DestinationS3Uri": "s3://capture/here",
        "CaptureOptions": [{"CaptureMode": "Input"}],
    }
    name = hosting.start(hosting.config(hosting.model(), DataCaptureConfig=capture))
    assert hosting.sagemaker.describe_endpoint(EndpointName=name)["DataCaptureConfig"] == {
        "EnableCapture": True,
        "CaptureStatus": "Started",
        "CurrentSamplingPercentage": 20,
        "DestinationS3Uri": "s3://capture/here",
        "KmsKeyId": "",
    }


def link() -> tarfile.TarInfo:
    entry = tarfile.TarInfo("xgboost-model")
    entry.type, entry.linkname = tarfile.SYMTYPE, "elsewhere"
    return entry


@pytest.mark.parametrize("content", [b"PK not a tar", b"\x1f\x8b\x08 cut", archive(link())])
def test_an_artifact_that_is_not_an_archive_of_files_fails_the_endpoint(hosting: Hosting, content: bytes) -> None:
    model = hosting.model(content)
    endpoint = hosting.settled(hosting.start(hosting.config(model)))
    url = hosting.sagemaker.describe_model(ModelName=model)["PrimaryContainer"]["ModelDataUrl"]
    assert (endpoint["EndpointStatus"], endpoint["FailureReason"]) == (
        "Failed",
        (
            f'Failed to extract model data archive from URL "{url}". '
            "Please ensure that the object located at the URL is a valid tar.gz archive."
        ),
    )


@pytest.mark.parametrize(
    ("content", "settings", "said"),
    [
        (archive(("xgboost-model", b"nonsense")), {}, "Model /opt/ml/model/xgboost-model cannot be loaded:"),
        (archive(), {}, "No valid model files found"),
        (archive(), {"image": "1.dkr.ecr.us-east-1.amazonaws.com/mine:1"}, "can serve images of the repositories"),
    ],
)
def test_a_model_that_cannot_be_served_fails_the_endpoint(hosting: Hosting, content: bytes, settings: dict[str, str], said: str) -> None:
    model = hosting.model(content, **settings)
    endpoint = hosting.settled(hosting.start(hosting.config(model)))
    assert endpoint["EndpointStatus"] == "Failed"
    assert endpoint["FailureReason"].startswith(PING.format(variant=model))
    assert said in endpoint["FailureReason"]


def test_an_artifact_that_was_deleted_fails_the_endpoint(hosting: Hosting) -> None:
    model = hosting.model()
    config = hosting.config(model)
    url = hosting.sagemaker.describe_model(ModelName=model)["PrimaryContainer"]["ModelDataUrl"]
    bucket, _, key = url.removeprefix("s3://").partition("/")
    hosting.client("s3").delete_object(Bucket=bucket, Key=key)
    reason = hosting.settled(hosting.start(config))["FailureReason"]
    assert reason.startswith(f'Failed to download model data for container "container_1" from URL: "{url}".')


def test_a_failed_endpoint_can_only_be_deleted(hosting: Hosting) -> None:
    name = hosting.start(hosting.config(hosting.model(archive())))
    config = hosting.config(hosting.model())
    update = hosting.sagemaker.update_endpoint
    assert "its status is Failed" in message_of(lambda: update(EndpointName=name, EndpointConfigName=config))
    hosting.sagemaker.delete_endpoint(EndpointName=name)


@pytest.mark.parametrize("operation", ["delete_endpoint", "update_endpoint"])
def test_an_endpoint_that_is_being_created_cannot_be_changed(hosting: Hosting, operation: str) -> None:
    config, name = hosting.config(hosting.model()), unique("endpoint")
    parameters = {"EndpointConfigName": config} if operation == "update_endpoint" else {}
    hosting.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)
    message = message_of(lambda: getattr(hosting.sagemaker, operation)(EndpointName=name, **parameters))
    assert message == f'Cannot update in-progress endpoint "{hosting.arn("endpoint", name)}".'


def test_an_endpoint_is_deleting_before_it_disappears(hosting: Hosting) -> None:
    name = hosting.endpoint()
    hosting.sagemaker.delete_endpoint(EndpointName=name)
    assert hosting.sagemaker.describe_endpoint(EndpointName=name)["EndpointStatus"] == "Deleting"
    listed = eventually(lambda: hosting.sagemaker.list_endpoints(NameContains=name), lambda page: not page["Endpoints"])
    assert listed["Endpoints"] == []


def test_an_endpoint_outlives_its_configuration_and_its_model(hosting: Hosting) -> None:
    model = hosting.model(5)
    config = hosting.config(model)
    name = hosting.start(config)
    hosting.sagemaker.delete_endpoint_config(EndpointConfigName=config)
    hosting.sagemaker.delete_model(ModelName=model)
    assert (hosting.prediction(name), hosting.settled(name)["EndpointStatus"]) == (5, "InService")


def test_a_deleted_model_cannot_be_deployed_again(hosting: Hosting) -> None:
    model = hosting.model()
    config = hosting.config(model)
    hosting.sagemaker.delete_model(ModelName=model)
    assert message_of(lambda: hosting.start(config)) == f'Could not find model "{hosting.arn("model", model)}".'


# ---- updates


def test_an_update_serves_the_old_model_until_the_new_one_is_ready(hosting: Hosting) -> None:
    name, config = hosting.endpoint(1), hosting.config(hosting.model(2))
    stop = Event()

    def invoke() -> list[float]:
        answers = []
        while not stop.is_set():
            answers.append(hosting.prediction(name))
        return answers

    hosting.client("sagemaker-runtime")
    # the update lasts until it has been described, however slow the machine is
    routing = {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}
    policy = {"TrafficRoutingConfiguration": routing, "TerminationWaitInSeconds": 120}
    with ThreadPoolExecutor(3) as pool:
        sent = [pool.submit(invoke) for _ in range(3)]
        hosting.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=config, DeploymentConfig={"BlueGreenUpdatePolicy": policy})
        updating = hosting.sagemaker.describe_endpoint(EndpointName=name)
        hosting.settled(name)
        eventually(lambda: hosting.prediction(name), lambda answer: answer == 2)
        stop.set()
    assert (updating["EndpointStatus"], updating["PendingDeploymentSummary"]["EndpointConfigName"]) == (
        "Updating",
        config,
    )
    for answers in (future.result() for future in sent):
        assert answers == sorted(answers)
        assert {answers[0], answers[-1]} == {1, 2}


def test_a_failed_update_keeps_the_old_fleet_in_service_and_says_why(hosting: Hosting) -> None:
    name, broken = hosting.endpoint(1), hosting.model(archive(("xgboost-model", b"nonsense")))
    before = hosting.settled(name)
    hosting.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=hosting.config(broken))
    after = hosting.settled(name)
    assert (after["EndpointStatus"], after["EndpointConfigName"]) == ("InService", before["EndpointConfigName"])
    assert after["FailureReason"].startswith(PING.format(variant=broken))
    assert hosting.prediction(name) == 1


def test_the_next_successful_update_clears_the_failure(hosting: Hosting) -> None:
    name, broken = hosting.endpoint(1), hosting.model(archive())
    hosting.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=hosting.config(broken))
    hosting.settled(name)
    hosting.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=hosting.config(hosting.model(2)))
    assert "FailureReason" not in hosting.settled(name)
    assert hosting.prediction(name) == 2


def test_weights_and_counts_change_without_a_new_configuration(hosting: Hosting) -> None:
    one, two = hosting.model(1), hosting.model(2)
    name = hosting.start(hosting.config(one, two, weights=(1, 0)))
    hosting.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=name,
        DesiredWeightsAndCapacities=[
            {"VariantName": one, "DesiredWeight": 0},
            {"VariantName": two, "DesiredWeight": 3, "DesiredInstanceCount": 4},
        ],
    )
    variants = hosting.settled(name)["ProductionVariants"]
    assert [(v["CurrentWeight"], v["CurrentInstanceCount"]) for v in variants] == [(0, 1), (3, 4)]
    assert {hosting.prediction(name) for _ in range(10)} == {2}


def test_an_unknown_variant_has_no_weight(hosting: Hosting) -> None:
    name = hosting.endpoint()
    update = hosting.sagemaker.update_endpoint_weights_and_capacities
    weights = [{"VariantName": "absent", "DesiredWeight": 1}]
    assert '"absent"' in message_of(lambda: update(EndpointName=name, DesiredWeightsAndCapacities=weights))


@pytest.mark.parametrize(
    ("retained", "expected"),
    [
        ({}, (1, 1)),
        ({"RetainAllVariantProperties": True}, (3, 4)),
        (
            {
                "RetainAllVariantProperties": True,
                "ExcludeRetainedVariantProperties": [{"VariantPropertyType": "DesiredWeight"}],
            },
            (1, 4),
        ),
    ],
)
def test_an_update_resets_weights_and_counts_unless_they_are_retained(
    hosting: Hosting, retained: dict[str, Any], expected: tuple[float, int]
) -> None:
    model = hosting.model()
    name = hosting.start(hosting.config(model))
    hosting.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=name,
        DesiredWeightsAndCapacities=[{"VariantName": model, "DesiredWeight": 3, "DesiredInstanceCount": 4}],
    )
    hosting.settled(name)
    hosting.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=hosting.config(model), **retained)
    (variant,) = hosting.settled(name)["ProductionVariants"]
    assert (variant["CurrentWeight"], variant["CurrentInstanceCount"]) == expected


# ---- lists and tags


def test_lists_are_filtered_sorted_and_paged(hosting: Hosting) -> None:
    other = Hosting(hosting.url, account="444455556666")
    names = sorted(other.model() for _ in range(3))
    first = other.sagemaker.list_models(NameContains="MODEL-", SortBy="Name", SortOrder="Ascending", MaxResults=2)
    rest = other.sagemaker.list_models(
        NameContains="MODEL-", SortBy="Name", SortOrder="Ascending", MaxResults=2, NextToken=first["NextToken"]
    )
    assert [model["ModelName"] for page in (first, rest) for model in page["Models"]] == names
    assert "NextToken" not in rest


def test_endpoints_are_listed_by_state(hosting: Hosting) -> None:
    other = Hosting(hosting.url, account="555566667777")
    name = other.endpoint()
    (listed,) = other.sagemaker.list_endpoints(StatusEquals="InService")["Endpoints"]
    assert (listed["EndpointName"], listed["EndpointStatus"]) == (name, "InService")
    assert other.sagemaker.list_endpoints(StatusEquals="Failed")["Endpoints"] == []


def test_accounts_do_not_see_each_other(hosting: Hosting) -> None:
    name = hosting.model()
    other = Hosting(hosting.url, account="333344445555")
    assert message_of(lambda: other.sagemaker.describe_model(ModelName=name)).startswith("Could not find model")


def test_tags_are_added_changed_and_removed(hosting: Hosting) -> None:
    config, name = hosting.config(hosting.model()), unique("endpoint")
    tags = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    arn = hosting.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config, Tags=tags)["EndpointArn"]
    hosting.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "b", "Value": "3"}, {"Key": "c", "Value": "4"}])
    hosting.sagemaker.delete_tags(ResourceArn=arn, TagKeys=["a"])
    listed = hosting.sagemaker.list_tags(ResourceArn=arn)["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in listed} == {"b": "3", "c": "4"}


def test_tags_need_their_resource(hosting: Hosting) -> None:
    arn = hosting.arn("endpoint", "absent")
    assert message_of(lambda: hosting.sagemaker.list_tags(ResourceArn=arn)) == f'Could not find resource "{arn}".'


# ---- logs


def test_a_containers_message_is_logged_if_the_role_allows_it(hosting: Hosting) -> None:
    role = hosting.role(GET_OBJECT, allow("logs:*", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/sagemaker/*"))
    model = unique("model")
    url = hosting.artifact(archive(("xgboost-model", b"nonsense")))
    hosting.sagemaker.create_model(ModelName=model, PrimaryContainer={"Image": IMAGE, "ModelDataUrl": url}, ExecutionRoleArn=role)
    group = f"/aws/sagemaker/Endpoints/{hosting.start(hosting.config(model))}"
    logs = hosting.client("logs")
    eventually(lambda: logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"], bool)
    events = eventually(lambda: logs.filter_log_events(logGroupName=group)["events"], bool)
    assert "Model /opt/ml/model/xgboost-model cannot be loaded:" in events[0]["message"]
    assert events[0]["logStreamName"].startswith(f"{model}/i-")


def test_a_role_without_permission_to_log_logs_nothing(hosting: Hosting) -> None:
    first, second = hosting.start(hosting.config(hosting.model(archive()))), hosting.endpoint()
    hosting.settled(second)  # the log of the first would have been written by now
    groups = hosting.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/sagemaker/Endpoints/{first}")
    assert groups["logGroups"] == []


def test_a_boundary_limits_what_the_role_can_read(hosting: Hosting) -> None:
    iam, role = hosting.client("iam"), hosting.role(GET_OBJECT)
    boundary = iam.create_policy(PolicyName=unique("boundary"), PolicyDocument=policy(allow("s3:GetObject", "arn:aws:s3:::elsewhere/*")))[
        "Policy"
    ]["Arn"]
    iam.put_role_permissions_boundary(RoleName=role.rpartition("/")[2], PermissionsBoundary=boundary)
    container = {"Image": IMAGE, "ModelDataUrl": hosting.artifact(archive(("xgboost-model", constant(1))))}
    create = hosting.sagemaker.create_model
    message = message_of(lambda: create(ModelName=unique("model"), PrimaryContainer=container, ExecutionRoleArn=role))
    assert message.startswith("Could not access model data")

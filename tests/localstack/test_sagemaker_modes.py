"""Serving modes and features in the sandbox: serverless, asynchronous, shadow variants, many models, data capture, metrics."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

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
    error_of,
    eventually,
    message_of,
    unique,
)

if TYPE_CHECKING:
    from collections.abc import Callable


BUCKET = f"models-{ACCOUNT}"
READ = allow("s3:GetObject", f"arn:aws:s3:::{BUCKET}/*")
WRITE = allow("s3:PutObject", f"arn:aws:s3:::{BUCKET}/written/*")
LIST = allow("s3:ListBucket", f"arn:aws:s3:::{BUCKET}")
SIZE = {"MemorySizeInMB": 1024, "MaxConcurrency": 2}


def model(hosting: Hosting, *statements: dict[str, Any], value: float = 1.0, **settings: Any) -> str:
    """Create a model whose role has ``statements`` as its policy; return its name."""
    name = unique("model")
    container = {"Image": IMAGE, "ModelDataUrl": hosting.artifact(archive(("xgboost-model", constant(value))))}
    role = hosting.role(*statements) if statements else hosting.role()
    hosting.sagemaker.create_model(ModelName=name, PrimaryContainer=container | settings, ExecutionRoleArn=role)
    return name


def config(hosting: Hosting, variants: list[dict[str, Any]], **settings: Any) -> str:
    name = unique("config")
    hosting.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=variants, **settings)
    return name


def on_instances(model: str, name: str = "one", count: int = 1) -> dict[str, Any]:
    return {"VariantName": name, "ModelName": model, "InstanceType": "ml.m5.large", "InitialInstanceCount": count}


def serverless(model: str, name: str = "one", **size: Any) -> dict[str, Any]:
    return {"VariantName": name, "ModelName": model, "ServerlessConfig": SIZE | size}


# ---- models


def test_a_model_package_is_not_found_because_the_sandbox_has_no_registry(hosting: Hosting) -> None:
    arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package/bikes/1"
    create = hosting.sagemaker.create_model
    container = {"ModelPackageName": arn}
    message = message_of(lambda: create(ModelName="m", PrimaryContainer=container, ExecutionRoleArn=hosting.role()))
    assert message.startswith(f'Could not find model package "{arn}". (The sandbox has no model registry')


# ---- conflicts


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ({"MemorySizeInMB": 1500}, "must be a multiple of 1024; it is 1500."),
        ({"ProvisionedConcurrency": 3}, "ProvisionedConcurrency 3 exceeds the MaxConcurrency of 2."),
        ({"MaxConcurrency": 201}, "Member must have value less than or equal to 200"),
    ],
)
def test_a_serverless_size_that_aws_does_not_offer_is_rejected(hosting: Hosting, size: dict[str, Any], said: str) -> None:
    name = hosting.model()
    assert message_of(lambda: config(hosting, [serverless(name, **size)])).endswith(said)


ASYNC = {"OutputConfig": {"S3OutputPath": f"s3://{BUCKET}/written/out", "S3FailurePath": f"s3://{BUCKET}/written/bad"}}
CAPTURE = {
    "EnableCapture": True,
    "InitialSamplingPercentage": 100,
    "DestinationS3Uri": f"s3://{BUCKET}/written/capture",
    "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
    "CaptureContentTypeHeader": {"CsvContentTypes": ["text/csv"], "JsonContentTypes": ["application/json"]},
}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"DataCaptureConfig": CAPTURE}, "Data capture is not supported with serverless inference."),
        ({"AsyncInferenceConfig": ASYNC}, "AsyncInferenceConfig is not supported with serverless inference."),
    ],
)
def test_serverless_cannot_be_combined_with_every_feature(hosting: Hosting, settings: dict[str, Any], said: str) -> None:
    name = hosting.model()
    assert message_of(lambda: config(hosting, [serverless(name)], **settings)) == said


def test_serverless_has_one_variant(hosting: Hosting) -> None:
    variants = [serverless(hosting.model()), serverless(hosting.model(), "two")]
    assert message_of(lambda: config(hosting, variants)).startswith("Multiple production variants are not supported")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"VpcConfig": {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}}, "VpcConfig is not supported"),
        ({"EnableNetworkIsolation": True}, "Network isolation is not supported"),
    ],
)
def test_serverless_cannot_be_combined_with_every_model(hosting: Hosting, settings: dict[str, Any], said: str) -> None:
    name, container = unique("model"), {"Image": IMAGE, "ModelDataUrl": hosting.artifact(b"")}
    hosting.sagemaker.create_model(ModelName=name, PrimaryContainer=container, ExecutionRoleArn=hosting.role(), **settings)
    assert message_of(lambda: config(hosting, [serverless(name)])).startswith(said)


@pytest.mark.parametrize("settings", [{"AsyncInferenceConfig": ASYNC}, {}])
def test_a_shadow_variant_needs_a_single_real_time_variant(hosting: Hosting, settings: dict[str, Any]) -> None:
    one, shadow = on_instances(hosting.model()), on_instances(hosting.model(), "shadow")
    others = [] if settings else [on_instances(hosting.model(), "two")]
    create = config
    assert message_of(lambda: create(hosting, [one, *others], ShadowProductionVariants=[shadow], **settings))


# ---- serverless


def test_serverless_throttles_above_its_maximum_concurrency(hosting: Hosting, inject: Callable[..., None]) -> None:
    name = hosting.start(config(hosting, [serverless(hosting.model(7))]))
    inject({"endpoint": name, "fault": "timeout", "seconds": 1, "times": 2})
    hosting.client("sagemaker-runtime")
    with ThreadPoolExecutor(2) as pool:
        held = [pool.submit(hosting.prediction, name) for _ in range(2)]
        eventually(lambda: hosting.traffic(name)["one"], lambda count: count == 2)
        error = error_of(lambda: hosting.invoke(name))["Error"]
    assert (error["Code"], [each.result() for each in held]) == ("ThrottlingException", [7, 7])
    assert hosting.prediction(name) == 7


@pytest.mark.parametrize(("variant", "status"), [(serverless, 413), (on_instances, 424)])
def test_serverless_accepts_4_megabytes_and_instances_accept_more(
    hosting: Hosting, variant: Callable[[str], dict[str, Any]], status: int
) -> None:
    # 424 is the container's own limit of 6 MB
    name = hosting.start(config(hosting, [variant(hosting.model())]))
    error = error_of(lambda: hosting.invoke(name, b"1" * (7 * 1024**2)))
    assert error["ResponseMetadata"]["HTTPStatusCode"] == status


def test_serverless_sizes_change_without_a_new_configuration(hosting: Hosting) -> None:
    name = hosting.start(config(hosting, [serverless(hosting.model(), ProvisionedConcurrency=1)]))
    hosting.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=name,
        DesiredWeightsAndCapacities=[{"VariantName": "one", "ServerlessUpdateConfig": {"MaxConcurrency": 5, "ProvisionedConcurrency": 4}}],
    )
    (variant,) = hosting.settled(name)["ProductionVariants"]
    size = {"MemorySizeInMB": 1024, "MaxConcurrency": 5, "ProvisionedConcurrency": 4}
    assert variant["CurrentServerlessConfig"] == size


# ---- asynchronous


def s3_object(hosting: Hosting, url: str) -> bytes | None:
    """Return an object; None while it does not exist."""
    bucket, _, key = url.removeprefix("s3://").partition("/")
    s3 = hosting.client("s3")
    try:
        return bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    except s3.exceptions.NoSuchKey:
        return None


def put_input(hosting: Hosting, body: bytes = b"1,2,3") -> str:
    key = f"{unique('input')}.csv"
    hosting.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)
    return f"s3://{BUCKET}/{key}"


def invoke_async(hosting: Hosting, name: str, location: str, **parameters: Any) -> dict[str, Any]:
    client = hosting.client("sagemaker-runtime")
    parameters = {"ContentType": "text/csv"} | parameters
    return dict(client.invoke_endpoint_async(EndpointName=name, InputLocation=location, **parameters))


@pytest.fixture(scope="module")
def asynchronous(hosting: Hosting) -> str:
    variants = [on_instances(model(hosting, READ, WRITE, LIST, value=5))]
    return hosting.start(config(hosting, variants, AsyncInferenceConfig=ASYNC))


def test_an_asynchronous_response_is_stored_at_the_announced_location(hosting: Hosting, asynchronous: str) -> None:
    accepted = invoke_async(hosting, asynchronous, put_input(hosting), InferenceId="mine")
    assert (accepted["ResponseMetadata"]["HTTPStatusCode"], accepted["InferenceId"]) == (202, "mine")
    assert accepted["OutputLocation"].startswith(f"s3://{BUCKET}/written/out/")
    assert accepted["FailureLocation"].startswith(f"s3://{BUCKET}/written/bad/")
    assert eventually(lambda: s3_object(hosting, accepted["OutputLocation"]), bool) == b"5.0\n"


def test_an_inference_without_an_id_gets_one(hosting: Hosting, asynchronous: str) -> None:
    assert invoke_async(hosting, asynchronous, put_input(hosting))["InferenceId"]


def test_a_request_that_the_model_rejects_is_stored_as_a_failure(hosting: Hosting, asynchronous: str) -> None:
    accepted = invoke_async(hosting, asynchronous, put_input(hosting, b"a,b,c"))
    failure = eventually(lambda: s3_object(hosting, accepted["FailureLocation"]), bool)
    assert failure is not None
    assert b"could not convert string to float" in failure
    assert s3_object(hosting, accepted["OutputLocation"]) is None


def test_a_missing_input_is_a_failure(hosting: Hosting, asynchronous: str) -> None:
    accepted = invoke_async(hosting, asynchronous, f"s3://{BUCKET}/absent")
    failure = eventually(lambda: s3_object(hosting, accepted["FailureLocation"]), bool)
    assert failure is not None
    assert failure.startswith(f"s3://{BUCKET}/absent cannot be read".encode())


def test_a_role_that_cannot_write_the_output_is_a_failure(hosting: Hosting) -> None:
    failures = allow("s3:PutObject", f"arn:aws:s3:::{BUCKET}/written/bad/*")
    variants = [on_instances(model(hosting, READ, LIST, failures))]
    name = hosting.start(config(hosting, variants, AsyncInferenceConfig=ASYNC))
    accepted = invoke_async(hosting, name, put_input(hosting))
    failure = eventually(lambda: s3_object(hosting, accepted["FailureLocation"]), bool)
    assert failure is not None
    assert b"is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::" in failure


def test_an_asynchronous_endpoint_rejects_real_time_invocations(hosting: Hosting, asynchronous: str) -> None:
    error = error_of(lambda: hosting.invoke(asynchronous))["Error"]
    assert (error["Code"], "InvokeEndpointAsync" in error["Message"]) == ("ValidationError", True)


def test_a_real_time_endpoint_rejects_asynchronous_invocations(hosting: Hosting) -> None:
    name = hosting.endpoint()
    assert error_of(lambda: invoke_async(hosting, name, put_input(hosting)))["Error"]["Code"] == "ValidationError"


def test_a_caller_needs_permission_to_invoke_asynchronously(hosting: Hosting, asynchronous: str) -> None:
    trust = TRUST | {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
    arn = hosting.arn("endpoint", asynchronous.lower())
    role = hosting.role(allow("sagemaker:InvokeEndpoint", arn), trust=trust)
    keys = hosting.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    client = hosting.session("sagemaker-runtime", keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    location = put_input(hosting)
    error = error_of(lambda: client.invoke_endpoint_async(EndpointName=asynchronous, InputLocation=location))
    assert error["Error"]["Code"] == "AccessDeniedException"


def scale(hosting: Hosting, name: str, count: int) -> None:
    hosting.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=name, DesiredWeightsAndCapacities=[{"VariantName": "one", "DesiredInstanceCount": count}]
    )
    hosting.settled(name)


def test_requests_wait_while_there_are_no_instances(hosting: Hosting) -> None:
    name = hosting.start(config(hosting, [on_instances(model(hosting, READ, WRITE, LIST))], AsyncInferenceConfig=ASYNC))
    scale(hosting, name, 0)
    accepted = invoke_async(hosting, name, put_input(hosting))
    eventually(lambda: metric(hosting, "HasBacklogWithoutCapacity", "Maximum", EndpointName=name), bool)
    before = s3_object(hosting, accepted["OutputLocation"])
    scale(hosting, name, 1)
    assert (before, eventually(lambda: s3_object(hosting, accepted["OutputLocation"]), bool)) == (None, b"1.0\n")


def test_a_model_that_exceeds_its_timeout_is_a_failure(hosting: Hosting, asynchronous: str, inject: Callable[..., None]) -> None:
    inject({"endpoint": asynchronous, "fault": "timeout", "seconds": 5})
    accepted = invoke_async(hosting, asynchronous, put_input(hosting), InvocationTimeoutSeconds=1)
    failure = eventually(lambda: s3_object(hosting, accepted["FailureLocation"]), bool)
    assert failure is not None
    assert failure.startswith(b"Your invocation timed out")


@pytest.mark.parametrize("parameters", [{"RequestTTLSeconds": 59}, {"InvocationTimeoutSeconds": 3601}])
def test_the_limits_of_an_asynchronous_request_are_checked(hosting: Hosting, asynchronous: str, parameters: dict[str, int]) -> None:
    error = error_of(lambda: invoke_async(hosting, asynchronous, put_input(hosting), **parameters))["Error"]
    assert (error["Code"], error["Message"][:28]) == ("ValidationError", "1 validation error detected:")


@pytest.mark.parametrize(("body", "topic", "status"), [(b"1,2,3", "SuccessTopic", "Completed"), (b"a,b,c", "ErrorTopic", "Failed")])
def test_the_topic_for_the_result_is_notified(hosting: Hosting, body: bytes, topic: str, status: str) -> None:
    sns, sqs = hosting.client("sns"), hosting.client("sqs")
    arn = sns.create_topic(Name=unique("topic"))["TopicArn"]
    queue = sqs.create_queue(QueueName=unique("queue"))["QueueUrl"]
    queue_arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue_arn)
    kinds = ["SUCCESS_NOTIFICATION_TOPIC", "ERROR_NOTIFICATION_TOPIC"]
    notification = {"NotificationConfig": {topic: arn, "IncludeInferenceResponseIn": kinds}}
    settings = {"OutputConfig": ASYNC["OutputConfig"] | notification}
    variants = [on_instances(model(hosting, READ, WRITE, LIST, allow("sns:Publish", arn), value=5))]
    name = hosting.start(config(hosting, variants, AsyncInferenceConfig=settings))
    accepted = invoke_async(hosting, name, put_input(hosting, body), InferenceId="mine")
    (message,) = eventually(lambda: sqs.receive_message(QueueUrl=queue).get("Messages", []), bool)
    event = json.loads(json.loads(message["Body"])["Message"])
    assert (event["invocationStatus"], event["inferenceId"]) == (status, "mine")
    if status == "Completed":
        assert event["responseParameters"]["outputLocation"] == accepted["OutputLocation"]
        assert event["responseBody"]["content"] == "5.0\n"
    else:
        assert event["failureReason"].startswith("ClientError: Received client error (415) from model.")


# ---- shadow


def test_a_shadow_variant_receives_its_share_and_its_answers_are_discarded(hosting: Hosting) -> None:
    shadow = on_instances(hosting.model(2), "shadow") | {"InitialVariantWeight": 0.5}
    name = hosting.start(config(hosting, [on_instances(hosting.model(1))], ShadowProductionVariants=[shadow]))
    answers = {hosting.prediction(name) for _ in range(60)}
    seen = eventually(lambda: hosting.traffic(name), lambda counts: counts["shadow"] >= 12)
    assert (answers, seen["one"], seen["shadow"] <= 48) == ({1}, 60, True)


def test_a_failing_shadow_variant_does_not_affect_callers(hosting: Hosting) -> None:
    broken = {"SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "application/jsonlines"}
    shadow = on_instances(hosting.model(2, Environment=broken), "shadow")
    name = hosting.start(config(hosting, [on_instances(hosting.model(1))], ShadowProductionVariants=[shadow]))
    answers = {hosting.prediction(name) for _ in range(5)}
    eventually(lambda: hosting.traffic(name)["shadow"], lambda count: count == 5)
    assert answers == {1}


# ---- many models


@pytest.fixture(scope="module")
def many(hosting: Hosting) -> str:
    prefix = unique("many")
    s3 = hosting.client("s3")
    hosting.artifact(b"")  # creates the bucket
    for value in (1, 2):
        content = archive(("xgboost-model", constant(value)))
        s3.put_object(Bucket=BUCKET, Key=f"{prefix}/sub/{value}.tar.gz", Body=content)
    s3.put_object(Bucket=BUCKET, Key=f"{prefix}/broken.tar.gz", Body=archive(("xgboost-model", b"nonsense")))
    settings: dict[str, Any] = {"Mode": "MultiModel", "ModelDataUrl": f"s3://{BUCKET}/{prefix}/"}
    return hosting.start(config(hosting, [on_instances(model(hosting, READ, LIST, **settings))]))


def test_the_target_model_answers(hosting: Hosting, many: str) -> None:
    answers = [hosting.invoke(many, TargetModel=f"sub/{value}.tar.gz")["Body"].read() for value in (1, 2, 1)]
    assert answers == [b"[1.0]", b"[2.0]", b"[1.0]"]


@pytest.mark.parametrize(
    ("accept", "body", "content_type"),
    [
        ("application/json", b"[1.0, 1.0]", "application/json"),
        ("*/*", b"[1.0, 1.0]", "application/json"),
        ("text/csv", b"1.0,1.0", "text/csv"),
    ],
)
def test_the_multi_model_server_has_its_own_response_formats(
    hosting: Hosting, many: str, accept: str, body: bytes, content_type: str
) -> None:
    answer = hosting.invoke(many, "1,2,3\n4,5,6", TargetModel="sub/1.tar.gz", Accept=accept)
    assert (answer["Body"].read(), answer["ContentType"]) == (body, content_type)


def test_the_multi_model_server_rejects_other_formats(hosting: Hosting, many: str) -> None:
    error = error_of(lambda: hosting.invoke(many, TargetModel="sub/1.tar.gz", Accept="application/jsonlines"))
    assert (error["Error"]["Code"], error["OriginalStatusCode"]) == ("ModelError", 415)


def test_a_missing_target_model_is_rejected_in_awss_wording(hosting: Hosting, many: str) -> None:
    error = error_of(lambda: hosting.invoke(many, TargetModel="absent.tar.gz"))["Error"]
    assert error["Code"] == "ValidationError"
    assert error["Message"].startswith(f"Failed to download model data(bucket: {BUCKET}, key: many-")


def test_a_target_model_that_cannot_be_loaded_is_a_model_error(hosting: Hosting, many: str) -> None:
    error = error_of(lambda: hosting.invoke(many, TargetModel="broken.tar.gz"))
    assert (error["Error"]["Code"], error["OriginalStatusCode"]) == ("ModelError", 500)


def test_a_multi_model_endpoint_needs_a_target_model(hosting: Hosting, many: str) -> None:
    assert error_of(lambda: hosting.invoke(many))["Error"]["Code"] == "ValidationError"


def test_a_single_model_endpoint_rejects_a_target_model(hosting: Hosting) -> None:
    name = hosting.endpoint()
    assert error_of(lambda: hosting.invoke(name, TargetModel="a.tar.gz"))["Error"]["Code"] == "ValidationError"


def test_many_models_need_permission_to_list_them(hosting: Hosting) -> None:
    settings: dict[str, Any] = {"Mode": "MultiModel", "ModelDataUrl": f"s3://{BUCKET}/any/"}
    assert message_of(lambda: model(hosting, READ, **settings)).startswith("Could not access model data at s3://")


# ---- data capture


def captured(hosting: Hosting, name: str, variant: str = "one") -> list[dict[str, Any]]:
    """Return the events captured so far."""
    s3, prefix = hosting.client("s3"), f"written/capture/{name}/{variant}/"
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])]
    bodies = [s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode() for key in keys]
    return [json.loads(line) for body in bodies for line in body.splitlines()]


def start_capturing(hosting: Hosting, *shadows: dict[str, Any], **changes: Any) -> str:
    variants = [on_instances(model(hosting, READ, WRITE, LIST))]
    settings = {"ShadowProductionVariants": list(shadows)} if shadows else {}
    return hosting.start(config(hosting, variants, DataCaptureConfig=CAPTURE | changes, **settings))


def test_a_request_and_its_response_are_captured(hosting: Hosting) -> None:
    name = start_capturing(hosting)
    hosting.invoke(name, InferenceId="mine", CustomAttributes="color=red")
    (event,) = eventually(lambda: captured(hosting, name), bool)
    metadata = event["eventMetadata"]
    assert event["captureData"] == {
        "endpointInput": {
            "observedContentType": "text/csv",
            "mode": "INPUT",
            "data": "1,2,3",
            "encoding": "CSV",
        },
        "endpointOutput": {
            "observedContentType": "text/csv; charset=utf-8",
            "mode": "OUTPUT",
            "data": "1.0\n",
            "encoding": "CSV",
        },
    }
    assert (event["eventVersion"], metadata["inferenceId"], metadata["customAttributes"]) == (
        "0",
        "mine",
        ["color=red"],
    )
    taken = datetime.strptime(metadata["inferenceTime"], "%Y-%m-%dT%H:%M:%S%z")
    assert abs(datetime.now(UTC) - taken) < timedelta(minutes=1)


def test_captured_objects_are_stored_by_hour(hosting: Hosting) -> None:
    name = start_capturing(hosting)
    before = datetime.now(UTC)
    hosting.invoke(name)
    eventually(lambda: captured(hosting, name), bool)
    (entry,) = hosting.client("s3").list_objects_v2(Bucket=BUCKET, Prefix=f"written/capture/{name}/")["Contents"]
    hours = {moment.strftime("%Y/%m/%d/%H") for moment in (before, datetime.now(UTC))}
    folder, _, file = entry["Key"].removeprefix(f"written/capture/{name}/one/").rpartition("/")
    assert (folder in hours, file.endswith(".jsonl")) == (True, True)


def test_a_type_that_is_not_listed_is_captured_as_base64(hosting: Hosting) -> None:
    name = start_capturing(hosting, CaptureContentTypeHeader={"JsonContentTypes": ["application/json"]})
    hosting.invoke(name, Accept="application/json")
    (event,) = eventually(lambda: captured(hosting, name), bool)
    encodings = {side: event["captureData"][side]["encoding"] for side in event["captureData"]}
    assert encodings == {"endpointInput": "BASE64", "endpointOutput": "JSON"}
    assert event["captureData"]["endpointInput"]["data"] == "MSwyLDM="


def test_only_responses_can_be_captured(hosting: Hosting) -> None:
    name = start_capturing(hosting, CaptureOptions=[{"CaptureMode": "Output"}])
    hosting.invoke(name)
    (event,) = eventually(lambda: captured(hosting, name), bool)
    assert list(event["captureData"]) == ["endpointOutput"]


def test_only_the_sampled_share_is_captured(hosting: Hosting) -> None:
    name = start_capturing(hosting, InitialSamplingPercentage=50)
    for _ in range(60):
        hosting.invoke(name)
    assert 12 <= len(eventually(lambda: captured(hosting, name), lambda events: len(events) >= 12)) <= 48


def test_a_shadow_variants_responses_are_captured_under_its_name(hosting: Hosting) -> None:
    shadow = on_instances(model(hosting, READ, WRITE, LIST, value=2), "shadow")
    name = start_capturing(hosting, shadow)
    hosting.invoke(name)
    (event,) = eventually(lambda: captured(hosting, name, "shadow"), bool)
    assert event["captureData"]["endpointOutput"]["data"] == "2.0\n"


def test_a_role_that_cannot_write_captures_nothing(hosting: Hosting) -> None:
    first = hosting.start(config(hosting, [on_instances(model(hosting, READ))], DataCaptureConfig=CAPTURE))
    second = start_capturing(hosting)
    for name in (first, second):
        hosting.invoke(name)
    eventually(lambda: captured(hosting, second), bool)  # by then the first would have been written
    assert captured(hosting, first) == []


# ---- metrics


def metric(hosting: Hosting, name: str, statistic: str = "Sum", **dimensions: str) -> float:
    """Return a metric's statistic over the last minutes; 0 without data."""
    end = datetime.now(UTC) + timedelta(minutes=1)
    points = hosting.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SageMaker",
        MetricName=name,
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        StartTime=end - timedelta(minutes=10),
        EndTime=end,
        Period=600,
        Statistics=[statistic],
    )["Datapoints"]
    return float(sum(point[statistic] for point in points))


def test_invocations_errors_and_latency_are_measured_by_variant_and_configuration(hosting: Hosting) -> None:
    name = hosting.start(used := config(hosting, [on_instances(hosting.model(), count=2)]))
    for _ in range(4):
        hosting.invoke(name)
    error_of(lambda: hosting.invoke(name, "a,b,c"))
    error_of(lambda: hosting.invoke(name, Accept="application/jsonlines"))
    variant = {"EndpointName": name, "VariantName": "one"}
    fleet = variant | {"EndpointConfigName": used}
    last = "ConcurrentRequestsPerModel"
    eventually(lambda: metric(hosting, last, "SampleCount", **fleet), lambda count: count == 6)
    assert (metric(hosting, "Invocations", **fleet), metric(hosting, "Invocations", **variant)) == (6, 6)
    assert metric(hosting, "InvocationsPerInstance", **variant) == 3
    assert metric(hosting, "Invocation4XXErrors", "Average", **variant) == pytest.approx(1 / 6)
    assert metric(hosting, "Invocation5XXErrors", **variant) == 1
    assert metric(hosting, "ModelLatency", "Maximum", **variant) > metric(hosting, "ModelLatency", "Minimum", **variant)


def test_a_metric_does_not_include_endpoints_with_a_longer_name(hosting: Hosting) -> None:
    name = hosting.endpoint()
    hosting.invoke(name)
    variant = hosting.sagemaker.describe_endpoint(EndpointName=name)["ProductionVariants"][0]["VariantName"]
    eventually(lambda: metric(hosting, "Invocations", EndpointName=name, VariantName=variant), bool)
    assert metric(hosting, "Invocations", EndpointName=name[:-1], VariantName=variant) == 0

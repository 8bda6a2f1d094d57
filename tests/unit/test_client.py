"""Clients of AWS services send the requests that boto3's clients send, although they are made from less data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from prediction_api.client import connect
from prediction_api.settings import Limits
from serving import LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.awsrequest import AWSPreparedRequest

# A Region of each partition, one that is newer than the data of any client, and two that have FIPS endpoints.
REGIONS = [
    ("us-east-1", "false"),
    ("us-east-1", "true"),
    ("cn-north-1", "false"),
    ("us-gov-west-1", "false"),
    ("us-gov-west-1", "true"),
    ("us-iso-east-1", "false"),
    ("us-isob-east-1", "false"),
    ("eu-isoe-west-1", "false"),
    ("us-isof-south-1", "false"),
    ("eusc-de-east-1", "false"),
    ("eu-future-7", "false"),
]
CALLS: dict[str, Callable[[Any], Any]] = {
    "sagemaker-runtime": lambda client: client.invoke_endpoint(EndpointName="bikes", Body=b"1"),
    "sagemaker": lambda client: client.describe_endpoint(EndpointName="bikes"),
    "s3": lambda client: client.put_object(Bucket="bikes", Key="input", Body=b"1"),
}
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "key", "AWS_SESSION_TOKEN": "token"}


@pytest.fixture(scope="module")
def session() -> boto3.Session:
    """One for all clients of boto3, because it parses its data once."""
    return boto3.Session()


class SentError(Exception):
    """Stops a request that is signed and ready to be sent."""


def sent(client: Any, service: str) -> tuple[str, str]:
    """Return a request's URL, and the Region and the service that it is signed for."""
    requests: list[AWSPreparedRequest] = []

    def stop(request: AWSPreparedRequest, **_: Any) -> None:
        requests.append(request)
        raise SentError

    client.meta.events.register("before-send", stop)
    with pytest.raises(SentError):
        CALLS[service](client)
    [request] = requests
    [region_and_service] = re.findall(rb"Credential=AKIDEXAMPLE/[0-9]{8}/(.+)/aws4_request", request.headers["Authorization"])
    return request.url, region_and_service.decode()


@pytest.mark.parametrize(("region", "fips"), REGIONS)
@pytest.mark.parametrize("service", CALLS)
def test_a_client_sends_its_requests_where_boto3_does(
    service: str, region: str, fips: str, session: boto3.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**KEYS, "AWS_REGION": region, "AWS_USE_FIPS_ENDPOINT": fips}.items():
        monkeypatch.setenv(name, value)

    assert sent(connect(service, Limits(LIMITS)), service) == sent(session.client(service, region_name=region), service)


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME"])
def test_a_client_sends_its_requests_to_the_url_of_the_environment(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**KEYS, "AWS_REGION": "cn-north-1", variable: "http://localhost:4566"}.items():
        monkeypatch.setenv(name, value)

    assert sent(connect("sagemaker-runtime", Limits(LIMITS)), "sagemaker-runtime") == (
        "http://localhost:4566/endpoints/bikes/invocations",
        "cn-north-1/sagemaker",
    )

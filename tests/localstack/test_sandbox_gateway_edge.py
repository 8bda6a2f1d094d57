"""The sandbox's API Gateway: resource policies, callers of other accounts, domain names, and web ACLs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from rest_apis import STAGE, RestApi, create_function, deploy, operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from sagemaker_sandbox.host.control import Sandbox

    type Deploy = Callable[..., RestApi]

type Json = Any

BACKEND = """
import json

def handler(event, context):
    return {"statusCode": 200, "body": json.dumps({"path": event["path"], "resource": event["resource"]})}
"""
OTHER_ACCOUNT = "210987654321"
INVOKE = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}


def denied(**condition: Json) -> dict[str, Json]:
    return INVOKE | {"Effect": "Deny", "Condition": condition}


@pytest.fixture(scope="module")
def backend(client: Callable[..., Json]) -> str:
    return create_function(client, BACKEND)


@pytest.fixture(scope="module")
def deploy_hello(client: Callable[..., Json], sandbox: Sandbox, backend: str) -> Deploy:
    """Return a function that deploys an API of GET /hello with a resource policy and perhaps IAM authorization."""

    def deploy_hello(*statements: Json, signed: bool = False) -> RestApi:
        iam = {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}
        one = operation(backend, security=[{"iam": []}]) if signed else operation(backend)
        policy = {"x-amazon-apigateway-policy": {"Version": "2012-10-17", "Statement": list(statements)}} if statements else {}
        return deploy(client, sandbox.url, {"/hello": {"get": one}}, components={"securitySchemes": {"iam": iam}}, **policy)

    return deploy_hello


@pytest.mark.parametrize(
    ("statements", "status"),
    [
        ([INVOKE], 200),
        ([INVOKE, denied(NotIpAddress={"aws:SourceIp": ["127.0.0.0/8"]})], 200),
        ([INVOKE, denied(NotIpAddress={"aws:SourceIp": ["203.0.113.0/24"]})], 403),
        ([INVOKE, denied(StringNotEquals={"aws:SourceVpce": ["vpce-0a1b2c3d4e5f60718"]})], 403),
        ([INVOKE | {"Resource": "execute-api:/v1/POST/*"}], 403),
        ([INVOKE | {"Principal": {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:root"}}], 403),
    ],
    ids=["everyone", "this_network", "another_network", "vpc_endpoint", "another_method", "account"],
)
def test_the_resource_policy_decides_about_an_anonymous_request(deploy_hello: Deploy, statements: Json, status: int) -> None:
    answer = deploy_hello(*statements).call()
    assert answer.status_code == status
    if status == 403:
        assert answer.headers["x-amzn-ErrorType"] == "AccessDeniedException"
        assert answer.json()["Message"].startswith(
            "User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:"
        )


def signature(api: RestApi, account: str, secret: str) -> dict[str, str]:
    request = AWSRequest("GET", f"{api.url}/hello")
    SigV4Auth(Credentials(account, secret), "execute-api", "us-east-1").add_auth(request)
    return dict(request.headers)


@pytest.mark.parametrize(
    ("statements", "status"),
    [
        ([], 403),
        ([INVOKE | {"Principal": {"AWS": "arn:aws:iam::000000000000:root"}}], 403),
        ([INVOKE | {"Principal": {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:root"}}], 200),
        (
            [
                INVOKE | {"Principal": {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:root"}},
                denied(StringEquals={"aws:PrincipalAccount": OTHER_ACCOUNT}),
            ],
            403,
        ),
        ([INVOKE | {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}], 403),
    ],
    ids=["no_policy", "own_account", "their_account", "deny", "organization"],
)
def test_the_resource_policy_decides_about_a_caller_of_another_account(
    deploy_hello: Deploy, client: Callable[..., Json], statements: Json, status: int
) -> None:
    secret = client("sts")._request_signer._credentials.secret_key  # noqa: SLF001
    api = deploy_hello(*statements, signed=True)
    assert api.call(headers=signature(api, OTHER_ACCOUNT, secret)).status_code == status


@pytest.fixture
def domain(client: Callable[..., Json]) -> Callable[..., str]:
    """Return a function that points a new domain name at an API, with base paths."""

    def create(api: RestApi, *base_paths: str, **settings: Json) -> str:
        name = f"api-{uuid4().hex[:8]}.example.com"
        certificate = "arn:aws:acm:us-east-1:000000000000:certificate/any"
        gateway = client("apigateway")
        regional = {"types": ["REGIONAL"]}
        gateway.create_domain_name(domainName=name, regionalCertificateArn=certificate, endpointConfiguration=regional, **settings)
        for base_path in base_paths:
            gateway.create_base_path_mapping(
                domainName=name, restApiId=api.id, stage=STAGE, **({"basePath": base_path} if base_path else {})
            )
        return name

    return create


def call(sandbox: Sandbox, host: str, path: str) -> requests.Response:
    return requests.get(f"{sandbox.url}{path}", headers={"Host": host}, proxies={"http": ""}, timeout=30)


def test_a_request_to_a_domain_name_reaches_its_api(deploy_hello: Deploy, domain: Callable[..., str], sandbox: Sandbox) -> None:
    answer = call(sandbox, domain(deploy_hello(), ""), "/hello?a=1")
    assert (answer.status_code, answer.json()) == (200, {"path": "/hello", "resource": "/hello"})


def test_the_function_sees_the_base_path(deploy_hello: Deploy, domain: Callable[..., str], sandbox: Sandbox) -> None:
    name = domain(deploy_hello(), "bikes/v1", "bikes")
    assert call(sandbox, name, "/bikes/v1/hello").json() == {"path": "/bikes/v1/hello", "resource": "/hello"}
    assert call(sandbox, name, "/bikes/hello").json() == {"path": "/bikes/hello", "resource": "/hello"}
    assert call(sandbox, name, "/other/hello").status_code == 403


def test_a_domain_name_keeps_its_truststore_and_asks_for_no_certificate(
    deploy_hello: Deploy, domain: Callable[..., str], sandbox: Sandbox, client: Callable[..., Json]
) -> None:
    name = domain(deploy_hello(), "", mutualTlsAuthentication={"truststoreUri": "s3://cas/truststore.pem"})
    kept = client("apigateway").get_domain_name(domainName=name)["mutualTlsAuthentication"]
    assert kept["truststoreUri"] == "s3://cas/truststore.pem"
    assert call(sandbox, name, "/hello").status_code == 200


def test_a_domain_name_is_forgotten_with_its_deletion(
    deploy_hello: Deploy, domain: Callable[..., str], sandbox: Sandbox, client: Callable[..., Json]
) -> None:
    name = domain(deploy_hello(), "")
    client("apigateway").delete_domain_name(domainName=name)
    assert call(sandbox, name, "/hello").status_code != 200


def test_a_disabled_default_endpoint_leaves_the_domain_name(
    deploy_hello: Deploy, domain: Callable[..., str], sandbox: Sandbox, client: Callable[..., Json]
) -> None:
    api = deploy_hello()
    disabled = [{"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "True"}]
    client("apigateway").update_rest_api(restApiId=api.id, patchOperations=disabled)
    client("apigateway").create_deployment(restApiId=api.id, stageName=STAGE)
    assert api.call().status_code == 403
    assert call(sandbox, domain(api, ""), "/hello").status_code == 200


VISIBILITY = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "test"}
BODY_ABOVE_4_KB = {
    "FieldToMatch": {"Body": {"OversizeHandling": "MATCH"}},
    "ComparisonOperator": "GT",
    "Size": 4096,
    "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
}


@pytest.fixture
def protect(client: Callable[..., Json]) -> Callable[..., None]:
    """Return a function that puts a web ACL with rules in front of an API; a rule is an action and a statement."""

    def protect(api: RestApi, *rules: tuple[str, Json], default: str = "Allow") -> None:
        firewall, name = client("wafv2"), f"acl-{uuid4().hex[:8]}"
        written = [
            {"Name": f"rule-{place}", "Priority": place, "Action": {action: {}}, "Statement": statement, "VisibilityConfig": VISIBILITY}
            for place, (action, statement) in enumerate(rules)
        ]
        acl = firewall.create_web_acl(Name=name, Scope="REGIONAL", DefaultAction={default: {}}, Rules=written, VisibilityConfig=VISIBILITY)[
            "Summary"
        ]
        firewall.associate_web_acl(WebACLArn=acl["ARN"], ResourceArn=f"arn:aws:apigateway:us-east-1::/restapis/{api.id}/stages/{STAGE}")

    return protect


@pytest.fixture
def addresses(client: Callable[..., Json]) -> Callable[..., Json]:
    """Return a function that creates a statement for an IP set."""

    def create(*blocks: str) -> Json:
        name = f"set-{uuid4().hex[:8]}"
        made = client("wafv2").create_ip_set(Name=name, Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=list(blocks))
        return {"IPSetReferenceStatement": {"ARN": made["Summary"]["ARN"]}}

    return create


@pytest.mark.parametrize(
    ("case", "status"),
    [
        (("Block", ["203.0.113.0/24"], "Allow"), 200),
        (("Block", ["203.0.113.0/24", "127.0.0.0/8"], "Allow"), 403),
        (("Count", ["127.0.0.0/8"], "Allow"), 200),
        (("Allow", ["127.0.0.1/32"], "Block"), 200),
        (("Allow", ["203.0.113.0/24"], "Block"), 403),
    ],
    ids=["other_address", "blocked", "counted", "allowed", "not_allowed"],
)
def test_a_web_acl_decides_by_address(
    deploy_hello: Deploy, protect: Callable[..., None], addresses: Callable[..., Json], case: tuple[str, list[str], str], status: int
) -> None:
    action, blocks, default = case
    api = deploy_hello()
    protect(api, (action, addresses(*blocks)), default=default)
    answer = api.call()
    assert answer.status_code == status
    if status == 403:
        assert answer.json() == {"message": "Forbidden"}


def test_a_web_acl_blocks_an_address_that_sends_too_many_requests(deploy_hello: Deploy, protect: Callable[..., None]) -> None:
    api = deploy_hello()
    protect(api, ("Block", {"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "IP"}}))
    assert [api.call().status_code for _ in range(12)] == [200] * 10 + [403] * 2


@pytest.mark.parametrize(("size", "status"), [(4096, 200), (4097, 403), (20_000, 403)])
def test_a_web_acl_blocks_large_bodies(deploy_hello: Deploy, protect: Callable[..., None], size: int, status: int) -> None:
    api = deploy_hello()
    protect(api, ("Block", {"SizeConstraintStatement": BODY_ABOVE_4_KB}))
    assert api.call(data=b"x" * size).status_code == status


def test_managed_rule_groups_are_stored_and_match_nothing(deploy_hello: Deploy, client: Callable[..., Json]) -> None:
    firewall, api = client("wafv2"), deploy_hello()
    group = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}}
    rule = {"Name": "common", "Priority": 0, "OverrideAction": {"None": {}}, "Statement": group, "VisibilityConfig": VISIBILITY}
    name = f"acl-{uuid4().hex[:8]}"
    acl = firewall.create_web_acl(Name=name, Scope="REGIONAL", DefaultAction={"Allow": {}}, Rules=[rule], VisibilityConfig=VISIBILITY)
    stage = f"arn:aws:apigateway:us-east-1::/restapis/{api.id}/stages/{STAGE}"
    firewall.associate_web_acl(WebACLArn=acl["Summary"]["ARN"], ResourceArn=stage)
    assert api.call().status_code == 200
    assert firewall.get_web_acl_for_resource(ResourceArn=stage)["WebACL"]["Rules"][0]["Statement"] == group

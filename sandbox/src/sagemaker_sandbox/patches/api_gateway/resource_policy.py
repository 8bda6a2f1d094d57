"""The resource policy of an API, which LocalStack ignores.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html: with IAM authorization, the
policy and the caller's own are evaluated together (`signed_requests`); everyone else is anonymous to it, and needs an Allow.
A deployment has the policy of its time. A request comes from no VPC endpoint.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localstack.services.apigateway.helpers import get_moto_rest_api, get_rest_api_container
from localstack.services.apigateway.next_gen.execute_api.gateway_response import AccessDeniedError
from moto.iam.access_control import PermissionResult

from sagemaker_sandbox.aws.policies import AccessRequest, as_list, evaluate_policies
from sagemaker_sandbox.aws.resource_policies import ResourcePolicy
from sagemaker_sandbox.patches.api_gateway.invoke_arns import ACTION, api_arn, method_arn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localstack.aws.api import RequestContext
    from localstack.aws.api.apigateway import PutRestApiRequest

# RestApiInvocationContext, whose fields are all annotated as optional, and all set by the time a step sees it
type Context = Any

_EXTENSION = "x-amazon-apigateway-policy"
_SHORT = "execute-api:/"


def keep(context: RequestContext, request: PutRestApiRequest, document: Mapping[str, Any]) -> None:
    """Keep the policy of an imported document; an import that overwrites the API and has none removes it."""
    api, container = get_moto_rest_api(context, request["restApiId"]), get_rest_api_container(context, request["restApiId"])
    if _EXTENSION in document:
        api.policy = container.rest_api["policy"] = json.dumps(document[_EXTENSION])
    elif request.get("mode") == "overwrite":
        api.policy = None
        container.rest_api.pop("policy", None)


def authorize(context: Context) -> None:
    """Raise the error for an anonymous request that the policy does not allow, or any that it denies."""
    if context.resource_method.get("authorizationType") == "AWS_IAM":
        return
    policy = policy_of(context)
    if policy is None:
        return
    result = evaluate_policies([{"Statement": policy.statements_for(())}], access_request(context))
    if result is not PermissionResult.PERMITTED:
        ending = " with an explicit deny" if result is PermissionResult.DENIED else ""
        raise AccessDeniedError(f"User: anonymous is not authorized to perform: {ACTION} on resource: {shown(context)}{ending}")


def policy_of(context: Context) -> ResourcePolicy | None:
    """Return the policy of a request's API, with the ARNs of its resources in full; None if it has none."""
    text = context.deployment.rest_api.rest_api.get("policy")
    if not text:
        return None
    # as GetRestApi returns it, its quotes are escaped
    document = json.loads(text.replace('\\"', '"'))
    written = as_list(document["Statement"])
    arn = api_arn(context)
    in_full = [{**each, "Resource": [resource.replace(_SHORT, f"{arn}/", 1) for resource in as_list(each["Resource"])]} for each in written]
    return ResourcePolicy({"Statement": in_full}, must_allow=False)


def access_request(context: Context) -> AccessRequest:
    """Return what a request asks to do, with what policies may ask about it."""
    identity = context.context_variables["identity"]
    return AccessRequest(ACTION, method_arn(context), {"aws:SourceIp": identity["sourceIp"], "aws:SecureTransport": "true"})


def shown(context: Context) -> str:
    """Return the ARN of a request's method as errors show it: AWS hides most of the account."""
    account = context.account_id
    return method_arn(context).replace(f":{account}:", f":{'*' * 8}{account[8:]}:")

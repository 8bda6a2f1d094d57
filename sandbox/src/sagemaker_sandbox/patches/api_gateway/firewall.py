"""The web ACL of a stage, which LocalStack does not have.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-aws-waf.html: it decides before
resource policies, authorizers and keys.
"""

from __future__ import annotations

from typing import Any

from localstack.services.apigateway.next_gen.execute_api.gateway_response import WafFilteredError

from sagemaker_sandbox.aws.scope import Scope
from sagemaker_sandbox.firewall.web_acl import WebRequest, web_acl_of

# RestApiInvocationContext, whose fields are all annotated as optional, and all set by the time a step sees it
type Context = Any


def check(context: Context) -> None:
    """Raise the error for a request that the web ACL blocks."""
    scope = Scope.at(context.account_id, context.region)
    acl = web_acl_of(f"arn:{scope.partition}:apigateway:{scope.region}::/restapis/{context.api_id}/stages/{context.stage}", scope)
    if acl and acl.blocks(WebRequest(context.context_variables["identity"]["sourceIp"], context.invocation_request["body"])):
        raise WafFilteredError("Forbidden")

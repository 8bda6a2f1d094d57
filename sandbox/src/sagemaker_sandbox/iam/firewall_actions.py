"""AWS WAF's actions: web ACLs and sets of addresses, whose ARNs end with an ID, and the stages that they protect.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awswafv2.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sagemaker_sandbox.aws.policies import AccessRequest

if TYPE_CHECKING:
    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json

# actions on the protected resource, and what AWS checks on it as well if it is a stage of API Gateway
_OF_A_STAGE: Final = {
    "AssociateWebACL": "apigateway:SetWebACL",
    "DisassociateWebACL": "apigateway:SetWebACL",
    "GetWebACLForResource": None,
}


def access_requests(operation: str, request: Json, scope: Scope) -> list[AccessRequest]:
    """Return everything that a request to AWS WAF must be allowed to do."""
    action = f"wafv2:{operation}"
    if operation in _OF_A_STAGE:
        return _on_stage(operation, request)
    resource = _resource(operation, request, scope)
    tags = [AccessRequest("wafv2:TagResource", resource)] if operation.startswith("Create") and request.get("Tags") else []
    return [AccessRequest(action, resource), *(AccessRequest(action, arn) for arn in _named_by(request.get("Rules") or [], scope)), *tags]


def _on_stage(operation: str, request: Json) -> list[AccessRequest]:
    further = _OF_A_STAGE[operation]
    resources = [request["WebACLArn"]] if request.get("WebACLArn") else []
    needed = [AccessRequest(f"wafv2:{operation}", arn) for arn in [*resources, request["ResourceArn"]]]
    return [*needed, *([AccessRequest(further, request["ResourceArn"])] if further else [])]


def _resource(operation: str, request: Json, scope: Scope) -> str:
    """Return the ARN in the request, or that of the name and ID in it; of what is created, the ID is not known yet."""
    arn = request.get("ResourceArn") or request.get("ResourceARN") or request.get("LoggingConfiguration", {}).get("ResourceArn")
    if arn:
        return str(arn)
    kind = "ipset" if operation.endswith("IPSet") else "webacl"
    return scope.arn("wafv2", f"regional/{kind}/{request['Name']}/{request.get('Id', '*')}") if request.get("Name") else "*"


def _named_by(rules: list[Json], scope: Scope) -> list[str]:
    """Return what rules refer to: sets of addresses, and AWS's rule groups, for which IAM sees one ARN of the caller's account."""
    statements = [rule.get("Statement", {}) for rule in rules]
    sets = [each["IPSetReferenceStatement"]["ARN"] for each in statements if "IPSetReferenceStatement" in each]
    groups = [scope.arn("wafv2", "regional/managedruleset/*/*")] if any("ManagedRuleGroupStatement" in each for each in statements) else []
    return [*sets, *groups]

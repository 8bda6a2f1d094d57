"""Domain names in front of stages: requests are routed by their Host header. LocalStack only stores the names.

https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html: the longest base path decides, and the
function sees it in the request's path. Nothing is resolved and there is no TLS: a caller sets the Host header, or curl's
``--connect-to``, and a truststore is kept but nobody asks for a client certificate.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from localstack.aws.handlers import cors
from localstack.http import Response
from localstack.services.apigateway.legacy.provider import ApigatewayProvider
from localstack.services.apigateway.models import apigateway_stores
from localstack.services.apigateway.next_gen.execute_api.gateway_response import AccessDeniedError
from localstack.services.apigateway.next_gen.execute_api.router import ApiGatewayEndpoint
from localstack.services.edge import ROUTER
from localstack.utils.patch import patch

if TYPE_CHECKING:
    from collections.abc import Callable

    from localstack.aws.api import RequestContext
    from localstack.aws.api.apigateway import DomainName
    from rolo import Request
    from werkzeug.routing import Rule

# RestApiInvocationContext, whose fields are all annotated as optional, and all set by the time a step sees it
type Context = Any
type Mapping = Any

_RULES: Final[dict[tuple[str, str, str], list[Rule]]] = {}
_BASE_PATH: Final = "sagemaker_sandbox.base_path"
_ROOT: Final = "(none)"


def apply_patches() -> None:
    """Route the requests of a domain name from its creation to its deletion."""

    @patch(ApigatewayProvider.create_domain_name)
    def create_domain_name(
        original: Callable[..., DomainName], self: ApigatewayProvider, context: RequestContext, domain_name: str, **options: Any
    ) -> DomainName:
        created = original(self, context, domain_name, **options)
        if truststore := options.get("mutual_tls_authentication"):
            # the response is also the stored object
            created["mutualTlsAuthentication"] = truststore
        domain = _Domain(context.account_id, context.region, domain_name)
        answer: Any = domain.answer  # which the router calls with keywords, unlike its type says
        # a port may follow the name, and a star is any first label
        name = re.escape(domain_name).replace(re.escape("*"), "[^.]+")
        host = f"<regex('{name}(:[0-9]+)?'):host>"
        _RULES[domain.key] = [
            ROUTER.add("/", answer, host=host, defaults={"path": ""}, strict_slashes=True),
            ROUTER.add("/<path:path>", answer, host=host),
        ]
        return created

    @patch(ApigatewayProvider.delete_domain_name)
    def delete_domain_name(
        original: Callable[..., None], self: ApigatewayProvider, context: RequestContext, domain_name: str, **options: Any
    ) -> None:
        original(self, context, domain_name, **options)
        ROUTER.remove(_RULES.pop((context.account_id, context.region, domain_name), []))

    @patch(cors.should_enforce_self_managed_service)
    def should_enforce_self_managed_service(original: Callable[..., bool], context: RequestContext) -> bool:
        # LocalStack would reject pages of other origins before the API can answer
        host = context.request.host.partition(":")[0]
        return not any(_fits(name, host) for _, _, name in _RULES) and original(context)


def _fits(name: str, host: str) -> bool:
    return name == host or (name.startswith("*.") and host.partition(".")[2] == name.removeprefix("*."))


class _Domain:
    """The requests to a domain name."""

    def __init__(self, account: str, region: str, name: str) -> None:
        self.key = (account, region, name)
        self._endpoint = ApiGatewayEndpoint()

    def answer(self, request: Request, path: str, **_: str) -> Response:
        """Return the response of the API that the path is mapped to."""
        mapping = self._mapping(path)
        if mapping is None:
            return Response('{"message":"Forbidden"}', 403, {"Content-Type": "application/json", "x-amzn-ErrorType": "ForbiddenException"})
        base = "" if mapping["basePath"] == _ROOT else mapping["basePath"]
        rest = path.removeprefix(base).lstrip("/")
        request.environ[_BASE_PATH] = f"/{base}" if base else ""
        query = request.query_string.decode()
        request.environ["RAW_URI"] = f"/{mapping['stage']}/{rest}" + (f"?{query}" if query else "")
        return self._endpoint(request, api_id=mapping["restApiId"], stage=mapping["stage"], path=rest)

    def _mapping(self, path: str) -> Mapping | None:
        """Return the mapping with the longest base path that the path begins with."""
        account, region, name = self.key
        mappings: list[Mapping] = apigateway_stores[account][region].base_path_mappings.get(name) or []
        fitting = [each for each in mappings if each["basePath"] == _ROOT or f"{path}/".startswith(f"{each['basePath']}/")]
        return max(fitting, key=lambda each: 0 if each["basePath"] == _ROOT else len(each["basePath"]), default=None)


def check_endpoint(context: Context) -> None:
    """Raise the error for a request to the default endpoint of an API that has disabled it."""
    is_disabled = str(context.deployment.rest_api.rest_api.get("disableExecuteApiEndpoint", False)).lower() == "true"
    if is_disabled and _BASE_PATH not in context.request.environ:
        raise AccessDeniedError("Forbidden")


def restore_path(context: Context) -> None:
    """Put the base path in front of the path that the function sees, once the request is routed and authorized."""
    base = context.request.environ.get(_BASE_PATH)
    if base is None:
        return
    context.context_variables["path"] = f"{base}{context.invocation_request['raw_path']}"
    context.invocation_request["path"] = f"{base}{context.invocation_request['path']}"

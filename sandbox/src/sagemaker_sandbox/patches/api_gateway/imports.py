"""Parts of an imported OpenAPI document that LocalStack omits.

These are gateway responses, models for types other than JSON, IAM authorization, and the resource policy.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from localstack.aws.api.apigateway import GatewayResponseType
from localstack.services.apigateway.helpers import OpenAPIExt, get_moto_rest_api, get_rest_api_container
from localstack.services.apigateway.legacy.provider import ApigatewayProvider
from localstack.services.apigateway.next_gen.execute_api.gateway_response import build_gateway_response
from localstack.utils.json import parse_json_or_yaml
from localstack.utils.patch import patch

from sagemaker_sandbox.patches.api_gateway import resource_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localstack.aws.api import RequestContext
    from localstack.aws.api.apigateway import GatewayResponse, PutRestApiRequest, RestApi

type Models = dict[tuple[str, str], dict[str, str]]

_ANY_METHOD = "x-amazon-apigateway-any-method"


def apply_patches() -> None:
    """Patch the import of REST APIs."""

    @patch(ApigatewayProvider.put_rest_api)
    def put_rest_api(
        original: Callable[..., RestApi], self: ApigatewayProvider, context: RequestContext, request: PutRestApiRequest
    ) -> RestApi:
        text = request["body"].read()
        request["body"] = io.BytesIO(text)
        result = original(self, context, request)
        document = parse_json_or_yaml(text.decode())
        _put_gateway_responses(context, request, document)
        _put_request_models(context, request, document)
        _put_iam_authorization(context, request, document)
        resource_policy.keep(context, request, document)
        return result


def gateway_responses(document: Mapping[str, Any]) -> dict[GatewayResponseType, GatewayResponse]:
    """Return an OpenAPI document's gateway responses by type."""
    return {
        GatewayResponseType(name): build_gateway_response(
            GatewayResponseType(name),
            response_parameters=given.get("responseParameters"),
            response_templates=given.get("responseTemplates"),
            default_response=False,
            **({"status_code": str(given["statusCode"])} if given.get("statusCode") else {}),
        )
        for name, given in (document.get(OpenAPIExt.GATEWAY_RESPONSES) or {}).items()
    }


def request_models(document: Mapping[str, Any]) -> Models:
    """Return the models' names by content type, for each path and method that has any."""
    found: Models = {}
    for path, item in (document.get("paths") or {}).items():
        for method, operation in item.items():
            content = operation.get("requestBody", {}).get("content", {}) if isinstance(operation, dict) else {}
            references = {name: media.get("schema", {}).get("$ref") for name, media in content.items()}
            models = {name: reference.rpartition("/")[2] for name, reference in references.items() if reference}
            if models:
                found[path, "ANY" if method == _ANY_METHOD else method.upper()] = models
    return found


def signed_methods(document: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return the path and name of each method whose security scheme has the type awsSigv4."""
    definitions = (document.get("components") or {}).get("securitySchemes") or document.get("securityDefinitions") or {}
    signed = {name for name, scheme in definitions.items() if scheme.get("x-amazon-apigateway-authtype") == "awsSigv4"}
    return {
        (path, "ANY" if method == _ANY_METHOD else method.upper())
        for path, item in (document.get("paths") or {}).items()
        for method, operation in item.items()
        if isinstance(operation, dict) and any(signed & requirement.keys() for requirement in operation.get("security") or [])
    }


def _put_gateway_responses(context: RequestContext, request: PutRestApiRequest, document: Mapping[str, Any]) -> None:
    stored = get_rest_api_container(context, request["restApiId"]).gateway_responses
    if request.get("mode") == "overwrite":
        stored.clear()
    stored.update(gateway_responses(document))


def _put_request_models(context: RequestContext, request: PutRestApiRequest, document: Mapping[str, Any]) -> None:
    models = request_models(document)
    for resource in get_moto_rest_api(context, request["restApiId"]).resources.values():
        for name, method in resource.resource_methods.items():
            if named := models.get((resource.get_path(), name)):
                method.request_models = named


def _put_iam_authorization(context: RequestContext, request: PutRestApiRequest, document: Mapping[str, Any]) -> None:
    signed = signed_methods(document)
    for resource in get_moto_rest_api(context, request["restApiId"]).resources.values():
        for name, method in resource.resource_methods.items():
            if (resource.get_path(), name) in signed:
                method.authorization_type = "AWS_IAM"

"""Lambda: code signing configurations, which LocalStack keeps without their tags, and forgets when it creates a function.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html: "code signing validation checks run at deployment
time". A package that no allowed profile signed is rejected if the configuration enforces it. Layers are not checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localstack.aws.api.lambda_ import CodeSigningConfigNotFoundException, CodeVerificationFailedException, ResourceNotFoundException
from localstack.services.lambda_ import api_utils
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.services.lambda_.provider import LambdaProvider
from localstack.utils.patch import patch

from sagemaker_sandbox.aws.scope import Scope
from sagemaker_sandbox.signer.models import store_of
from sagemaker_sandbox.signer.packages import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localstack.aws.api import RequestContext
    from localstack.services.lambda_.invocation.lambda_models import FunctionVersion

type Configuration = dict[str, Any]


def apply_patches() -> None:
    """Patch configurations, and the functions that have one."""
    _patch_tags()
    _patch_deployments()
    _patch_signatures()


def _patch_tags() -> None:
    """Keep the tags of configurations."""

    @patch(LambdaProvider.create_code_signing_config)
    def create_code_signing_config(
        original: Callable[..., Configuration],
        self: LambdaProvider,
        context: RequestContext,
        tags: dict[str, str] | None = None,
        **others: Any,
    ) -> Configuration:
        made = original(self, context, **others)
        if tags:
            self._store_tags(made["CodeSigningConfig"]["CodeSigningConfigArn"], tags)
        return made

    @patch(LambdaProvider._get_account_id_and_region_for_taggable_resource)  # noqa: SLF001
    def _get_account_id_and_region_for_taggable_resource(
        original: Callable[..., tuple[str, str]], self: LambdaProvider, resource: str
    ) -> tuple[str, str]:
        if ":code-signing-config:" not in resource:
            return original(self, resource)
        account, region = resource.split(":")[4], resource.split(":")[3]
        if resource not in lambda_stores[account][region].code_signing_configs:
            raise ResourceNotFoundException(f"The Lambda code signing configuration {resource} can not be found.", Type="User")
        return account, region


def _patch_deployments() -> None:
    """Keep the configuration of a new function, and verify the packages that are deployed."""

    @patch(LambdaProvider.create_function)
    def create_function(
        original: Callable[..., Configuration], self: LambdaProvider, context: RequestContext, request: Configuration
    ) -> Configuration:
        configuration, scope = request.get("CodeSigningConfigArn"), Scope.of(context)
        if not configuration:
            return original(self, context, request)
        _verify(request["Code"], configuration, scope)
        shown = original(self, context, request)
        lambda_stores[scope.account][scope.region].functions[shown["FunctionName"]].code_signing_config_arn = configuration
        return shown

    @patch(LambdaProvider.update_function_code)
    def update_function_code(
        original: Callable[..., Configuration], self: LambdaProvider, context: RequestContext, request: Configuration
    ) -> Configuration:
        scope = Scope.of(context)
        name, _ = api_utils.get_name_and_qualifier(request["FunctionName"], None, context)
        function = lambda_stores[scope.account][scope.region].functions.get(name)
        if function is not None and function.code_signing_config_arn:
            _verify(request, function.code_signing_config_arn, scope)
        return original(self, context, request)


def _patch_signatures() -> None:
    """Show who signed a function's package."""

    @patch(api_utils.map_config_out)
    def map_config_out(original: Callable[..., Configuration], version: FunctionVersion, **others: object) -> Configuration:
        shown = original(version, **others)
        scope = Scope.at(version.id.account, version.id.region)
        signature = store_of(scope).signatures.get(shown.get("CodeSha256", ""))
        if signature is None:
            return shown
        return shown | {"SigningProfileVersionArn": signature.profile_version_arn, "SigningJobArn": signature.job_arn}


def _verify(code: Mapping[str, Any], configuration_arn: str, scope: Scope) -> None:
    """Raise CodeVerificationFailedException if the configuration rejects the package."""
    configuration = lambda_stores[scope.account][scope.region].code_signing_configs.get(configuration_arn)
    if configuration is None:
        message = (
            f"The code signing configuration cannot be found. Check that the provided configuration is not deleted: {configuration_arn}."
        )
        raise CodeSigningConfigNotFoundException(message, Type="User")
    if (configuration.policies or {}).get("UntrustedArtifactOnDeployment") != "Enforce":
        return
    signature = store_of(scope).signatures.get(digest(_package(code, scope)))
    if signature is None or signature.profile_version_arn not in configuration.allowed_publishers["SigningProfileVersionArns"]:
        message = f"The package is not signed by a profile that the code signing configuration allows: {configuration_arn}."
        raise CodeVerificationFailedException(message, Type="User")


def _package(code: Mapping[str, Any], scope: Scope) -> bytes:
    """Return the package that a request deploys, by itself or as an object; anything else is LocalStack's to reject."""
    if "S3Bucket" not in code:
        return bytes(code.get("ZipFile") or b"")
    version = {"VersionId": code["S3ObjectVersion"]} if code.get("S3ObjectVersion") else {}
    s3 = scope.client("s3")
    try:
        body: bytes = s3.get_object(Bucket=code["S3Bucket"], Key=code["S3Key"], **version)["Body"].read()
    except (s3.exceptions.NoSuchBucket, s3.exceptions.NoSuchKey):
        return b""
    return body

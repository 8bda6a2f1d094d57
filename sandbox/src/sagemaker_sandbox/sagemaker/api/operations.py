"""The control plane's operations by name. Add an operation here and in the file of its resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemaker_sandbox.sagemaker.api import describe_endpoint, endpoint_configs, endpoints, models, tags
from sagemaker_sandbox.sagemaker.api.context import ApiContext
from sagemaker_sandbox.sagemaker.models import store_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.model import OperationModel

    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json
    from sagemaker_sandbox.sagemaker.scaling import ScalableTargets

    type Operation = Callable[[ApiContext, Json], Json | None]

OPERATIONS: dict[str, Operation] = {
    "AddTags": tags.add_tags,
    "CreateEndpoint": endpoints.create_endpoint,
    "CreateEndpointConfig": endpoint_configs.create_endpoint_config,
    "CreateModel": models.create_model,
    "DeleteEndpoint": endpoints.delete_endpoint,
    "DeleteEndpointConfig": endpoint_configs.delete_endpoint_config,
    "DeleteModel": models.delete_model,
    "DeleteTags": tags.delete_tags,
    "DescribeEndpoint": describe_endpoint.describe_endpoint,
    "DescribeEndpointConfig": endpoint_configs.describe_endpoint_config,
    "DescribeModel": models.describe_model,
    "ListEndpointConfigs": endpoint_configs.list_endpoint_configs,
    "ListEndpoints": endpoints.list_endpoints,
    "ListModels": models.list_models,
    "ListTags": tags.list_tags,
    "UpdateEndpoint": endpoints.update_endpoint,
    "UpdateEndpointWeightsAndCapacities": endpoints.update_endpoint_weights_and_capacities,
}


def perform(scope: Scope, scaling: ScalableTargets, operation: OperationModel, request: Json) -> Json:
    """Return the response to a request that satisfies botocore's model. Raises ValidationException, worded like AWS's."""
    return OPERATIONS[operation.name](ApiContext(scope, store_of(scope), scaling), request) or {}

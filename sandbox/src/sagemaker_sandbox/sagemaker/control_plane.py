"""SageMaker's control plane for hosting: its operations, on requests as botocore's model parses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemaker_sandbox.sagemaker import configs, description, endpoints, models
from sagemaker_sandbox.sagemaker.errors import ValidationException
from sagemaker_sandbox.sagemaker.store import store_of
from sagemaker_sandbox.sagemaker.validation import violations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from botocore.model import OperationModel

    from sagemaker_sandbox.sagemaker.store import Json, Place, Store

    type Operation = Callable[[Place, Store, Json], Json | None]


def add_tags(_place: Place, store: Store, request: Json) -> Json:
    """Tag a resource; the answer holds all its tags."""
    with store.lock:
        store.tag(_tagged(store, request["ResourceArn"]), request["Tags"])
        return {"Tags": _tags(store, request["ResourceArn"])}


def delete_tags(_place: Place, store: Store, request: Json) -> Json:
    """Take tags off a resource."""
    with store.lock:
        tags = store.tags.get(_tagged(store, request["ResourceArn"]), {})
        for key in request["TagKeys"]:
            tags.pop(key, None)
    return {}


def list_tags(_place: Place, store: Store, request: Json) -> Json:
    """List a resource's tags."""
    return {"Tags": _tags(store, _tagged(store, request["ResourceArn"]))}


def _tags(store: Store, arn: str) -> list[Json]:
    return [{"Key": key, "Value": value} for key, value in store.tags.get(arn, {}).items()]


def _tagged(store: Store, arn: str) -> str:
    kinds: dict[str, Mapping[str, object]] = {
        "model": store.models,
        "endpoint-config": store.configs,
        "endpoint": store.endpoints,
    }
    kind, _, name = arn.rpartition(":")[2].partition("/")
    if name not in kinds.get(kind, {}):
        raise ValidationException(f'Could not find resource "{arn}".')
    return arn


OPERATIONS: dict[str, Operation] = {
    "AddTags": add_tags,
    "CreateEndpoint": endpoints.create_endpoint,
    "CreateEndpointConfig": configs.create_endpoint_config,
    "CreateModel": models.create_model,
    "DeleteEndpoint": endpoints.delete_endpoint,
    "DeleteEndpointConfig": configs.delete_endpoint_config,
    "DeleteModel": models.delete_model,
    "DeleteTags": delete_tags,
    "DescribeEndpoint": description.describe_endpoint,
    "DescribeEndpointConfig": configs.describe_endpoint_config,
    "DescribeModel": models.describe_model,
    "ListEndpointConfigs": configs.list_endpoint_configs,
    "ListEndpoints": endpoints.list_endpoints,
    "ListModels": models.list_models,
    "ListTags": list_tags,
    "UpdateEndpoint": endpoints.update_endpoint,
    "UpdateEndpointWeightsAndCapacities": endpoints.update_endpoint_weights_and_capacities,
}


def perform(place: Place, operation: OperationModel, request: Json) -> Json:
    """Answer one operation of OPERATIONS; raises ValidationException, worded as AWS's, for what it refuses."""
    shape = operation.input_shape
    if shape is not None and (message := violations(shape, request)):
        raise ValidationException(message)
    return OPERATIONS[operation.name](place, store_of(place), request) or {}

"""InvokeEndpointAsync: the request and the response are objects in S3, and the caller does not wait for the response."""

from __future__ import annotations

import json
import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from localstack.http import Response

from sagemaker_sandbox.sagemaker.runtime import async_queues
from sagemaker_sandbox.sagemaker.runtime.admission import admit
from sagemaker_sandbox.sagemaker.runtime.errors import RuntimeServiceError, validation_error

if TYPE_CHECKING:
    from sagemaker_sandbox.aws.principals import Caller
    from sagemaker_sandbox.aws.scope import Scope
    from sagemaker_sandbox.aws.types import Json

ACTION: Final = "sagemaker:InvokeEndpointAsync"


def invoke_endpoint_async(scope: Scope, caller: Caller, request: Json, request_id: str) -> Response:
    """Queue an InvokeEndpointAsync request, and return where its response will be stored."""
    try:
        admitted = admit(scope, caller, ACTION, request)
        if not admitted.fleet.is_asynchronous:
            raise validation_error(f"Endpoint {request['EndpointName']} is not an asynchronous inference endpoint.")
        output = admitted.fleet.settings["AsyncInferenceConfig"]["OutputConfig"]
        if "S3OutputPath" not in output:
            raise validation_error(f"Endpoint {request['EndpointName']} has no S3OutputPath.")
    except RuntimeServiceError as error:
        return error.response(request_id)
    # not the inference ID, which AWS does not promise either
    name, inference = str(uuid.uuid4()), request.setdefault("InferenceId", str(uuid.uuid4()))
    headers = {
        "x-amzn-RequestId": request_id,
        "X-Amzn-SageMaker-OutputLocation": f"{output['S3OutputPath'].rstrip('/')}/{name}.out",
    }
    failure = output.get("S3FailurePath")
    if failure:
        headers["X-Amzn-SageMaker-FailureLocation"] = f"{failure.rstrip('/')}/{name}-error.out"
    locations = (headers["X-Amzn-SageMaker-OutputLocation"], headers.get("X-Amzn-SageMaker-FailureLocation"))
    async_queues.submit(async_queues.Job(admitted.endpoint, request, admitted.fault, *locations))
    body = json.dumps({"InferenceId": inference})
    return Response(body, HTTPStatus.ACCEPTED, headers, content_type="application/json")

"""InvokeEndpointAsync: the request and the answer are objects in S3, and the work is done behind the caller's back."""

from __future__ import annotations

import json
import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from localstack.http import Response

from sagemaker_sandbox.sagemaker import door, jobs
from sagemaker_sandbox.sagemaker.errors import RuntimeServiceError, invalid

if TYPE_CHECKING:
    from sagemaker_sandbox.sagemaker import access
    from sagemaker_sandbox.sagemaker.store import Json, Place

ACTION: Final = "sagemaker:InvokeEndpointAsync"


def invoke_endpoint_async(place: Place, caller: access.Caller, request: Json, request_id: str) -> Response:
    """Take an InvokeEndpointAsync request in, and say where its answer will be."""
    try:
        entered = door.enter(place, caller, ACTION, request)
        if not entered.fleet.is_asynchronous:
            raise invalid(f"Endpoint {request['EndpointName']} is not an asynchronous inference endpoint.")
        output = entered.fleet.settings["AsyncInferenceConfig"]["OutputConfig"]
        if "S3OutputPath" not in output:
            raise invalid(f"Endpoint {request['EndpointName']} has no S3OutputPath.")
    except RuntimeServiceError as error:
        return error.response(request_id)
    # not the inference's id: AWS does not promise that either
    name, inference = str(uuid.uuid4()), request.setdefault("InferenceId", str(uuid.uuid4()))
    headers = {
        "x-amzn-RequestId": request_id,
        "X-Amzn-SageMaker-OutputLocation": f"{output['S3OutputPath'].rstrip('/')}/{name}.out",
    }
    failure = output.get("S3FailurePath")
    if failure:
        headers["X-Amzn-SageMaker-FailureLocation"] = f"{failure.rstrip('/')}/{name}-error.out"
    locations = (headers["X-Amzn-SageMaker-OutputLocation"], headers.get("X-Amzn-SageMaker-FailureLocation"))
    jobs.submit(jobs.Job(entered.endpoint, request, entered.fault, *locations))
    body = json.dumps({"InferenceId": inference})
    return Response(body, HTTPStatus.ACCEPTED, headers, content_type="application/json")

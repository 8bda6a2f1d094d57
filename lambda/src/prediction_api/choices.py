"""What a request asks for besides predictions: an inference id, a variant, a model. Loaded when one may."""

from __future__ import annotations

import json
import re
from copy import copy
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING

from .problem import Problem

if TYPE_CHECKING:
    from typing import Any

    from .function import Request, Service

MEMBERS = ("inference_id", "target_model", "target_variant")
FORMS = {"model": "[!-~][ -~]{0,1023}", "variant": "[A-Za-z0-9](-*[A-Za-z0-9]){0,62}"}


def choose(request: Request, service: Service) -> None:
    """Note what headers ask for, or members of a direct event, which then loses them.

    An inference id that SageMaker would not take is passed over. Raises Problem for a target that is malformed, or not
    among the contract's, and for a model that is missing: an endpoint of several has to be told.
    """
    event, mark, prefix = request.event, "_", ""
    if type(event) is not dict:
        return
    given: dict[str, Any] = event
    if request.http:
        mark, prefix = "-", "x-amzn-sagemaker-"
        given = {name.lower(): value for name, value in request.headers.items()}
    else:
        request.event = {name: value for name, value in event.items() if name not in MEMBERS}
    identifier = str(given.get(f"{prefix}inference{mark}id") or "")
    if re.fullmatch("[!-~][ -~]{0,63}", identifier) and identifier != request.id:
        request.inference_id = identifier
        # the access log has the one, what is captured the other
        print(json.dumps({"level": "INFO", "request_id": request.id, "inference_id": identifier}), flush=True)
    targets, chosen = service.contract.targets, {}
    for kind, form in FORMS.items():
        name = f"{prefix}target{mark}{kind}"
        value = given.get(name)
        if value is not None and kind not in targets:
            raise Problem("target_invalid", f"{name} is not among the contract's payload.targets.")
        if value is not None and re.fullmatch(form, str(value)):
            chosen[f"Target{kind.title()}"] = str(value)
        elif value is not None or kind == "model" in targets:
            raise Problem("target_invalid", f"{name} is {'malformed' if value else 'missing'}.")
    if chosen:
        request.endpoint = endpoint = copy(service.endpoint)
        endpoint.client = SimpleNamespace(invoke_endpoint=partial(endpoint.client.invoke_endpoint, **chosen))
        endpoint.targeted = True

"""Shadow variants: a copy of a share of the requests goes to them, and their answers go nowhere."""

from __future__ import annotations

import logging
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sagemaker_sandbox.sagemaker import capture

if TYPE_CHECKING:
    from sagemaker_sandbox.sagemaker.invocation import Call

LOG = logging.getLogger(__name__)
_COPIES: Final = ThreadPoolExecutor(2, "shadow")


def copy(call: Call) -> None:
    """Send a copy of a request to each shadow of the variant that got it, in proportion of the weights."""
    for shadow in call.fleet.shadows:
        share = shadow.weight / call.variant.weight if call.variant.weight else 0.0
        if random.random() < share:  # noqa: S311  traffic, no secret
            _COPIES.submit(_send, replace(call, variant=shadow, is_copy=True))


def _send(call: Call) -> None:
    try:
        capture.take(call, call.answer())
    except Exception:
        LOG.exception("the shadow %s of endpoint %s broke", call.variant.name, call.endpoint.name)

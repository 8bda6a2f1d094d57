"""Shadow variants: they receive copies of a share of the requests, and their answers are discarded."""

from __future__ import annotations

import logging
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sagemaker_sandbox.sagemaker.runtime import data_capture

if TYPE_CHECKING:
    from sagemaker_sandbox.sagemaker.runtime.invocation import Invocation

LOG = logging.getLogger(__name__)
_COPIES: Final = ThreadPoolExecutor(2, "shadow")


def copy_to_shadows(invocation: Invocation) -> None:
    """Send a copy of a request to each shadow of the variant that received it, in proportion to their weights."""
    for shadow in invocation.fleet.shadows:
        share = shadow.weight / invocation.variant.weight if invocation.variant.weight else 0.0
        if random.random() < share:  # noqa: S311  traffic, no secret
            _COPIES.submit(_send, replace(invocation, variant=shadow, is_copy=True))


def _send(invocation: Invocation) -> None:
    try:
        data_capture.capture(invocation, invocation.answer())
    except Exception:
        LOG.exception("the shadow variant %s of endpoint %s failed unexpectedly", invocation.variant.name, invocation.endpoint.name)

"""Counts of the requests to endpoints, for the testing routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagemaker_sandbox.sagemaker.models import all_endpoints

if TYPE_CHECKING:
    from sagemaker_sandbox.sagemaker.models import Endpoint


class RequestCounts:
    """The ``Endpoints`` that the testing routes report on."""

    def exists(self, endpoint: str) -> bool:
        """Return whether an account has an endpoint with exactly this name."""
        return any(each.name == endpoint for each in _named(endpoint))

    def invocations(self, endpoint: str) -> int:
        """Count the invocations that reached a container of the endpoints with this name."""
        return sum(each.invocations for each in _named(endpoint))

    def traffic(self, endpoint: str) -> dict[str, int]:
        """Count the requests to each variant of the fleets that serve the endpoints with this name."""
        fleets = [each.fleet for each in _named(endpoint) if each.fleet]
        variants = [variant for fleet in fleets for variant in (*fleet.variants, *fleet.shadows)]
        return {variant.name: variant.traffic.count for variant in variants}


def _named(name: str) -> list[Endpoint]:
    return [endpoint for endpoint in all_endpoints() if endpoint.name.lower() == name.lower()]

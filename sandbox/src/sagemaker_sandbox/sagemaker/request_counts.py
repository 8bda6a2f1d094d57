"""Counts of the requests to endpoints, for the testing routes."""

from __future__ import annotations

from sagemaker_sandbox.sagemaker.models import endpoints_named


class RequestCounts:
    """The ``Endpoints`` that the testing routes report on."""

    def invocations(self, endpoint: str) -> int:
        """Count the invocations that reached a container of the endpoints with this name."""
        return sum(each.invocations for each in endpoints_named(endpoint))

    def traffic(self, endpoint: str) -> dict[str, int]:
        """Count the requests to each variant of the fleets that serve the endpoints with this name."""
        fleets = [each.fleet for each in endpoints_named(endpoint) if each.fleet]
        variants = [variant for fleet in fleets for variant in (*fleet.variants, *fleet.shadows)]
        return {variant.name: variant.traffic.count for variant in variants}

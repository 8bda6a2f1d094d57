"""A metric of LocalStack's CloudWatch is the one with exactly the dimensions that a query names.

LocalStack takes for it whatever has these dimensions among others, and names that only begin like those asked for.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from localstack.services.cloudwatch.cloudwatch_database_helper import CloudwatchDatabase

from sagemaker_sandbox.mending import mends

if TYPE_CHECKING:
    from collections.abc import Callable


def mend() -> None:
    """Compare dimensions as AWS does."""

    @mends(CloudwatchDatabase, "get_metric_data_stat")
    def get_metric_data_stat(original: Callable[..., Any], database: Any, *args: Any, **kwargs: Any) -> Any:
        exact = copy.copy(database)
        stored = database._get_ordered_dimensions_with_separator  # noqa: SLF001  LocalStack has no public one
        exact._get_ordered_dimensions_with_separator = lambda dimensions, **_: stored(dimensions)  # noqa: SLF001
        return original(exact, *args, **kwargs)

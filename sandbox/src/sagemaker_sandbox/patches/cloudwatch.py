"""CloudWatch matches a metric by exactly the dimensions that a query names.

LocalStack returns every metric that has these dimensions among others, and matches names by prefix.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from localstack.services.cloudwatch.cloudwatch_database_helper import CloudwatchDatabase
from localstack.utils.patch import patch

if TYPE_CHECKING:
    from collections.abc import Callable


def apply_patches() -> None:
    """Compare dimensions as AWS does."""

    @patch(CloudwatchDatabase.get_metric_data_stat)
    def get_metric_data_stat(original: Callable[..., Any], database: Any, *args: Any, **kwargs: Any) -> Any:
        exact = copy.copy(database)
        stored = database._get_ordered_dimensions_with_separator  # noqa: SLF001  LocalStack has no public one
        exact._get_ordered_dimensions_with_separator = lambda dimensions, **_: stored(dimensions)  # noqa: SLF001
        return original(exact, *args, **kwargs)

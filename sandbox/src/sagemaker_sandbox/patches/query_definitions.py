"""CloudWatch Logs: saved queries of Logs Insights, which LocalStack does not have. They are stored but do not run.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html
"""

from __future__ import annotations

import threading
import time
import uuid
from typing import TYPE_CHECKING, Any, Final

from localstack.aws.api.logs import LogsApi, ResourceNotFoundException
from localstack.services.stores import AccountRegionBundle, BaseStore, LocalAttribute
from localstack.utils.patch import patch

if TYPE_CHECKING:
    from collections.abc import Callable

    from localstack.aws.api import RequestContext

    from sagemaker_sandbox.aws.types import Json

_LOCK: Final = threading.Lock()


class QueryStore(BaseStore):
    """The saved queries of one account in one Region, by ID."""

    definitions: dict[str, Json] = LocalAttribute(default=dict)  # type: ignore[assignment]


query_stores: AccountRegionBundle[QueryStore] = AccountRegionBundle("logs", QueryStore)


def apply_patches() -> None:
    """Add the operations on saved queries."""

    @patch(LogsApi.put_query_definition)
    def put_query_definition(
        _original: Callable[..., Any], _self: LogsApi, context: RequestContext, name: str, query_string: str, **others: Any
    ) -> Json:
        with _LOCK:
            stored = _stored(context)
            identity = others.get("query_definition_id") or str(uuid.uuid4())
            if others.get("query_definition_id") and identity not in stored:
                raise _missing()
            stored[identity] = {
                "queryDefinitionId": identity,
                "name": name,
                "queryString": query_string,
                "queryLanguage": others.get("query_language") or "CWLI",
                "logGroupNames": others.get("log_group_names") or [],
                "lastModified": time.time_ns() // 1_000_000,
            }
        return {"queryDefinitionId": identity}

    @patch(LogsApi.describe_query_definitions)
    def describe_query_definitions(_original: Callable[..., Any], _self: LogsApi, context: RequestContext, **others: Any) -> Json:
        prefix = others.get("query_definition_name_prefix") or ""
        with _LOCK:
            found = list(_stored(context).values())
        return {"queryDefinitions": [each for each in found if each["name"].startswith(prefix)]}

    @patch(LogsApi.delete_query_definition)
    def delete_query_definition(
        _original: Callable[..., Any], _self: LogsApi, context: RequestContext, query_definition_id: str, **_: Any
    ) -> Json:
        with _LOCK:
            if _stored(context).pop(query_definition_id, None) is None:
                raise _missing()
        return {"success": True}


def _stored(context: RequestContext) -> dict[str, Json]:
    return query_stores[context.account_id][context.region].definitions


def _missing() -> ResourceNotFoundException:
    return ResourceNotFoundException("The specified query definition does not exist.")

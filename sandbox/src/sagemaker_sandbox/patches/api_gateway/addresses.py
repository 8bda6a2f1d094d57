"""The address of an API in documents that the API itself returns.

On AWS, it is https:// with $context.domainName and the stage or base path of $context.path. In the sandbox, an API without a domain name of
its own is reached at a path of the sandbox's address, by plain HTTP.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rolo.response import Response

# RestApiInvocationContext, whose fields are all annotated as optional, and all set by the time a step sees it
type Context = Any


def localize(context: Context, response: Response) -> None:
    """Write the address at which the sandbox was asked in the response of a mock integration."""
    if not context.integration or context.integration["type"] != "MOCK" or not context.request.path.startswith("/_aws/execute-api/"):
        return
    host = context.context_variables["domainName"]
    of_aws, here = f"https://{host}/{context.stage}", f"http://{host}/_aws/execute-api/{context.api_id}/{context.stage}"
    if of_aws.encode() in response.data:
        response.data = response.data.replace(of_aws.encode(), here.encode())

"""OpenAPI documents with API Gateway's extensions, as far as rules on REST APIs and on HTTP APIs read them alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from compliance_rules.plan import Json


def requires(operation: Json, schemes: Json, accepts: Callable[[Json], bool]) -> bool:
    """Return whether an operation requires IAM, or in each of its alternatives a security scheme that is accepted.

    API Gateway ignores the document's root-level `security` and schemes that the document does not declare.
    """
    if operation.get("x-amazon-apigateway-auth", {}).get("type", "").upper() == "AWS_IAM":
        return True
    alternatives = operation.get("security", [])
    return bool(alternatives) and all(any(accepts(schemes.get(name, {})) for name in alternative) for alternative in alternatives)

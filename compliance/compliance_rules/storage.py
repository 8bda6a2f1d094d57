"""Rules on buckets, and on tags."""

from __future__ import annotations

import json

from compliance_rules.plan import Json, Resource, is_same, listed, of_types


def buckets_over_tls(resources: list[Resource]) -> list[str]:
    """Find buckets without a policy that denies requests without TLS."""
    policies = of_types(resources, "aws_s3_bucket_policy")
    return [
        f"{bucket.address}: accepts requests without TLS; add aws_s3_bucket_policy that denies them (aws:SecureTransport)"
        for bucket in of_types(resources, "aws_s3_bucket")
        if not _requires_tls(bucket.values.get("policy"))
        and not any(is_same(policy, bucket, "bucket", "bucket") and _may_require_tls(policy) for policy in policies)
    ]


def _may_require_tls(policy: Resource) -> bool:
    return "policy" not in policy.values or _requires_tls(policy.values["policy"])


def _requires_tls(text: str | None) -> bool:
    try:
        return any(_denies_plain_http(statement) for statement in listed(json.loads(text or "{}").get("Statement")))
    except (ValueError, AttributeError):
        return False


def _denies_plain_http(statement: Json) -> bool:
    condition = statement.get("Condition", {}).get("Bool", {})
    keys = {str(key).lower(): str(value).lower() for key, values in condition.items() for value in listed(values)}
    actions = {str(action).lower() for action in listed(statement.get("Action"))}
    everyone = statement.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
    return statement.get("Effect") == "Deny" and everyone and bool(actions & {"*", "s3:*"}) and keys.get("aws:securetransport") == "false"


REQUIRED_TAGS = ("environment", "owner")


def tags_present(resources: list[Resource], tags: tuple[str, ...] = REQUIRED_TAGS) -> list[str]:
    """Find resources that support tags and lack one of these, in any case. Tags that are unknown until apply pass."""
    return [
        f"{resource.address}: lacks the tags {' and '.join(missing)}; set tags, or default_tags of the provider"
        for resource in resources
        if (missing := [tag for tag in tags if tag not in _tags(resource, tags)])
    ]


def _tags(resource: Resource, required: tuple[str, ...]) -> set[str]:
    """Return the names of a resource's tags in lower case; the required ones for a resource that has none, or unknown ones."""
    attribute = "tags_all" if "tags_all" in resource.values else "tags"
    if attribute not in resource.values:
        return set(required)
    return {str(name).lower() for name in resource.values[attribute] or {}}

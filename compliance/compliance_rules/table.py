"""The only table of the rules: the scenario and its sentence, its profile, and the controls of others with the same requirement.

Security Hub and NIST SP 800-53 rev. 5: controls.py, whose source is AWS. A control that checks another type of resource, or that a plan
could break without breaking the rule, is not named. Rules without a control of Security Hub, or whose control is related to no requirement,
have requirements of NIST that this project chose by their text; those of log groups are among the ones that prowler 5 maps its checks to.
checkov: the policies of version 3.3.30; a test looks them up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from compliance_rules import apis, endpoints, functions, policies, storage

if TYPE_CHECKING:
    from compliance_rules.plan import Rule

BASELINE, PRODUCTION, HARDENED = "baseline", "production", "hardened"
PROFILES = (BASELINE, PRODUCTION, HARDENED)


class Entry(NamedTuple):
    """A rule with its scenario, sentence and profile, what it requires, and the controls of others."""

    rule: Rule
    profile: str
    scenario: str
    sentence: str
    requirement: str
    security_hub: str = ""
    checkov: str = ""
    nist: str = ""

    @property
    def name(self) -> str:
        """Return the rule's name in reports."""
        return self.scenario.lower().replace(" ", "-")


TABLE = (
    Entry(
        policies.actions_without_wildcards, BASELINE, "Every action is spelled out", "every allowed action must be spelled out",
        "no policy of a role, user or group allows an action with `*` or `?`, or uses `NotAction`",
        "IAM.1, IAM.21", "CKV_AWS_62, CKV_AWS_63", "AC-3, AC-6",
    ),
    Entry(
        policies.resources_without_wildcards, BASELINE, "Every resource is named", "every allowed resource must be named",
        "no such policy applies to `*` or to all of a service, or uses `NotResource`; actions without a resource type apply to `*`",
        "", "CKV_AWS_355", "AC-3, AC-6",
    ),
    Entry(
        policies.no_full_access, BASELINE, "No full access is attached", "no attached policy may give full access",
        "the name of no attached policy contains FullAccess, Administrator or PowerUser", "", "CKV_AWS_274", "AC-6",
    ),
    Entry(
        policies.invoke_on_named_endpoints, BASELINE, "Only named endpoints are invoked",
        "sagemaker:InvokeEndpoint must be allowed on named endpoints only",
        "each grant of `sagemaker:InvokeEndpoint`, including those by a wildcard, names its endpoint in full, or up to a "
        "digest of eight characters (`demand-????????`)", "", "", "AC-6",
    ),
    Entry(
        functions.permissions_with_a_source, BASELINE, "Every permission names its source", "every permission must name its source",
        "each `aws_lambda_permission` has a source ARN with Region, account and name",
        "Lambda.1", "CKV_AWS_301, CKV_AWS_364", "AC-3",
    ),
    Entry(
        functions.functions_traced, BASELINE, "Every function is traced", "every function must be traced",
        "`tracing_config` is `Active`", "Lambda.7", "CKV_AWS_50", "CA-7",
    ),
    Entry(
        functions.logs_expire, BASELINE, "Every log group expires", "every log group must expire",
        "`retention_in_days` is set and not 0", "", "CKV_AWS_66", "SI-12",
    ),
    Entry(
        apis.operations_need_a_credential, BASELINE, "Every operation needs a credential", "every operation must need a credential",
        "each operation in an API's body, except for those of type `mock` and `GET /docs/{file}` of a function whose name ends in "
        "`-docs` (the files of the API reference), each `aws_api_gateway_method` and each route of an HTTP API but `OPTIONS`, the "
        "connection to a WebSocket API and each function URL requires a key, IAM or an authorizer",
        "", "CKV_AWS_59, CKV_AWS_258", "AC-3",
    ),
    Entry(
        apis.stages_throttled, BASELINE, "Every stage is throttled", "every stage must be throttled",
        "`*/*` of every stage, or the default route of an HTTP or WebSocket API, has a rate and a burst, and no method or route "
        "overrides them", "", "", "SC-5",
    ),
    Entry(
        apis.usage_plans_finite, BASELINE, "Every usage plan is finite", "every usage plan must be finite",
        "rate, burst and quota are set, for at least one stage", "", "", "SC-5",
    ),
    Entry(
        apis.stages_traced, BASELINE, "Every stage is traced", "every stage must be traced",
        "`xray_tracing_enabled` is true", "APIGateway.3", "CKV_AWS_73", "CA-7",
    ),
    Entry(
        apis.stages_logged, BASELINE, "Every stage has an access log", "every stage must have an access log",
        "`access_log_settings` has a destination", "APIGateway.9", "CKV_AWS_76", "AU-2, AU-12",
    ),
    Entry(
        apis.data_not_traced, BASELINE, "No data is traced", "no data may be traced",
        "`data_trace_enabled` is not true: it writes requests and responses to the log", "", "CKV_AWS_276", "AU-3(3)",
    ),
    Entry(
        apis.credentials_of_one_origin, BASELINE, "Credentials come from named origins", "credentials must come from named origins",
        "no response of an API and no function URL allows every origin (`*`) together with credentials", "", "CKV2_AWS_75", "AC-4",
    ),
    Entry(
        functions.runtimes_supported, BASELINE, "Every runtime is supported", "every runtime must be supported",
        "`runtime` is one that AWS supports", "Lambda.2", "CKV_AWS_363", "SI-2",
    ),
    Entry(
        functions.timeouts_ordered, BASELINE, "Timeouts are ordered", "timeouts must be ordered",
        "a call to the model ends before the function's `timeout`, and the function before the integration (29 s, or 30 s for an HTTP "
        "API, unless it sets less)",
        "", "", "SC-5",
    ),
    Entry(
        endpoints.rollback_wired, BASELINE, "Alarms roll updates back", "alarms must roll updates back",
        "each endpoint's `auto_rollback_configuration` has an alarm", "", "", "CM-3, SI-4",
    ),
    Entry(
        storage.buckets_over_tls, BASELINE, "Every bucket requires TLS", "every bucket must require TLS",
        "each `aws_s3_bucket` has a policy that denies everyone's requests without `aws:SecureTransport`", "S3.5", "", "SC-8",
    ),
    Entry(
        endpoints.models_isolated, BASELINE, "Every model is isolated", "every model must be isolated",
        "`enable_network_isolation` is true; serverless endpoints do not support it, and pass", "SageMaker.5", "CKV_AWS_370", "SC-7",
    ),
    Entry(
        endpoints.two_instances, PRODUCTION, "Every variant has two instances", "every variant must have two instances",
        "`initial_instance_count`, or the minimum of managed scaling where it is used, is 2 or more, and so is the `min_capacity` of each "
        "autoscaling target and scheduled action; serverless and asynchronous endpoints pass",
        "SageMaker.4", "", "CP-10, SC-36",
    ),
    Entry(
        functions.concurrency_reserved, PRODUCTION, "Every function reserves concurrency", "every function must reserve concurrency",
        "`reserved_concurrent_executions` is above 0", "", "CKV_AWS_115", "SC-5",
    ),
    Entry(
        storage.tags_present, PRODUCTION, "Every resource is tagged", "every resource must be tagged",
        "each resource that supports tags has `environment` and `owner`, in any case", "IAM.24, Lambda.6", "", "CM-8",
    ),
    Entry(
        functions.logs_kept_for_a_year, HARDENED, "Logs are kept for a year", "logs must be kept for a year",
        "`retention_in_days` is 365 or more", "CloudWatch.16", "CKV_AWS_338", "AU-11",
    ),
    Entry(
        functions.logs_encrypted, HARDENED, "Every log group is encrypted", "every log group must be encrypted",
        "`kms_key_id` is set", "", "CKV_AWS_158", "AU-9(3), SC-28(1)",
    ),
    Entry(
        endpoints.configurations_encrypted, HARDENED, "Every volume is encrypted", "every volume must be encrypted",
        "`kms_key_arn` of each endpoint configuration is set, unless its instances have local storage or none",
        "", "CKV_AWS_98", "SC-28(1)",
    ),
    Entry(
        endpoints.captures_encrypted, HARDENED, "Captured data is encrypted", "captured data must be encrypted",
        "`data_capture_config.kms_key_id` is set wherever requests are captured", "", "", "SC-28(1)",
    ),
    Entry(
        apis.stages_behind_a_web_acl, HARDENED, "Every public stage has a web ACL", "every public stage must have a web ACL",
        "an `aws_wafv2_web_acl_association` names each stage of an API that is not private", "APIGateway.4", "CKV2_AWS_29", "AC-4(21)",
    ),
    Entry(
        apis.operations_authorized, HARDENED, "Every public operation is authorized", "every public operation must be authorized",
        "each operation of an API that is not private, with the same exceptions, requires IAM or an authorizer; a key alone does not "
        "authenticate", "",
        "CKV_AWS_59", "AC-3",
    ),
)  # fmt: skip

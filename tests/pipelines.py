"""Pipelines that apply with their role alone: root modules, the calls recorded of them, and the policies that must allow these."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moto.iam.access_control import PermissionResult
from sagemaker_sandbox.aws.policies import AccessRequest, evaluate_policies

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

type Json = dict[str, Any]

RECORDED = Path(__file__).parent / "deployer" / "recorded.json"
SANDBOX_ACCOUNT, REGION = "000000000000", "us-east-1"
STATES = "pipeline-states"
PHASES = ("apply", "plan", "update", "replacement", "destroy")


@dataclass(frozen=True)
class Example:
    """A root module: the name of its deployment, the buckets that it creates, and further inputs of its deployer, as HCL."""

    name: str
    buckets: tuple[str, ...] = ()
    further: str = ""


EXAMPLES = {
    "bikeshare": Example("bikeshare", ("bikeshare",)),
    "serverless": Example("bikeshare-serverless", ("bikeshare-serverless",), "uses = { autoscaling = true }"),
    "asynchronous": Example("bikeshare-async", ("bikeshare-async", "bikeshare-async-calls"), "uses = { autoscaling = true }"),
}
BACKEND = """
terraform {{
  backend "s3" {{
    bucket         = "{bucket}"
    key            = "{name}/terraform.tfstate"
    region         = "{region}"
    use_lockfile   = true
    use_path_style = true
  }}
}}
"""
# by phase: what is replaced in an example's main.tf
CHANGES: dict[str, dict[str, str]] = {
    "update": {
        "  model    = { artifact = module.artifact.uri }\n": """
  model    = { artifact = module.artifact.uri, environment = { UPDATE = "1" } }
  handler  = { memory_size_in_mb = 512, reserved_concurrent_executions = 5, log_retention_in_days = 30 }
  api = {
    throttle              = { rate_per_second = 5, burst = 6 }
    log_retention_in_days = 30
    auth = { key = { clients = {
      default = { rate_per_second = 3, burst = 6 }
      other   = { rate_per_second = 3, burst = 6 }
    } } }
  }
""",
        "utilization_percent = 70": "utilization_percent = 60",
        "backlog_per_instance = 5": "backlog_per_instance = 4",
    },
    # another interface gets another endpoint: docs/decisions/0026-an-endpoint-for-each-interface.md
    "replacement": {
        'contract.yaml"))': 'contract.yaml")), { payload = { accept = "text/csv" } })',
        "yamldecode(": "merge(yamldecode(",
        "reserved_concurrent_executions = 5, ": "",
    },
}


def deployer(pipeline: str, account: str, further: str = "") -> str:
    """Return the call of modules/deployer for a root module; ``further`` is HCL inside of it."""
    made = EXAMPLES[pipeline]
    created = [f"{name}-{account}-{REGION}" for name in made.buckets]
    return f"""
module "{pipeline}" {{
  source = "../modules/deployer"

  name    = "{made.name}"
  buckets = {{ created = {json.dumps(created)} }}
  state   = {{ bucket = "{STATES}", key = "{made.name}/terraform.tfstate" }}
  {made.further}
  {further}
}}
"""


def changed(text: str, phase: str) -> str:
    """Return an example's main.tf as a phase changes it."""
    for before, after in CHANGES.get(phase, {}).items():
        text = text.replace(before, after)
    return text


# ---- recorded permissions


def normalized(calls: Iterable[Json], role: str) -> list[Json]:
    """Return the permissions that a role's calls needed, each once, with zeros for digests and IDs."""
    found = {
        json.dumps(
            {
                "action": each["action"],
                "resource": _without_ids(each["resource"]),
                **({"context": each["context"]} if each["context"] else {}),
            },
            sort_keys=True,
        )
        for call in calls
        if f":assumed-role/{role}/" in call["caller"]
        for each in call["permissions"]
    }
    return [json.loads(text) for text in sorted(found)]


def _without_ids(arn: str) -> str:
    """Replace what differs between two applies; the number of characters stays where a policy counts them."""
    arn = re.sub(r"(?<=-)[0-9a-f]{8}(?=$|[:/-])", "0" * 8, arn)
    arn = re.sub(r"(?<=-)[0-9a-f]{6}(?=-endpoint$)", "0" * 6, arn)
    arn = re.sub(r"(?<=scalable-target/)[0-9a-f]{32}", "0" * 32, arn)
    arn = re.sub(r"(?<=/)[0-9a-f]{64}(?=/)", "0" * 64, arn)
    return re.sub(r"((?:restapis|deployments|apikeys|usageplans|keys)(?:/|%2F))[a-z0-9]+", rf"\g<1>{'0' * 10}", arn)


def recorded(account: str) -> dict[str, dict[str, list[AccessRequest]]]:
    """Return the committed permissions by example and phase, as of an account."""
    document = json.loads(RECORDED.read_text(encoding="utf-8").replace(SANDBOX_ACCOUNT, account))
    return {
        example: {phase: [_request(each) for each in permissions] for phase, permissions in phases.items()}
        for example, phases in document["permissions"].items()
    }


def _request(permission: Json) -> AccessRequest:
    return AccessRequest(permission["action"], permission["resource"], {"ec2:Region": REGION} | permission.get("context", {}))


@dataclass(frozen=True)
class Policy:
    """A policy's statements, and what they allow."""

    statements: tuple[Json, ...]

    def allows(self, request: AccessRequest) -> bool:
        """Return whether the statements allow one request."""
        return evaluate_policies([{"Statement": list(self.statements)}], request) is PermissionResult.PERMITTED

    def denied(self, requests: Iterable[AccessRequest]) -> list[AccessRequest]:
        """Return the requests that are not allowed."""
        return [request for request in requests if not self.allows(request)]

    def without(self, sid: str) -> Policy:
        """Return the policy without one statement."""
        return Policy(tuple(each for each in self.statements if each["Sid"] != sid))

    def needed(self, requests: Iterable[AccessRequest]) -> set[str]:
        """Return the names of the statements without which one of the requests is denied."""
        parts = [Policy((each,)) for each in self.statements]
        allowing = [[part for part in parts if part.allows(request)] for request in requests]
        return {part.sids[0] for (part,) in (each for each in allowing if len(each) == 1)}

    @property
    def sids(self) -> list[str]:
        """The names of the statements."""
        return [each["Sid"] for each in self.statements]

    @property
    def actions(self) -> set[str]:
        """Every action that the policy names."""
        return {action for each in self.statements for action in _listed(each["Action"])}

    @classmethod
    def of(cls, *documents: str) -> Policy:
        """Parse policy documents."""
        return cls(tuple(each for document in documents for each in json.loads(document)["Statement"]))


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def all_of(phases: Mapping[str, list[AccessRequest]]) -> list[AccessRequest]:
    """Return the permissions of every phase, each once."""
    found: list[AccessRequest] = []
    for each in (each for permissions in phases.values() for each in permissions):
        if each not in found:
            found.append(each)
    return found

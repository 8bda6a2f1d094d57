"""Plans without AWS: the real Terraform and provider, in a copy of the tree, and an STS with one account."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

from provider import VARIABLE, attached
from sagemaker_sandbox.host import environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TREE = Path(__file__).resolve().parents[1]

type Json = dict[str, Any]

# A plan asks AWS only for the identity of its credentials.
_IDENTITY = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/planner</Arn><UserId>AIDAPLANNER</UserId><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""


class Plan(NamedTuple):
    """A plan as `terraform show -json` prints it, the plan's file, and Terraform's warnings."""

    document: Json
    file: Path
    warnings: list[str]

    def resources(self, kind: str) -> list[Json]:
        """Return the planned values of every resource of a type."""
        return [made["values"] for made in _resources(self.document["planned_values"]["root_module"]) if made["type"] == kind]


class Planner:
    """Plans root modules of one copy of the tree; each only once."""

    def __init__(self, tree: Path, variables: Mapping[str, str]) -> None:
        """Use a copy of the tree, and the environment variables for Terraform."""
        self.tree = tree
        self._variables = variables
        self._plans: dict[Path, Plan] = {}

    def plan(self, folder: str, *, shared: bool = True) -> Plan:
        """Return the plan of a root module, named by its path in the tree. AssertionError if Terraform fails.

        The shared process of the provider holds one configuration. Modules that configure it differently need their own processes.
        """
        root = self.tree / folder
        if root not in self._plans:
            self._plans[root] = self._planned(root, shared=shared)
        return self._plans[root]

    def provider_schema(self, folder: str) -> Json:
        """Return the block that the AWS provider of a root module declares per resource type, and per `data.` source."""
        self.plan(folder)  # initializes the root module
        shown = json.loads(self._terraform(self.tree / folder, "providers", "schema", "-json"))
        (provider,) = (schema for name, schema in shown["provider_schemas"].items() if name.endswith("/hashicorp/aws"))
        data = {f"data.{name}": schema for name, schema in provider["data_source_schemas"].items()}
        return {name: schema["block"] for name, schema in (provider["resource_schemas"] | data).items()}

    def _planned(self, root: Path, *, shared: bool) -> Plan:
        _make_artifacts(root)
        self._terraform(root, "init", "-input=false", "-no-color", shared=shared)
        lines = self._terraform(root, "plan", "-input=false", "-json", "-out=made.tfplan", shared=shared)
        shown = self._terraform(root, "show", "-json", "made.tfplan", shared=shared)
        file = root / "made.json"
        file.write_text(shown, encoding="utf-8")
        return Plan(json.loads(shown), file, _diagnostics(lines, "warning"))

    def _terraform(self, root: Path, *arguments: str, shared: bool = True) -> str:
        done = subprocess.run(
            ["terraform", f"-chdir={root}", *arguments],
            env={name: value for name, value in self._variables.items() if shared or name != VARIABLE},
            capture_output=True,
            text=True,
            check=False,
        )
        said = "\n".join(_diagnostics(done.stdout, "error")) or done.stdout + done.stderr
        assert done.returncode == 0, f"terraform {arguments[0]} in {root}:\n{said}"
        return done.stdout


@contextmanager
def planning(folder: Path) -> Iterator[Planner]:
    """Copy the tree into the folder and yield a planner of the copy; the tree itself does not change."""
    tree = folder / "tree"
    shutil.copytree(TREE, tree, ignore=shutil.ignore_patterns(".*", "__pycache__", "*.tfstate*", "*.egg-info"))
    sts = ThreadingHTTPServer(("127.0.0.1", 0), _Sts)
    Thread(target=sts.serve_forever, daemon=True).start()
    try:
        with attached(folder / "provider", environment.applied(folder, sts.server_port)) as variables:
            yield Planner(tree, variables)
    finally:
        sts.shutdown()
        sts.server_close()


class _Sts(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        known = b"Action=GetCallerIdentity" in asked
        self.send_response(200 if known else 501)
        self.end_headers()
        self.wfile.write(_IDENTITY if known else b"")

    def log_message(self, *_: object) -> None:
        pass


def _diagnostics(output: str, severity: str) -> list[str]:
    """Return the problems in the output of `terraform -json`, with their places."""
    events = [json.loads(line) for line in output.splitlines() if line.startswith('{"@level"')]
    found = [event["diagnostic"] for event in events if event["type"] == "diagnostic"]
    return [
        " ".join(filter(None, [complaint.get("address"), f"{complaint.get('range', {}).get('filename')}:"]))
        + f" {complaint['summary']}: {complaint['detail']}"
        for complaint in found
        if complaint["severity"] == severity
    ]


def _resources(module: Json) -> Iterator[Json]:
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from _resources(child)


def _make_artifacts(root: Path) -> None:
    """Write placeholders for the files that training creates: a plan needs only their digests."""
    for source in root.glob("*.tf"):
        for artifact in re.findall(r"(?:\.\./[\w-]+/)?\.build/[\w.-]+", source.read_text(encoding="utf-8")):
            (root / artifact).parent.mkdir(exist_ok=True)
            (root / artifact).touch()

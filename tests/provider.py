"""One process of the AWS provider for many runs of Terraform.

Terraform starts the provider several times in each run, which costs more CPU than most plans. A provider that was started with `-debug`
serves any number of runs, one at a time, and prints the variable that makes Terraform use it:
https://developer.hashicorp.com/terraform/plugin/debugging#starting-a-provider-in-debug-mode
Terraform calls it through reduced_schema.py.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import reduced_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import grpc

TREE = Path(__file__).resolve().parents[1]
VARIABLE = "TF_REATTACH_PROVIDERS"


class Provider:
    """A running provider. It reads files by the relative paths of one root module, and starts again for another one."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        """Install the provider in a new folder; it runs with a client's environment."""
        self._binary = _binary(folder, environment)
        # it logs everything unless told otherwise, and cannot be configured twice with a bundle of certificates
        self._environment = {**environment, "TF_LOG_SDK": "OFF", "TF_LOG_PROVIDER": "OFF"}
        self._environment.pop("AWS_CA_BUNDLE", None)
        self._root: Path | None = None
        self._process: subprocess.Popen[str] | None = None
        self._server: grpc.Server | None = None
        self._announced = ""

    def variables(self, root: Path) -> dict[str, str]:
        """Return the variable for Terraform in a root module."""
        if root != self._root:
            self.stop()
            self._start(root)
        return {VARIABLE: self._announced}

    def stop(self) -> None:
        """End the process, if there is one."""
        if self._server:
            self._server.stop(None).wait()
        if self._process:
            self._process.kill()
            self._process.communicate()
        self._root = self._process = self._server = None

    def _start(self, root: Path) -> None:
        command = [self._binary, "-debug"]
        self._process = subprocess.Popen(
            command, cwd=root, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._root = root
        assert self._process.stdout
        line = next(line.strip() for line in self._process.stdout if line.strip().startswith(f"{VARIABLE}='"))
        announced = json.loads(line.partition("=")[2].strip("'"))
        (address,) = (provider["Addr"] for provider in announced.values())
        self._server, own = reduced_schema.serve(f"unix:{address['String']}")
        address |= {"Network": "tcp", "String": own}
        self._announced = json.dumps(announced)


@contextmanager
def attached(folder: Path, environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Start a provider that reads no files by relative paths, as for plans; yield the environment for Terraform. `folder` is created."""
    provider = Provider(folder, environment)
    try:
        yield {**environment, **provider.variables(folder)}
    finally:
        provider.stop()


def _binary(folder: Path, environment: Mapping[str, str]) -> Path:
    """Return the provider that Terraform installs for the module."""
    folder.mkdir()
    shutil.copy(TREE / "versions.tf", folder)
    subprocess.run(["terraform", f"-chdir={folder}", "init", "-input=false"], env=environment, check=True, capture_output=True)
    return next(folder.glob(".terraform/providers/*/hashicorp/aws/*/*/terraform-provider-aws*"))

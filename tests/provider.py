"""One process of the AWS provider for many runs of Terraform.

Terraform starts the provider several times in each run, which costs more CPU than most plans. A provider that was started with `-debug`
serves any number of runs, one at a time, and prints the variable that makes Terraform use it:
https://developer.hashicorp.com/terraform/plugin/debugging#starting-a-provider-in-debug-mode
"""

from __future__ import annotations

import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TREE = Path(__file__).resolve().parents[1]
VARIABLE = "TF_REATTACH_PROVIDERS"


@contextmanager
def attached(folder: Path, environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Start the provider with a client's environment; yield that environment with the variable. `folder` is created."""
    # it logs everything unless told otherwise, and cannot be configured twice with a bundle of certificates
    settings = {**environment, "TF_LOG_SDK": "OFF", "TF_LOG_PROVIDER": "OFF"}
    settings.pop("AWS_CA_BUNDLE", None)
    command = [_binary(folder, environment), "-debug"]
    with subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as provider:
        assert provider.stdout
        try:
            announced = next(line.partition("=")[2].strip() for line in provider.stdout if line.strip().startswith(f"{VARIABLE}='"))
            # Terraform decodes the provider's schema in each run, and collects garbage for a third of that time
            yield {**environment, VARIABLE: announced.strip("'"), "GOGC": "400"}
        finally:
            provider.kill()


def _binary(folder: Path, environment: Mapping[str, str]) -> Path:
    """Return the provider that Terraform installs for the module."""
    folder.mkdir()
    shutil.copy(TREE / "versions.tf", folder)
    subprocess.run(["terraform", f"-chdir={folder}", "init", "-input=false"], env=environment, check=True, capture_output=True)
    return next(folder.glob(".terraform/providers/*/hashicorp/aws/*/*/terraform-provider-aws*"))

# SPDX-License-Identifier: Apache-2.0
"""A plan of the configuration in the current folder: the file that is applied later, and its JSON. Both contain secrets."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from .errors import PipelineError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# `terraform plan -detailed-exitcode`: https://developer.hashicorp.com/terraform/cli/commands/plan#detailed-exitcode
EMPTY, CHANGES = 0, 2
LOCK_TIMEOUT = "5m"
PRIVATE = 0o077


def plan(file: Path, document: Path, var_files: Sequence[Path], *, lock: bool) -> bool:
    """Write the plan and its JSON, readable by their owner only; return whether it changes anything. Raises PipelineError.

    A lock is an object next to the state, which a role that only reads cannot write. Without it, a plan made during an apply may be out of
    date. Nothing is lost: an apply locks the state, and Terraform rejects a plan of an older state as stale.
    """
    for one in var_files:
        if not one.is_file():
            raise PipelineError(
                f"{one} is not a file of variables. Write paths relative to the root module: common.tfvars production.tfvars"
            )
    os.umask(PRIVATE)
    for old in (file, document):
        old.unlink(missing_ok=True)  # an existing file would keep its permissions
    locking = f"-lock-timeout={LOCK_TIMEOUT}" if lock else "-lock=false"
    options = ["-input=false", locking, "-detailed-exitcode", f"-out={file}"]
    code = _terraform("plan", *options, *(f"-var-file={one}" for one in var_files)).returncode
    if code not in {EMPTY, CHANGES}:
        raise PipelineError("terraform plan failed; its messages are above")
    with document.open("wb") as output:
        if subprocess.run(["terraform", "show", "-json", file], stdout=output, check=False).returncode:
            raise PipelineError(f"terraform show could not read {file}")
    return code == CHANGES


def _terraform(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["terraform", *arguments], check=False)
    except FileNotFoundError:
        raise PipelineError("terraform is not installed, or not in PATH") from None

"""LocalStack's index of all AWS services: built once for a Python environment, because each start would need seconds for it.

LocalStack's own image has the index as a static library; ``python -m localstack.aws.spec`` writes it there.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from sagemaker_sandbox.host import settings

_STATIC_LIBRARIES = "usr/lib/localstack"


def link(root: Path) -> None:
    """Make LocalStack in ``root`` read the environment's index, and build that first if it does not exist.

    If the environment cannot be written to, or the index not be built, LocalStack builds one in ``root``.
    """
    folder = settings.volume(root) / _STATIC_LIBRARIES
    try:
        shared = _built()
    except (OSError, subprocess.CalledProcessError):
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.unlink(missing_ok=True)
    folder.symlink_to(shared)


def _built() -> Path:
    """Return the folder of the index for the installed versions. Raises ``OSError`` and ``CalledProcessError``."""
    parent = Path(sys.prefix) / "share" / "sagemaker-sandbox"
    folder = parent / "-".join(f"{name}-{metadata.version(name)}" for name in ("localstack-core", "botocore"))
    if not folder.exists():
        parent.mkdir(parents=True, exist_ok=True)
        with (parent / "lock").open("w") as lock:  # several sandboxes may start at once
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                _build(folder)
    return folder


def _build(folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        written = Path(temporary) / _STATIC_LIBRARIES
        written.mkdir(parents=True)
        environment = os.environ | settings.HOST_MODE | {"FILESYSTEM_ROOT": temporary}
        subprocess.run([sys.executable, "-I", "-m", "localstack.aws.spec"], env=environment, check=True)
        written.rename(folder)

"""The LocalStack process: ``python -I -m sagemaker_sandbox.host.process ROOT PORT``, started by ``control``."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from sagemaker_sandbox.host import locks, service_index, settings

LOCK_HELD_ELSEWHERE = 3
PORT_TAKEN = 4


def main() -> int:
    """Serve until a signal ends the process; return one of the codes above if it could not start."""
    root, port = Path(sys.argv[1]), int(sys.argv[2])
    try:
        held = locks.acquire(root / locks.SERVER, port)
    except locks.HeldError:
        return LOCK_HELD_ELSEWHERE
    with held:
        _remove_previous_run(settings.temporary_folder(root))
        service_index.link(root)
        return _serve()


def _serve() -> int:
    # 80 ms: a process that finds the lock held ends without them
    from localstack.runtime.main import main as localstack_main
    from twisted.internet.error import CannotListenError

    try:
        localstack_main()
    except CannotListenError:
        return PORT_TAKEN
    return 0


def _remove_previous_run(temporary: Path) -> None:
    """Truncate the log and empty the temporary folder; only the process that holds the lock does so."""
    os.ftruncate(sys.stdout.fileno(), 0)
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    os.chdir(temporary)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # there is nothing to save, and a normal exit would wait for LocalStack's threads

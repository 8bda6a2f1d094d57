"""The process that is LocalStack: ``python -I -m sagemaker_sandbox.server ROOT PORT``, started by ``control``."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from sagemaker_sandbox import lock, settings

LOCK_HELD_ELSEWHERE = 3
PORT_TAKEN = 4


def main() -> int:
    """Serve until a signal ends the process; returns one of the codes above when it could not begin."""
    root, port = Path(sys.argv[1]), int(sys.argv[2])
    try:
        held = lock.take(root / lock.SERVER, port)
    except lock.HeldError:
        return LOCK_HELD_ELSEWHERE
    with held:
        _start_afresh(settings.temporary_folder(root))
        return _serve()


def _serve() -> int:
    from localstack.runtime.main import main as localstack_main
    from twisted.internet.error import CannotListenError

    try:
        localstack_main()  # type: ignore[no-untyped-call]
    except CannotListenError:
        return PORT_TAKEN
    return 0


def _start_afresh(temporary: Path) -> None:
    """Leave nothing of an earlier run: this process alone has the lock."""
    os.ftruncate(sys.stdout.fileno(), 0)
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    os.chdir(temporary)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # there is nothing to save, and threads that would be waited for

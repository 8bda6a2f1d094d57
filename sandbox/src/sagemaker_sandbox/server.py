"""The process that is LocalStack: ``python -I -m sagemaker_sandbox.server ROOT PORT``, started by ``control``."""

from __future__ import annotations

import sys
from pathlib import Path

from sagemaker_sandbox import lock

LOCK_HELD_ELSEWHERE = 3


def main() -> int:
    """Serve until a signal ends the process; returns LOCK_HELD_ELSEWHERE when the root folder has a server already."""
    root, port = Path(sys.argv[1]), int(sys.argv[2])
    try:
        held = lock.take(root / lock.SERVER, port)
    except lock.HeldError:
        return LOCK_HELD_ELSEWHERE
    with held:
        from localstack.runtime.main import main as localstack_main

        localstack_main()
    return 0


if __name__ == "__main__":
    sys.exit(main())

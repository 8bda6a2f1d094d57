"""`sagemaker-api predict` in processes of its own, which a test can kill.

Each is a fork of this program: its imports take longer than most runs. It prints the process's ID, and its exit code when it has ended.

    python tests/unit/prediction_client.py URL SOURCE OUTPUT CONTRACT KEY    one run for each line of the standard input
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import httpcore  # noqa: F401  httpx imports it late
from prediction_tools.predict.http_access import HttpTransport
from prediction_tools.predict.run import Job, predict
from prediction_tools.predict.transport import Credentials


def main(url: str, source: str, output: str, contract: str, key: str) -> None:
    """Start a run for each line."""
    job = Job(Path(source), Path(output), url, ids=("datetime",), contract=Path(contract), rows=50, connections=2)
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            predict(job, HttpTransport(url, Credentials(key), 20, job.connections))
            return
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

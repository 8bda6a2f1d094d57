"""Send generated requests and direct events to the handler: make fuzz ARGS='--requests 10000 --events 2000 --seed 1'."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "unit"), str(HERE.parent / "lambda" / "src")]

from generated import run  # noqa: E402


def main() -> int:
    """Return 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = run(given.requests, given.events, given.seed, Path(folder))
    print(result)
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

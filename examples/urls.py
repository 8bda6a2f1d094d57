"""Print the URL, key and sample request of an example's API as shell variables, for the place where it is applied.

    eval "$(make urls)"                       of examples/bikeshare
    eval "$(make urls EXAMPLE=asynchronous)"

`sagemaker-api urls` does the same for any folder; this program finds the sandbox of this repository by itself.
"""

import argparse
import sys
from pathlib import Path

from sagemaker_sandbox.host import control

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools" / "src"))

from prediction_tools.stack import StackError, apis  # noqa: E402

SANDBOX = HERE.parent / ".sandbox"


def main() -> int:
    """Print the variables. Return 0, or 1 after printing the error."""
    parser = argparse.ArgumentParser(description="Print the URL, key and sample request of an example's API as shell variables.")
    parser.add_argument("example", nargs="?", default="bikeshare", help="folder in examples (default: %(default)s)")
    example = parser.parse_args().example
    running = control.find(SANDBOX)
    try:
        found = apis(HERE / example, running.url if running else None)
    except StackError as error:
        hint = " The whole example: make demo" if example == "bikeshare" else ""
        print(f"urls: {error}{hint}", file=sys.stderr)
        return 1
    print("\n".join(next(iter(found.values())).exports()))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""``python -m sagemaker_sandbox``."""

import sys

from sagemaker_sandbox.cli import main

sys.exit(main())

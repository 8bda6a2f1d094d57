"""The longest test is for `make extensive`: with it, `make test` takes more than ten minutes on two cores."""

import os

collect_ignore = [] if os.environ.get("EXTENSIVE") else ["test_fragments.py"]

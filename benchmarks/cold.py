"""Print how many seconds of the processor a fresh process takes to be ready. Usage: python cold.py MODULE|bare."""

from time import process_time

START = process_time()

import importlib  # noqa: E402
import sys  # noqa: E402

if sys.argv[1] == "bare":
    import boto3

    boto3.client("sagemaker-runtime")
else:
    importlib.import_module(sys.argv[1])
print(process_time() - START)

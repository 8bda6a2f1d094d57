"""Print how many seconds a fresh process takes to be ready for its first request. Usage: python cold.py MODULE|bare."""

from time import perf_counter

START = perf_counter()

import importlib  # noqa: E402
import sys  # noqa: E402

if sys.argv[1] == "bare":
    import boto3

    boto3.client("sagemaker-runtime")
else:
    importlib.import_module(sys.argv[1])
print(perf_counter() - START)

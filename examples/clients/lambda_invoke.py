"""Invoke the Lambda function directly: the same JSON as the API, without API key and throttling.

Requires `make demo` (or the example applied on AWS) and boto3:

    . .sandbox/env && .venv/bin/python examples/clients/lambda_invoke.py
"""

import json
import subprocess
import sys
from pathlib import Path

import boto3

EXAMPLE = Path(__file__).resolve().parents[1] / "bikeshare"

REQUEST = {
    "instances": [
        {"features": ["2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027]},
        {"features": ["2012-12-19 18:00:00", 4, 0, 1, 1, 15.58, 19.695, 50, 23.9994]},
        {"features": ["2012-12-10 01:00:00", 4, 0, 1, 2, 14.76, 18.94, 100, 0]},
    ],
}

outputs = json.loads(subprocess.check_output(["terraform", f"-chdir={EXAMPLE}", "output", "-json"]))
answer = boto3.client("lambda").invoke(
    FunctionName=outputs["function_name"]["value"],
    Payload=json.dumps(REQUEST),
)
result = json.load(answer["Payload"])
if "predictions" not in result:
    sys.exit(f"no predictions: {json.dumps(result, indent=2)}")
for prediction in result["predictions"]:
    print(prediction)

"""Call the endpoint with boto3: send the model's columns as CSV, and receive one line per row.

Requires `make demo` (or the example applied on AWS) and boto3:

    . .sandbox/env && .venv/bin/python examples/clients/boto3_csv.py
"""

import json
import math
import subprocess
from pathlib import Path

import boto3

EXAMPLE = Path(__file__).resolve().parents[1] / "bikeshare"

# The model's columns in the order of the contract's `columns`; the timestamp is already split into its parts.
ROWS = """\
4,0,1,1,16.4,20.455,50,26.0027,2012,12,19,2,17
4,0,1,1,15.58,19.695,50,23.9994,2012,12,19,2,18
4,0,1,2,14.76,18.94,100,0,2012,12,10,0,1
"""

outputs = json.loads(subprocess.check_output(["terraform", f"-chdir={EXAMPLE}", "output", "-json"]))
answer = boto3.client("sagemaker-runtime").invoke_endpoint(
    EndpointName=outputs["endpoint_name"]["value"],
    ContentType="text/csv",
    Accept="text/csv",
    Body=ROWS,
)
for line in answer["Body"].read().decode().split():
    print(math.expm1(float(line)))  # the model predicts log1p(count)

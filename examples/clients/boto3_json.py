"""Call the endpoint with boto3 and the API's JSON: encode each record as the model's columns, and send CSV.

The endpoint itself does not accept JSON. The contract defines how a record becomes columns. Its encoder, which the Lambda function also
uses, is plain Python without dependencies.

Requires `make demo` (or the example applied on AWS), boto3 and PyYAML:

    . .sandbox/env && .venv/bin/python examples/clients/boto3_json.py
"""

import json
import math
import subprocess
import sys
from pathlib import Path

import boto3

EXAMPLE = Path(__file__).resolve().parents[1] / "bikeshare"
sys.path.insert(0, str(EXAMPLE.parents[1] / "lambda" / "src"))
sys.path.insert(0, str(EXAMPLE.parents[1] / "tools" / "src"))

from prediction_api.training import columns  # noqa: E402
from prediction_tools import contract_file  # noqa: E402

REQUEST = """{"instances": [
  {"features": ["2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027]},
  {"features": ["2012-12-19 18:00:00", 4, 0, 1, 1, 15.58, 19.695, 50, 23.9994]},
  {"features": ["2012-12-10 01:00:00", 4, 0, 1, 2, 14.76, 18.94, 100, 0]}
]}"""

contract = contract_file.read(EXAMPLE / "contract.yaml")
rows = zip(*columns(contract, json.loads(REQUEST)["instances"]), strict=True)  # columns to rows

outputs = json.loads(subprocess.check_output(["terraform", f"-chdir={EXAMPLE}", "output", "-json"]))
answer = boto3.client("sagemaker-runtime").invoke_endpoint(
    EndpointName=outputs["endpoint_name"]["value"],
    ContentType="text/csv",
    Accept="application/json",
    Body="\n".join(",".join(map(str, row)) for row in rows),
)
for prediction in json.load(answer["Body"])["predictions"]:
    print(math.expm1(prediction["score"]))  # the model predicts log1p(count)

"""Time the four ways to call the bike rental model: one row at a time, and 500 rows at a time.

Requires `make demo` (or the example applied on AWS) and the packages in requirements/clients.txt:

    make setup && . .sandbox/env && .venv-clients/bin/python examples/clients/compare.py

Every way returns predictions in the unit of the data, so the endpoint's own are transformed. The connection is open and the function is
warm when the clock starts. In the sandbox, the numbers compare the ways with each other; they are not those of AWS.
"""

import json
import logging
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

os.environ["SAGEMAKER_SUPPRESS_V2_WARNING"] = "1"
logging.disable(logging.INFO)

import boto3  # noqa: E402
import requests  # noqa: E402
from sagemaker.deserializers import CSVDeserializer  # noqa: E402
from sagemaker.predictor import Predictor  # noqa: E402
from sagemaker.serializers import CSVSerializer  # noqa: E402

EXAMPLE = Path(__file__).resolve().parents[1] / "bikeshare"
RECORD = ["2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027]
COLUMNS = [4, 0, 1, 1, 16.4, 20.455, 50, 26.0027, 2012, 12, 19, 2, 17]
SIZES = {1: 60, 500: 12}  # rows of a request, and requests

type Call = Callable[[int], list[float]]


def main() -> int:
    """Print the table. Return 1 if the ways do not agree."""
    outputs = json.loads(subprocess.check_output(["terraform", f"-chdir={EXAMPLE}", "output", "-json"]))
    calls = ways({name: output["value"] for name, output in outputs.items()})
    print(f"{'way':<28}" + "".join(f"{rows:>5} row{'s' * (rows > 1)}: ms  {'rows/s':>8}" for rows in SIZES))
    answers = set()
    for name, call in calls.items():
        line = f"{name:<28}"
        for rows, count in SIZES.items():
            answers.add(round(call(rows)[-1], 6))
            seconds = median(timed(call, rows) for _ in range(count))
            line += f"{1000 * seconds:>14.1f}  {rows / seconds:>8,.0f}"
        print(line)
    if len(answers) > 1:
        print(f"the ways do not agree: {sorted(answers)}", file=sys.stderr)
    return int(len(answers) > 1)


def timed(call: Call, rows: int) -> float:
    """Return the seconds of one call."""
    started = time.perf_counter()
    if len(call(rows)) != rows:
        raise SystemExit("a call returned a different number of predictions than rows sent")
    return time.perf_counter() - started


def ways(outputs: dict[str, Any]) -> dict[str, Call]:
    """Return the ways by name: functions from a number of rows to as many predictions."""
    url = outputs["predictions_url"]
    if sandbox := os.environ.get("AWS_ENDPOINT_URL"):  # the sandbox serves all APIs at one address
        url = f"{sandbox}/_aws/execute-api/{outputs['rest_api_id']}/{outputs['stage_name']}/predictions"
    http = requests.Session()
    http.headers["x-api-key"] = outputs["api_key"]
    function, runtime = boto3.client("lambda"), boto3.client("sagemaker-runtime")
    predictor = Predictor(outputs["endpoint_name"], serializer=CSVSerializer(), deserializer=CSVDeserializer())

    def over_http(rows: int) -> list[float]:
        answer = http.post(url, json={"instances": [RECORD] * rows}, timeout=30)
        answer.raise_for_status()
        return list(answer.json()["predictions"])

    def over_lambda(rows: int) -> list[float]:
        payload = json.dumps({"instances": [RECORD] * rows})
        answer = function.invoke(FunctionName=outputs["function_alias_arn"], Payload=payload)
        return list(json.load(answer["Payload"])["predictions"])

    def over_boto3(rows: int) -> list[float]:
        body = "\n".join([",".join(map(str, COLUMNS))] * rows)
        answer = runtime.invoke_endpoint(EndpointName=outputs["endpoint_name"], ContentType="text/csv", Accept="text/csv", Body=body)
        return [math.expm1(float(line)) for line in answer["Body"].read().split()]

    def over_sdk(rows: int) -> list[float]:
        return [math.expm1(float(line[0])) for line in predictor.predict([COLUMNS] * rows)]

    return {"HTTP with an API key": over_http, "Lambda": over_lambda, "boto3 invoke_endpoint": over_boto3, "SageMaker SDK": over_sdk}


if __name__ == "__main__":
    sys.exit(main())

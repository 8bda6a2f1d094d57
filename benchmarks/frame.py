"""The same handler with pandas, as it is written where a layer with pandas is at hand. It checks nothing."""

import json
import os
from io import BytesIO

import boto3
import numpy as np
import pandas as pd

ENDPOINT_NAME = os.environ["ENDPOINT_NAME"]
client = boto3.client("sagemaker-runtime")


def handler(event: dict[str, str], _context: object) -> dict[str, object]:
    """Answer a REST proxy event."""
    frame = pd.DataFrame([instance["features"] for instance in json.loads(event["body"])["instances"]])
    when = pd.to_datetime(frame.pop(0)).dt
    for name in ("year", "month", "day", "dayofweek", "hour"):
        frame[name] = getattr(when, name)
    body = frame.to_csv(index=False, header=False).encode()
    result = client.invoke_endpoint(EndpointName=ENDPOINT_NAME, Body=body, ContentType="text/csv")
    scores = pd.read_csv(BytesIO(result["Body"].read()), header=None)[0]
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps({"predictions": np.expm1(scores).tolist()}),
    }

"""Call the endpoint with the SageMaker SDK: a `Predictor` sends the model's columns as CSV.

Requires `make demo` (or the example applied on AWS) and the packages in requirements/clients.txt:

    make setup && . .sandbox/env && .venv-clients/bin/python examples/clients/sagemaker_sdk.py
"""

import json
import logging
import math
import os
import subprocess
from pathlib import Path

# Suppress the SDK's notices about a newer version and missing settings.
os.environ["SAGEMAKER_SUPPRESS_V2_WARNING"] = "1"
logging.disable(logging.INFO)

from sagemaker.deserializers import CSVDeserializer  # noqa: E402
from sagemaker.predictor import Predictor  # noqa: E402
from sagemaker.serializers import CSVSerializer  # noqa: E402

EXAMPLE = Path(__file__).resolve().parents[1] / "bikeshare"

# The model's columns in the order of the contract's `columns`; the timestamp is already split into its parts.
COLUMNS = [
    [4, 0, 1, 1, 16.4, 20.455, 50, 26.0027, 2012, 12, 19, 2, 17],
    [4, 0, 1, 1, 15.58, 19.695, 50, 23.9994, 2012, 12, 19, 2, 18],
    [4, 0, 1, 2, 14.76, 18.94, 100, 0, 2012, 12, 10, 0, 1],
]

outputs = json.loads(subprocess.check_output(["terraform", f"-chdir={EXAMPLE}", "output", "-json"]))
predictor = Predictor(
    outputs["endpoint_name"]["value"],
    serializer=CSVSerializer(),
    deserializer=CSVDeserializer(),
)
for line in predictor.predict(COLUMNS):
    print(math.expm1(float(line[0])))  # the model predicts log1p(count)

"""Call the endpoint with version 3 of the SageMaker SDK: `Endpoint.invoke` sends the model's columns as CSV.

Requires `make demo` (or the example applied on AWS) and the packages in requirements/clients-v3.txt:

    make setup && . .sandbox/env && .venv-clients-v3/bin/python examples/clients/sagemaker_sdk_v3.py

Version 3 has no `Predictor`. Its `sagemaker.core` maps each resource of the SageMaker API to a class, and leaves the encoding of a body to
the client.
"""

import json
import logging
import math
import subprocess
from pathlib import Path

logging.disable(logging.INFO)

from sagemaker.core.resources import Endpoint  # noqa: E402

EXAMPLE = Path(__file__).resolve().parents[1] / "bikeshare"

# The model's columns in the order of the contract's `columns`; the timestamp is already split into its parts.
ROWS = """\
4,0,1,1,16.4,20.455,50,26.0027,2012,12,19,2,17
4,0,1,1,15.58,19.695,50,23.9994,2012,12,19,2,18
4,0,1,2,14.76,18.94,100,0,2012,12,10,0,1
"""

outputs = json.loads(subprocess.check_output(["terraform", f"-chdir={EXAMPLE}", "output", "-json"]))
endpoint = Endpoint(endpoint_name=outputs["endpoint_name"]["value"])
answer = endpoint.invoke(body=ROWS, content_type="text/csv", accept="text/csv")
for line in answer.body.read().decode().split():
    print(math.expm1(float(line)))  # the model predicts log1p(count)

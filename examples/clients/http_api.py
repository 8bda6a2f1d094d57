"""Call the API over HTTP with an API key, as a client in any language would.

Requires `make demo` (or the example applied on AWS), and only Python's standard library:

    . .sandbox/env && python3 examples/clients/http_api.py
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

EXAMPLE = Path(__file__).resolve().parents[1] / "bikeshare"

REQUEST = {
    "instances": [
        {"features": ["2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027]},
        {"features": ["2012-12-19 18:00:00", 4, 0, 1, 1, 15.58, 19.695, 50, 23.9994]},
        {"features": ["2012-12-10 01:00:00", 4, 0, 1, 2, 14.76, 18.94, 100, 0]},
    ],
}

outputs = {
    name: output["value"]
    for name, output in json.loads(
        subprocess.check_output(["terraform", f"-chdir={EXAMPLE}", "output", "-json"]),
    ).items()
}
url = outputs["predictions_url"]
if sandbox := os.environ.get("AWS_ENDPOINT_URL"):  # the sandbox serves all APIs at one address
    url = f"{sandbox}/_aws/execute-api/{outputs['rest_api_id']}/{outputs['stage_name']}/predictions"

request = Request(  # noqa: S310 - the URL is an output of the module
    url,
    data=json.dumps(REQUEST).encode(),
    headers={"Content-Type": "application/json", "x-api-key": outputs["api_key"]},
)
try:
    with urlopen(request, timeout=30) as answer:  # noqa: S310
        predictions = json.load(answer)["predictions"]
except HTTPError as error:
    sys.exit(f"{error.code}: {error.read().decode()}")
for prediction in predictions:
    print(prediction)

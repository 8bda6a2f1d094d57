"""Call an asynchronous API over HTTP: it returns the location of the predictions at once, and the client polls it.

Requires `make demo` for the model, examples/asynchronous applied (on AWS or in the sandbox), and only Python's standard library:

    . .sandbox/env
    terraform -chdir=examples/asynchronous init && terraform -chdir=examples/asynchronous apply
    python3 examples/clients/http_api_asynchronous.py
"""

import json
import os
import subprocess
import sys
import time
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import Request, urlopen

EXAMPLE = Path(__file__).resolve().parents[1] / "asynchronous"
TIMEOUT_IN_SECONDS = 600  # an endpoint that has scaled to zero takes some minutes to start an instance

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

headers = {"Content-Type": "application/json", "x-api-key": outputs["api_key"]}
body: bytes | None = json.dumps(REQUEST).encode()
end = time.monotonic() + TIMEOUT_IN_SECONDS
try:
    while True:
        with urlopen(Request(url, body, headers), timeout=30) as answer:  # noqa: S310 - the URL is an output of the module
            document = json.load(answer)
            if answer.status != HTTPStatus.ACCEPTED:
                break
            if time.monotonic() > end:
                sys.exit(f"no predictions after {TIMEOUT_IN_SECONDS} s; try again later: {url}")
            if location := answer.headers["Location"]:  # only in the first response
                url, body = urljoin(url, location), None
            wait = int(answer.headers["Retry-After"])
        print(f"202: polling again in {wait} s", file=sys.stderr)
        time.sleep(wait)
except HTTPError as error:
    sys.exit(f"{error.code}: {error.read().decode()}")
for prediction in document["predictions"]:
    print(prediction)

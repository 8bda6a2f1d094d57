"""Generate a typed client from the API's OpenAPI document, and call the penguins API with it.

Requires examples/penguins applied (on AWS or in the sandbox), and the packages in requirements/clients.txt:

    make setup && eval "$(make urls EXAMPLE=penguins)"
    .venv-clients/bin/python examples/clients/typed_api.py

The generated package has a class for a row, with the types of the contract's features, and an enumeration for each category. A client in
another repository generates it in its build, so that a change of the contract that breaks the client fails there.
"""

import datetime as dt
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

BUILD = Path(__file__).resolve().parent / ".build"
PROGRAMS = Path(sys.executable).parent  # openapi-python-client, and ruff, which it formats with
URL, KEY = os.environ["URL"], os.environ["KEY"]


def generate() -> Any:
    """Write the client's package from GET /openapi.json, and return it."""
    BUILD.mkdir(exist_ok=True)
    document = BUILD / "openapi.json"
    with urlopen(Request(f"{URL}/openapi.json", headers={"x-api-key": KEY}), timeout=30) as answer:  # noqa: S310 - the API's own URL
        document.write_bytes(answer.read())
    subprocess.run(
        [
            PROGRAMS / "openapi-python-client",
            "generate",
            "--overwrite",
            "--meta=none",
            f"--path={document}",
            "--output-path=penguins_client",
        ],
        cwd=BUILD,
        env=os.environ | {"PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    sys.path.insert(0, str(BUILD))
    return importlib.import_module("penguins_client")


package = generate()
models = importlib.import_module("penguins_client.models")
predict = importlib.import_module("penguins_client.api.default.predict")

penguin = models.Instance(
    island=models.InstanceIsland.BISCOE,
    bill_length_mm=47.3,
    bill_depth_mm=15.1,
    flipper_length_mm=216,
    first_nest=False,
    egg_date=dt.date(2008, 11, 14),
)
client = package.AuthenticatedClient(base_url=URL, token=KEY, prefix="", auth_header_name="x-api-key")
answer = predict.sync(client=client, body=models.PredictionRequest(instances=[penguin]))
if isinstance(answer, models.Problem):
    sys.exit(f"{answer.code}: {answer.detail}")
for prediction in answer.predictions:
    print(prediction.label.value, json.dumps(prediction.probabilities))

"""Train a model, put it behind an API, and predict: all on this machine, without AWS and without Docker.

`make demo` installs what this needs and runs it. Nothing here is special to the sandbox but the first step: with AWS
credentials instead of the sandbox's environment, `train.py` and `terraform apply` do the same on AWS.
"""

import json
import math
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener, getproxies, proxy_bypass

import numpy as np
import train
import xgboost as xgb
from sagemaker_sandbox import control
from sagemaker_sandbox.terraform_cli import MirrorError

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SANDBOX = ROOT / ".sandbox"
SANDBOX_ACCOUNT = "000000000000"  # no account of AWS has this number
OLDEST_TERRAFORM = (1, 11)
TOLERANCE = 1e-6
# by default the provider tries 25 times, for minutes, what was answered with an internal error
QUICK_FAILURE = {"AWS_MAX_ATTEMPTS": "3"}
REQUEST_SECONDS = 60

OBSERVATIONS = [
    ["2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027],
    ["2012-12-19 18:00:00", 4, 0, 1, 1, 15.58, 19.695, 50, 23.9994],
    ["2012-12-10 01:00:00", 4, 0, 1, 2, 14.76, 18.94, 100, 0],
]


class DemoError(Exception):
    """The demo cannot go on; the message says why and what to do."""


def main() -> int:
    """Run every step; return 0, or 1 after a message."""
    started = time.monotonic()
    try:
        run()
    except (DemoError, train.DataError, control.SandboxError, MirrorError) as error:
        print(f"\ndemo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndemo: interrupted; `make demo` goes on from here, `make down` stops the sandbox", file=sys.stderr)
        return 130
    print(f"\nall of it took {time.monotonic() - started:.1f} s")
    return 0


def run() -> None:
    """Check the tools, then: sandbox, training, apply, prediction, and how to go on."""
    check_terraform()
    with step(1, "Start the sandbox: LocalStack with SageMaker endpoints and Lambda processes"):
        variables = QUICK_FAILURE | control.up(SANDBOX, say=say).environment
    with step(2, "Train an XGBoost model on log1p(count)"):
        train.train(train.source(), say=say)
    with step(3, "Apply examples/bikeshare with Terraform"):
        initialise(variables)
        check_state(variables)
        apply(variables)
        outputs = read_outputs(variables)
    url = api_url(variables["AWS_ENDPOINT_URL"], outputs)
    with step(4, "Predict: API Gateway, Lambda, SageMaker endpoint, XGBoost"):
        answers = predict(url, outputs["api_key"])
        compare(answers, expected(train.unpack(train.ARTIFACT)))
    explain(url, outputs["api_key"])


@contextmanager
def step(number: int, title: str) -> Iterator[None]:
    """Print a numbered title before the step, and the time that it took behind it."""
    print(f"\n[{number}/4] {title}", flush=True)
    started = time.monotonic()
    yield
    say(f"{time.monotonic() - started:.1f} s")


def say(line: str) -> None:
    """Print one line of progress."""
    print(f"      {line}", flush=True)


def check_terraform() -> None:
    """Raise DemoError unless a Terraform that the module supports is on the path."""
    wanted = ".".join(map(str, OLDEST_TERRAFORM))
    if not shutil.which("terraform"):
        message = f"terraform is not on the PATH. Version {wanted} or newer is needed: https://developer.hashicorp.com/terraform/install"
        raise DemoError(message)
    answer = subprocess.run(["terraform", "version", "-json"], capture_output=True, text=True, check=False)
    found = re.search(r'"terraform_version":\s*"((\d+)\.(\d+)[^"]*)"', answer.stdout)
    if not found:
        message = f"`terraform version -json` failed: {answer.stderr.strip() or answer.stdout.strip()}"
        raise DemoError(message)
    if (int(found[2]), int(found[3])) < OLDEST_TERRAFORM:
        message = f"terraform {found[1]} at {shutil.which('terraform')} is too old: {wanted} or newer is needed"
        raise DemoError(message)


def initialise(variables: Mapping[str, str]) -> None:
    """Run `terraform init`, which is quick when there is nothing new. Raises DemoError."""
    say("terraform init (the first time it may have to fetch the AWS provider)")
    answer = terraform(["init", "-input=false", "-no-color"], variables)
    if answer.returncode:
        message = (
            f"terraform init failed:\n{answer.stderr.strip()}\n\n"
            "The provider can also come from a folder on this machine: let TERRAFORM_PROVIDER_MIRROR name the one that "
            "holds registry.terraform.io/hashicorp/aws, and run `make demo` again."
        )
        raise DemoError(message)


def check_state(variables: Mapping[str, str]) -> None:
    """Raise DemoError when the example's state describes an account of AWS: the demo must not write over that.

    A state that an earlier sandbox left is no obstacle: Terraform finds its resources gone and makes them anew.
    """
    answer = terraform(["state", "pull"], variables)
    if answer.returncode:
        message = f"the state of examples/bikeshare cannot be read:\n{answer.stderr.strip()}"
        raise DemoError(message)
    resources = json.loads(answer.stdout or "{}").get("resources", [])
    accounts = {
        str(instance["attributes"]["account_id"])
        for resource in resources
        if resource["type"] == "aws_caller_identity"
        for instance in resource["instances"]
    }
    for account in accounts - {SANDBOX_ACCOUNT}:
        message = (
            f"the state of examples/bikeshare describes resources in AWS account {account}, and the demo would forget "
            "them in favour of the sandbox's. Keep them in a workspace of their own (terraform workspace), or destroy "
            "them first with that account's credentials: terraform -chdir=examples/bikeshare destroy"
        )
        raise DemoError(message)


def apply(variables: Mapping[str, str]) -> None:
    """Run `terraform apply`, and print a line per resource as it is finished. Raises DemoError with its errors."""
    command = ["terraform", f"-chdir={HERE}", "apply", "-auto-approve", "-input=false", "-json"]
    errors: list[str] = []
    with subprocess.Popen(command, env=variables, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        for line in process.stdout or ():
            try:
                event = json.loads(line)
            except ValueError:
                errors.append(line.strip())
                continue
            if text := progress(event):
                say(text)
            if event.get("@level") == "error":
                errors.append(diagnosis(event))
    if process.returncode:
        message = "terraform apply failed:\n" + "\n".join(errors)
        message += "\n\n`make demo` goes on from here; `make down && make demo` starts over with an empty sandbox."
        raise DemoError(message)


def progress(event: Mapping[str, Any]) -> str | None:
    """Return what a line of Terraform's JSON output is worth telling, if anything."""
    match event:
        case {
            "type": "apply_complete",
            "hook": {"resource": {"addr": address}, "action": action, "elapsed_seconds": seconds},
        } if action != "read":
            return f"{action:<7} {address} ({seconds} s)"
        case {"type": "apply_progress", "hook": {"resource": {"addr": address}, "elapsed_seconds": seconds}}:
            return f"...     {address} ({seconds} s so far)"
        case {"type": "change_summary", "@message": message}:
            return str(message)
    return None


def diagnosis(event: Mapping[str, Any]) -> str:
    """Return Terraform's own words on an error: summary, where, and detail."""
    found = event.get("diagnostic", {})
    where = found.get("address") or found.get("range", {}).get("filename", "")
    parts = (str(event.get("@message", "")), f"at {where}" if where else "", str(found.get("detail", "")))
    return "\n".join(part for part in parts if part)


def read_outputs(variables: Mapping[str, str]) -> dict[str, Any]:
    """Return the example's outputs, the secret ones too."""
    answer = terraform(["output", "-json"], variables)
    if answer.returncode:
        message = f"terraform output failed:\n{answer.stderr.strip()}"
        raise DemoError(message)
    return {name: output["value"] for name, output in json.loads(answer.stdout).items()}


def terraform(arguments: list[str], variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run Terraform in the example's folder and return what it printed."""
    command = ["terraform", f"-chdir={HERE}", *arguments]
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False)


def api_url(endpoint: str, outputs: Mapping[str, Any]) -> str:
    """Return where the sandbox answers for the API; on AWS it would be the output `predictions_url`."""
    return f"{endpoint}/_aws/execute-api/{outputs['rest_api_id']}/{outputs['stage_name']}/predictions"


def predict(url: str, key: str) -> list[float]:
    """POST the observations and return the predictions, rentals per hour. Raises DemoError."""
    request = Request(  # noqa: S310 - the sandbox's own address
        url,
        data=json.dumps(body(OBSERVATIONS)).encode(),
        headers={"Content-Type": "application/json", "x-api-key": key},
    )
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=REQUEST_SECONDS) as answer:
            return [float(prediction) for prediction in json.load(answer)["predictions"]]
    except HTTPError as error:
        message = f"POST {url} was answered {error.code}: {error.read().decode(errors='replace')}"
        raise DemoError(message) from error
    except (URLError, OSError, ValueError, KeyError) as error:
        message = f"POST {url} failed: {error!r}; what the function logged is in {SANDBOX}/localstack.log"
        raise DemoError(message) from error


def body(observations: list[list[Any]]) -> dict[str, Any]:
    """Return the request for some observations."""
    return {"instances": [{"features": observation} for observation in observations]}


def expected(booster: xgb.Booster) -> list[float]:
    """Return what the booster gives when it is called here, on the columns that the contract makes."""
    columns = train.load_contract().columns(body(OBSERVATIONS)["instances"])
    answers = booster.predict(xgb.DMatrix(np.array(columns, dtype=np.float32).T))
    return [math.expm1(float(answer)) for answer in answers]


def compare(answers: list[float], references: list[float]) -> None:
    """Print each prediction; raise DemoError when one differs from the booster's own."""
    for observation, answer in zip(OBSERVATIONS, answers, strict=True):
        say(f"{answer!r:<18} bikes for {json.dumps(observation)}")
    worst = max(abs(answer - reference) for answer, reference in zip(answers, references, strict=True))
    if not worst <= TOLERANCE:
        message = f"the booster, called directly, gives {references}: the API is off by {worst}"
        raise DemoError(message)
    say(f"the booster, loaded directly and fed the same columns, gives the same (largest difference {worst:.1g})")


def explain(url: str, key: str) -> None:
    """Print how to go on by hand."""
    payload = json.dumps(body(OBSERVATIONS[:1]))
    proxy = "--noproxy '*' " if getproxies() and not proxy_bypass("127.0.0.1") else ""
    headers = f"-H {shlex.quote(f'x-api-key: {key}')} -H 'content-type: application/json'"
    print(f"""
By hand:
  curl -sS -w '\\n' {proxy}{headers} -d {shlex.quote(payload)} {shlex.quote(url)}

Go on, in this folder:
  . .sandbox/env                                    any Terraform and any AWS client of this shell now uses the sandbox
  terraform -chdir=examples/bikeshare plan          nothing to change
  .venv/bin/python examples/clients/boto3_csv.py    the same predictions another way; see examples/clients
  make down                                         stop the sandbox; what was made in it is gone""")


if __name__ == "__main__":
    sys.exit(main())

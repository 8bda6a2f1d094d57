"""Train a model, deploy it behind an API and request predictions, all on this machine, without AWS and without Docker.

`make demo` installs the dependencies and runs this program. Only the first step is specific to the sandbox: with AWS credentials instead
of the sandbox's environment, `train.py` and `terraform apply` do the same on AWS.
"""

import json
import math
import os
import shlex
import signal
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
from sagemaker_sandbox.host import control
from sagemaker_sandbox.host.terraform_cli import MirrorError
from terraform import AdoptionError, Terraform, adopt, existing

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SANDBOX = ROOT / ".sandbox"
UNFINISHED = HERE / ".build" / "unfinished.json"
SANDBOX_ACCOUNT = "000000000000"  # no AWS account has this ID
TOLERANCE = 1e-6
# By default, the provider retries a request 25 times, for minutes, after an internal error.
FAIL_FAST = {"AWS_MAX_ATTEMPTS": "3"}
REQUEST_SECONDS = 60

OBSERVATIONS = [
    ["2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027],
    ["2012-12-19 18:00:00", 4, 0, 1, 1, 15.58, 19.695, 50, 23.9994],
    ["2012-12-10 01:00:00", 4, 0, 1, 2, 14.76, 18.94, 100, 0],
]


class DemoError(Exception):
    """The demo cannot continue. The message says why, and how to fix it."""


def main() -> int:
    """Run every step. Return 0, or 1 after printing the error."""
    started = time.monotonic()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        run()
    except (DemoError, train.DataError, control.SandboxError, AdoptionError, MirrorError) as error:
        print(f"\ndemo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndemo: interrupted; run `make demo` to resume, or `make down` to stop the sandbox", file=sys.stderr)
        return 130
    except BrokenPipeError:  # such as `make demo | head`; the interpreter would print another error when it flushes
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    print(f"\nfinished in {time.monotonic() - started:.1f} s")
    return 0


def run() -> None:
    """Check the tools, then run the four steps and print the next commands."""
    check_terraform()
    with step(1, "Start the sandbox: LocalStack with SageMaker endpoints and Lambda processes"):
        variables = FAIL_FAST | control.up(SANDBOX, say=say).environment
    with step(2, "Train an XGBoost model on log1p(count)"):
        train.train(train.source(), say=say)
    with step(3, "Apply examples/bikeshare with Terraform"):
        terraform = Terraform(HERE, variables)
        initialize(terraform)
        check_state(terraform)
        apply(terraform)
        outputs = read_outputs(terraform)
    url = api_url(variables["AWS_ENDPOINT_URL"], outputs)
    with step(4, "Predict: API Gateway, Lambda, SageMaker endpoint, XGBoost"):
        answers = predict(url, outputs["api_key"])
        compare(answers, expected(train.unpack(train.ARTIFACT)))
    explain(url, outputs["api_key"])


@contextmanager
def step(number: int, title: str) -> Iterator[None]:
    """Print a numbered title before the step and its duration after it."""
    print(f"\n[{number}/4] {title}", flush=True)
    started = time.monotonic()
    yield
    say(f"{time.monotonic() - started:.1f} s")


def say(line: str) -> None:
    """Print one line of progress."""
    print(f"      {line}", flush=True)


def check_terraform() -> None:
    """Raise DemoError unless a supported version of Terraform is on the PATH."""
    done = subprocess.run([ROOT / "checks" / "prerequisites.sh", "terraform"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise DemoError(done.stderr.strip())


def initialize(terraform: Terraform) -> None:
    """Run `terraform init`, which takes a moment if nothing has changed. Raises DemoError."""
    say("terraform init (downloads the AWS provider the first time)")
    answer = terraform.run("init", "-input=false", "-no-color")
    if answer.returncode:
        message = (
            f"terraform init failed:\n{answer.stderr.strip()}\n\n"
            "To use a provider that is already on this machine, set TERRAFORM_PROVIDER_MIRROR to the folder that contains "
            "registry.terraform.io/hashicorp/aws, and run `make demo` again."
        )
        raise DemoError(message)


def check_state(terraform: Terraform) -> None:
    """Raise DemoError if the example's state describes resources in an AWS account, which the demo must not overwrite.

    A state left by an earlier sandbox is fine: Terraform finds that its resources no longer exist, and creates them again.
    """
    answer = terraform.run("state", "pull")
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
            f"the state of examples/bikeshare describes resources in AWS account {account}, and the demo would replace "
            "them with the sandbox's. Move them to a separate workspace (terraform workspace), or destroy them first "
            "with that account's credentials: terraform -chdir=examples/bikeshare destroy"
        )
        raise DemoError(message)


def apply(terraform: Terraform) -> None:
    """Run `terraform apply`, and again with what an interrupted run has left. Raises DemoError with Terraform's errors."""
    adopted: set[str] = set()
    found = unfinished()
    while True:
        if found:
            say(f"importing what an interrupted run may have created: {', '.join(sorted(found))}")
            adopt(terraform, found)
            adopted |= found
        errors = try_to_apply(terraform)
        if not errors:
            return
        found = set(filter(None, map(existing, errors))) - adopted
        if not found:
            message = "terraform apply failed:\n" + "\n".join(map(diagnosis, errors))
            message += "\n\nRun `make demo` to resume, or `make down && make demo` to start over with an empty sandbox."
            raise DemoError(message)


def unfinished() -> set[str]:
    """Return the addresses of the resources that an interrupted run was creating, once."""
    try:
        addresses = set(json.loads(UNFINISHED.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return set()
    UNFINISHED.unlink()
    return addresses


def try_to_apply(terraform: Terraform) -> list[dict[str, Any]]:
    """Run `terraform apply` once, print a line for each finished resource, and return the events of errors."""
    errors: list[dict[str, Any]] = []

    def line(text: str) -> None:
        try:
            event = json.loads(text)
        except ValueError:
            event = {"@level": "error", "@message": text.strip()}
        if event.get("@level") == "error":
            errors.append(event)
        if news := progress(event):
            say(news)

    try:
        code = terraform.follow("apply", "-auto-approve", "-input=false", "-json", line=line)
    except (KeyboardInterrupt, OSError):
        addresses = {event.get("diagnostic", {}).get("address") for event in errors}
        UNFINISHED.write_text(json.dumps(sorted(filter(None, addresses))), encoding="utf-8")
        raise
    return errors or [{"@message": f"exit code {code}"}] if code else []


def progress(event: Mapping[str, Any]) -> str | None:
    """Return the text to print for a line of Terraform's JSON output, or None."""
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
    """Return an error as Terraform reports it: summary, place and detail."""
    found = event.get("diagnostic", {})
    where = found.get("address") or found.get("range", {}).get("filename", "")
    parts = (str(event.get("@message", "")), f"at {where}" if where else "", str(found.get("detail", "")))
    return "\n".join(part for part in parts if part)


def read_outputs(terraform: Terraform) -> dict[str, Any]:
    """Return the example's outputs, including sensitive ones."""
    answer = terraform.run("output", "-json")
    if answer.returncode:
        message = f"terraform output failed:\n{answer.stderr.strip()}"
        raise DemoError(message)
    return {name: output["value"] for name, output in json.loads(answer.stdout).items()}


def api_url(endpoint: str, outputs: Mapping[str, Any]) -> str:
    """Return the API's URL in the sandbox. On AWS, it is the output `predictions_url`."""
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
        message = f"POST {url} returned {error.code}: {error.read().decode(errors='replace')}"
        raise DemoError(message) from error
    except (URLError, OSError, ValueError, KeyError) as error:
        message = f"POST {url} failed: {error!r}; see the function's log in {SANDBOX}/localstack.log"
        raise DemoError(message) from error


def body(observations: list[list[Any]]) -> dict[str, Any]:
    """Return the request body for the observations."""
    return {"instances": [{"features": observation} for observation in observations]}


def expected(booster: xgb.Booster) -> list[float]:
    """Return the booster's predictions when it is called directly, with the columns of the contract."""
    columns = train.encode(body(OBSERVATIONS)["instances"])
    answers = booster.predict(xgb.DMatrix(np.array(columns, dtype=np.float32).T))
    return [math.expm1(float(answer)) for answer in answers]


def compare(answers: list[float], references: list[float]) -> None:
    """Print each prediction. Raise DemoError if one differs from that of the booster."""
    for observation, answer in zip(OBSERVATIONS, answers, strict=True):
        say(f"{answer!r:<18} bikes for {json.dumps(observation)}")
    worst = max(abs(answer - reference) for answer, reference in zip(answers, references, strict=True))
    if not worst <= TOLERANCE:
        message = f"the booster, called directly, returns {references}; the API differs by {worst}"
        raise DemoError(message)
    say(f"the booster, called directly with the same columns, returns the same (largest difference {worst:.1g})")


def explain(url: str, key: str) -> None:
    """Print the commands for the next steps."""
    payload = json.dumps(body(OBSERVATIONS[:1]))
    proxy = "--noproxy '*' " if getproxies() and not proxy_bypass("127.0.0.1") else ""
    headers = f"-H {shlex.quote(f'x-api-key: {key}')} -H 'content-type: application/json'"
    print(f"""
Call the API yourself:
  curl -sS -w '\\n' {proxy}{headers} -d {shlex.quote(payload)} {shlex.quote(url)}

Continue in this folder:
  . .sandbox/env                                    point Terraform and all AWS clients in this shell to the sandbox
  terraform -chdir=examples/bikeshare plan          reports no changes
  .venv/bin/python examples/clients/boto3_csv.py    the same predictions without the API; see examples/clients
  make down                                         stop the sandbox and delete everything in it""")


if __name__ == "__main__":
    sys.exit(main())

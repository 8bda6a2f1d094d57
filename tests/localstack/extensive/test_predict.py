"""sagemaker-api predict against an applied API: the command itself, in a process of its own, over HTTP, IAM and Lambda."""

from __future__ import annotations

import csv
import json
import random
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from prediction_tools.predict.run import WINDOW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deployments import Deployment
    from stacks import RootModule

TREE = Path(__file__).resolve().parents[3]
DATA = TREE / "examples/penguins/data/train_synthetic.csv"
CONTRACT = TREE / "examples/penguins/contract.yaml"
ROWS = 6493
REQUESTS = 217  # of 30 rows
CONNECTIONS = 4

# The same endpoint behind an API whose callers sign.
SIGNED = """
module "signed" {
  source   = "../../"
  name     = "penguins-signed"
  contract = yamldecode(file("${path.module}/../penguins/contract.yaml"))
  capacity = { existing = { name = "%s" } }
  api      = { auth = { iam = {} }, page = false }
}

output "url" {
  value = { id = module.signed.rest_api_id, stage = module.signed.stage_name }
}
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a file of rows with a number for each, in another order than that of the number."""
    with DATA.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    path = tmp_path_factory.mktemp("predict") / "penguins.csv"
    numbers = list(range(ROWS))
    random.Random(12).shuffle(numbers)  # noqa: S311 - no secret
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["number", *rows[0]])
        writer.writeheader()
        writer.writerows({"number": number, **rows[number % len(rows)]} for number in numbers)
    return path


@pytest.fixture(scope="module")
def expected(penguins: Deployment, data: Path) -> list[tuple[str, str]]:
    """Return the number and the species of each row, in the order of the file, as the API itself answers for them."""
    with data.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if name not in ("number", "species")]
    species: list[str] = []
    for start in range(0, ROWS, 500):
        lines = [",".join(names), *[",".join(row[name] for name in names) for row in rows[start : start + 500]]]
        answer = penguins.predict("\n".join(lines), "text/csv; header=present")
        assert answer.status == 200, answer.text
        species += [each["label"] for each in answer.document["predictions"]]
    return [(row["number"], label) for row, label in zip(rows, species, strict=True)]


def address(penguins: Deployment, outputs: dict[str, Any] | None = None) -> str:
    found = outputs or {"id": penguins.outputs["rest_api_id"], "stage": penguins.outputs["stage_name"]}
    return f"{penguins.sandbox.url}/_aws/execute-api/{found['id']}/{found['stage']}"


def command(target: str, data: Path, output: Path, *options: str) -> list[str]:
    given = ["--id", "number", "--rows", "30", "--connections", str(CONNECTIONS), "--patience", "60", *options]
    return [sys.executable, "-m", "prediction_tools", "predict", target, str(data), "-o", str(output), *given]


def completes(penguins: Deployment, arguments: list[str], *, key: bool = True) -> None:
    credential = {"PREDICTION_API_KEY": penguins.outputs["api_key"]} if key else {}
    done = subprocess.run(arguments, env=penguins.sandbox.environment | credential, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def written(output: Path) -> list[tuple[str, str]]:
    with output.open(newline="", encoding="utf-8") as file:
        return [(row["number"], row["predicted_species"] if "predicted_species" in row else row["species"]) for row in csv.DictReader(file)]


def calls(penguins: Deployment) -> int:
    """Return how many calls have reached the model."""
    path = f"{penguins.sandbox.url}/_sandbox/endpoints/{penguins.outputs['endpoint_name']}/invocations"
    with urllib.request.urlopen(path, timeout=30) as answer:  # noqa: S310 - the sandbox
        return int(json.load(answer)["count"])


def test_every_row_is_predicted_once_and_in_order(
    penguins: Deployment, data: Path, expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    before = calls(penguins)
    completes(penguins, command(address(penguins), data, tmp_path / "out.csv"))
    assert written(tmp_path / "out.csv") == expected
    assert calls(penguins) - before == REQUESTS


def test_a_run_that_is_killed_ten_times_completes_without_a_repeat(
    penguins: Deployment, data: Path, expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    output, journal = tmp_path / "out.csv", tmp_path / "out.csv.journal"
    environment = penguins.sandbox.environment | {"PREDICTION_API_KEY": penguins.outputs["api_key"]}
    chance, before = random.Random(10), calls(penguins)  # noqa: S311 - no secret
    for _ in range(10):
        reached = (len(journal.read_bytes().splitlines()) if journal.exists() else 0) + chance.randint(3, 20)
        with subprocess.Popen(
            command(address(penguins), data, output), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as run:
            while run.poll() is None and (not journal.exists() or journal.read_bytes().count(b"\n") < reached):
                threading.Event().wait(0.01)
            run.send_signal(signal.SIGKILL)
        assert run.returncode == -signal.SIGKILL
        assert not output.exists()
    completes(penguins, command(address(penguins), data, output))
    assert written(output) == expected
    # only what was under way when the process was killed can be sent twice: the batches that are read ahead
    assert REQUESTS <= calls(penguins) - before <= REQUESTS + 10 * WINDOW * CONNECTIONS


@pytest.fixture
def throttled(penguins: Deployment) -> Iterator[Callable[[], int]]:
    """Throttle a fifth of the time, long enough that the function gives up; return how often."""
    ended, rounds = threading.Event(), [0]

    def repeat() -> None:
        while not ended.is_set():
            penguins.fault({"fault": "throttling"})
            rounds[0] += 1
            ended.wait(0.25)
            penguins.fault()
            ended.wait(1)

    thread = threading.Thread(target=repeat)
    thread.start()
    yield lambda: rounds[0]
    ended.set()
    thread.join()
    penguins.fault()


def test_throttles_do_not_change_the_output(
    penguins: Deployment, data: Path, expected: list[tuple[str, str]], tmp_path: Path, throttled: Callable[[], int]
) -> None:
    completes(penguins, command(address(penguins), data, tmp_path / "out.csv"))
    assert written(tmp_path / "out.csv") == expected
    assert throttled() > 2


def test_the_function_predicts_the_same(penguins: Deployment, data: Path, expected: list[tuple[str, str]], tmp_path: Path) -> None:
    completes(penguins, command(penguins.outputs["function_alias_arn"], data, tmp_path / "out.csv", "--contract", str(CONTRACT)), key=False)
    assert written(tmp_path / "out.csv") == expected


def test_signed_requests_predict_the_same(
    penguins: Deployment, data: Path, expected: list[tuple[str, str]], tmp_path: Path, terraform: Callable[..., RootModule]
) -> None:
    module = terraform("examples/signed", {"main.tf": SIGNED % penguins.outputs["endpoint_name"]})
    module.apply()
    target = address(penguins, module.output("url"))
    rejected = subprocess.run(
        command(target, data, tmp_path / "out.csv"), env=penguins.sandbox.environment, capture_output=True, text=True, check=False
    )
    assert (rejected.returncode, (tmp_path / "out.csv").exists()) == (1, False)
    completes(penguins, command(target, data, tmp_path / "out.csv", "--iam"), key=False)
    assert written(tmp_path / "out.csv") == expected

"""Starting and stopping a sandbox."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import psutil
import pytest
import requests
from hosting import error_of
from sagemaker_sandbox.host import control, environment, locks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SLEEPER = "import os, time\ndef handler(path, context):\n    open(path, 'w').close()\n    time.sleep(60)"


def until(probe: Callable[[], bool], seconds: float = 10) -> None:
    """Poll until the result is true."""
    deadline = time.monotonic() + seconds
    while not probe():
        if time.monotonic() > deadline:
            pytest.fail("waited in vain")
        time.sleep(0.05)


def command(*arguments: str, root: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line interface."""
    words = [sys.executable, "-m", "sagemaker_sandbox", *arguments, "--root", str(root)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


@pytest.fixture
def root(sandbox: control.Sandbox, tmp_path: Path) -> Iterator[Path]:
    """Return the root folder, with a space in its path, of a sandbox that is stopped after the test."""
    folder = tmp_path / "the root"
    folder.mkdir()
    (folder / "cache").symlink_to(sandbox.root / "cache")  # LocalStack needs seconds to fill it
    yield folder
    control.down(folder)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


def alive(processes: list[psutil.Process]) -> list[int]:
    return [one.pid for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def session_of(environment: dict[str, str]) -> boto3.session.Session:
    keys = environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]
    return boto3.session.Session(*keys, region_name="us-east-1")


def run_a_function_for_ever(sandbox: control.Sandbox, started: Path) -> None:
    """Invoke a function that never returns, and wait until it is running."""
    session = session_of(sandbox.environment)
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    role = session.client("iam", endpoint_url=sandbox.url).create_role(
        RoleName="sleeper", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("main.py", SLEEPER)
    client: Any = session.client("lambda", endpoint_url=sandbox.url)
    client.create_function(
        FunctionName="sleeper",
        Runtime="python3.13",
        Handler="main.handler",
        Role=role["Role"]["Arn"],
        Timeout=60,
        Code={"ZipFile": package.getvalue()},
    )
    client.get_waiter("function_active_v2").wait(FunctionName="sleeper", WaiterConfig={"Delay": 0.05})
    client.invoke(FunctionName="sleeper", InvocationType="Event", Payload=json.dumps(str(started)))
    until(started.exists)


def test_up_with_a_running_sandbox_returns_that_one(sandbox: control.Sandbox) -> None:
    assert control.up(sandbox.root) == sandbox


def test_two_concurrent_calls_of_up_start_one_sandbox(root: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(control.up, [root, root])
    assert first == second


def test_up_skips_a_port_that_is_taken(root: Path, taken_port: int) -> None:
    done = command("up", "--port", str(taken_port), root=root)
    assert done.returncode == 0, done.stderr
    found = control.find(root)
    assert found is not None
    assert found.port > taken_port


def test_two_sandboxes_run_side_by_side(sandbox: control.Sandbox, root: Path) -> None:
    other = control.up(root, sandbox.port)
    assert other.port != sandbox.port
    other.down()
    assert control.find(sandbox.root) == sandbox


def test_the_sandbox_listens_only_on_the_loopback_address(sandbox: control.Sandbox) -> None:
    connections = psutil.Process(sandbox.pid).net_connections(kind="inet")
    listening = {entry.laddr.ip for entry in connections if entry.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}


def test_no_user_setting_reaches_localstack(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = {"DEBUG": "1", "LOCALSTACK_HOST": "elsewhere", "AWS_PROFILE": "mine", "HTTPS_PROXY": "http://127.0.0.1:9"}
    for name, value in foreign.items():
        monkeypatch.setenv(name, value)
    environment = psutil.Process(control.up(root).pid).environ()
    assert not {name for name, value in foreign.items() if environment.get(name) == value}


def test_down_leaves_no_process_no_port_and_no_environment_file(root: Path, tmp_path: Path, processes: Callable[[str], list[int]]) -> None:
    sandbox = control.up(root)
    run_a_function_for_ever(sandbox, tmp_path / "started")
    assert len(processes(str(root))) >= 2
    children = psutil.Process(sandbox.pid).children()
    assert control.down(root)
    assert not processes(str(root))
    assert not alive(children)
    assert not sandbox.environment_file.exists()
    with pytest.raises(requests.ConnectionError):
        requests.get(sandbox.url, timeout=5)


def test_functions_end_with_a_killed_localstack_and_up_starts_another(root: Path, tmp_path: Path) -> None:
    sandbox = control.up(root)
    run_a_function_for_ever(sandbox, tmp_path / "started")
    children = psutil.Process(sandbox.pid).children()
    os.kill(sandbox.pid, signal.SIGKILL)
    os.waitpid(sandbox.pid, 0)
    until(lambda: not alive(children))
    assert control.up(root).pid != sandbox.pid


def test_a_killed_sandbox_starts_again_on_its_port_and_with_its_access_key(root: Path) -> None:
    first = control.up(root)
    os.kill(first.pid, signal.SIGKILL)
    os.waitpid(first.pid, 0)
    again = control.up(root)
    assert again.pid != first.pid
    assert (again.url, again.environment) == (first.url, first.environment)


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("iam", "list_roles", "InvalidClientTokenId"),
        ("s3", "list_buckets", "InvalidAccessKeyId"),
        ("lambda", "list_functions", "UnrecognizedClientException"),
        ("sagemaker", "list_models", "UnrecognizedClientException"),
    ],
)
def test_a_shell_with_the_environment_of_another_sandbox_is_told_so(
    sandbox: control.Sandbox, tmp_path: Path, service: str, operation: str, code: str
) -> None:
    stale = environment.variables(tmp_path, sandbox.port)  # of a sandbox that had this port before
    client: Any = session_of(stale).client(service, endpoint_url=stale["AWS_ENDPOINT_URL"])  # type: ignore[call-overload]
    error = error_of(getattr(client, operation))["Error"]
    assert error["Code"] == code
    assert f"The access key belongs to the sandbox of another folder; this is the sandbox of {sandbox.root}. " in error["Message"]


def test_down_does_not_kill_a_process_that_reuses_the_id_of_a_dead_sandbox(root: Path) -> None:
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:
        (root / locks.SERVER).write_text(json.dumps({"pid": stranger.pid, "port": 1}), encoding="utf-8")
        assert not control.down(root)
        assert stranger.poll() is None
        stranger.kill()


def test_up_after_down_starts_empty(root: Path) -> None:
    def buckets(sandbox: control.Sandbox) -> list[str]:
        client = session_of(sandbox.environment).client("s3", endpoint_url=sandbox.url)
        client.create_bucket(Bucket=f"bucket-{sandbox.pid}")
        return [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]

    first = control.up(root)
    assert buckets(first) == [f"bucket-{first.pid}"]
    first.down()
    second = control.up(root)
    assert buckets(second) == [f"bucket-{second.pid}"]


def test_the_exit_code_of_status_says_whether_the_sandbox_is_up(sandbox: control.Sandbox, tmp_path: Path) -> None:
    codes = [command("status", root=folder).returncode for folder in (sandbox.root, tmp_path)]
    assert codes == [0, 1]


def test_down_without_a_sandbox_says_so(tmp_path: Path) -> None:
    done = command("down", root=tmp_path)
    assert (done.returncode, done.stdout) == (0, "sandbox: nothing was running\n")


def test_a_localstack_that_cannot_start_is_reported_with_its_log(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "_free_port", lambda _: 1 << 20)
    with pytest.raises(control.SandboxError, match="port out of range"):
        control.up(root)


def test_up_skips_a_port_that_is_taken_while_it_starts(root: Path, taken_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "_free_port", lambda wish: wish)
    assert control.up(root, taken_port).port > taken_port

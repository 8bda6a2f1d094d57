"""Lambda functions in the sandbox behave as they do on AWS."""

from __future__ import annotations

import base64
import io
import json
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sagemaker_sandbox.host.control import Sandbox

type Client = Any
type Json = Any

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}],
}
LOG = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "logs:*", "Resource": "arn:aws:logs:*:*:log-group:*"},
        {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:*:*:key/*"},
    ],
}


@dataclass
class Result:
    """The response to the caller of a function."""

    payload: Json
    error: str | None
    log: str
    version: str


@dataclass
class Function:
    """A function in the sandbox."""

    client: Client
    name: str

    def invoke(self, event: Json = None, qualifier: str = "$LATEST") -> Result:
        """Invoke the function and wait for its result."""
        answer = self.client.invoke(FunctionName=self.name, Payload=json.dumps(event), LogType="Tail", Qualifier=qualifier)
        log = base64.b64decode(answer.get("LogResult", "")).decode()
        return Result(json.load(answer["Payload"]), answer.get("FunctionError"), log, answer["ExecutedVersion"])

    def wait(self) -> None:
        """Wait until the last update has taken effect."""
        for name in ("function_active_v2", "function_updated_v2"):
            self.client.get_waiter(name).wait(FunctionName=self.name, WaiterConfig={"Delay": 0.05})


@pytest.fixture(scope="module")
def role(client: Callable[..., Client]) -> str:
    name = f"functions-{uuid4().hex[:8]}"
    answer = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    client("iam").put_role_policy(RoleName=name, PolicyName="log", PolicyDocument=json.dumps(LOG))
    return str(answer["Role"]["Arn"])


@pytest.fixture
def deploy(client: Callable[..., Client], role: str) -> Iterator[Callable[..., Function]]:
    """Create functions from the source of a single module; they are deleted after the test."""
    made: list[Function] = []

    def create(source: str, **settings: Json) -> Function:
        made.append(created(client, role, source, **settings))
        return made[-1]

    yield create
    for function in made:
        function.client.delete_function(FunctionName=function.name)


def created(client: Callable[..., Client], role: str, source: str, **settings: Json) -> Function:
    """Create a function from the source of a single module, and wait until it is active."""
    function = Function(client("lambda"), f"f-{uuid4().hex[:8]}")
    defaults = {"Runtime": "python3.13", "Handler": "main.handler", "Role": role, "Timeout": 10}
    function.client.create_function(FunctionName=function.name, Code={"ZipFile": package({"main.py": source})}, **defaults | settings)
    function.wait()
    return function


def package(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def until[T](probe: Callable[[], T], seconds: float = 10) -> T:
    """Poll until the result is true, and return it."""
    deadline = time.monotonic() + seconds
    while not (found := probe()):
        if time.monotonic() > deadline:
            pytest.fail("waited in vain")
        time.sleep(0.05)
    return found


CONTEXT = """
def handler(event, context):
    return {
        "event": event,
        "request_id": context.aws_request_id,
        "arn": context.invoked_function_arn,
        "remaining_ms": context.get_remaining_time_in_millis(),
        "memory": context.memory_limit_in_mb,
        "version": context.function_version,
    }
"""


def test_a_function_receives_its_event_and_its_context(deploy: Callable[..., Function]) -> None:
    function = deploy(CONTEXT, MemorySize=256, Timeout=7)
    result = function.invoke({"text": "grün"})
    assert result.payload["event"] == {"text": "grün"}
    assert result.payload["arn"].endswith(f":function:{function.name}:$LATEST")
    assert 6000 < result.payload["remaining_ms"] <= 7000
    assert result.payload["memory"] == "256"
    assert f"START RequestId: {result.payload['request_id']} Version: $LATEST" in result.log


ENVIRONMENT = """
import os, sys

def handler(event, context):
    import boto3
    return {
        "variables": dict(os.environ),
        "caller": boto3.client("sts").get_caller_identity()["Arn"],
        "folder": os.getcwd(),
        "encoding": sys.stdout.encoding,
    }
"""


@pytest.fixture(scope="module")
def environment(client: Callable[..., Client], role: str) -> Json:
    """Return the environment as one invocation finds it."""
    return created(client, role, ENVIRONMENT, Environment={"Variables": {"ENDPOINT_NAME": "bikes"}}).invoke().payload


def test_a_function_sees_lambdas_variables_and_its_own_but_none_of_the_machine(environment: Json) -> None:
    names = set(environment["variables"])
    assert {"ENDPOINT_NAME", "_HANDLER", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME"} <= names
    assert {"AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_SESSION_TOKEN"} <= names
    allowed = {"PATH", "LANG", "LC_CTYPE", "LD_LIBRARY_PATH", "PYTHONPATH", "HOME", "TMPDIR", "TZ", "ENDPOINT_NAME"}
    foreign = {name for name in names - allowed if not name.startswith(("AWS_", "_AWS_XRAY", "LAMBDA_", "_"))}
    assert not foreign


def test_a_function_calls_the_sandbox_as_its_role(environment: Json, role: str) -> None:
    assert f":assumed-role/{role.rpartition('/')[2]}/" in environment["caller"]


def test_a_function_runs_in_the_folder_of_its_code_and_writes_utf_8(environment: Json) -> None:
    assert environment["folder"] == environment["variables"]["LAMBDA_TASK_ROOT"]
    assert environment["encoding"] == "utf-8"


IMPORTS = """
import importlib

def handler(names, context):
    found = []
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
        found.append(name)
    return found
"""


def test_a_function_finds_boto3_and_nothing_else_that_is_installed_here(deploy: Callable[..., Function]) -> None:
    names = ["boto3", "botocore", "urllib3", "numpy", "xgboost", "yaml", "localstack", "sagemaker_sandbox", "pytest"]
    assert deploy(IMPORTS).invoke(names).payload == ["boto3", "botocore", "urllib3"]


def test_layers_are_on_the_path_and_a_later_one_overrides_an_earlier_one(
    deploy: Callable[..., Function], client: Callable[..., Client]
) -> None:
    def layer(files: dict[str, str]) -> str:
        answer = client("lambda").publish_layer_version(LayerName=f"layer-{uuid4().hex[:8]}", Content={"ZipFile": package(files)})
        return str(answer["LayerVersionArn"])

    site = "python/lib/python3.13/site-packages"
    layers = [
        layer({"python/first.py": "WHO = 1", "python/both.py": "WHO = 1"}),
        layer({f"{site}/second.py": "WHO = 2", "python/both.py": "WHO = 2"}),
    ]
    source = "import first, second, both\ndef handler(*_): return [first.WHO, second.WHO, both.WHO]"
    assert deploy(source, Layers=layers).invoke().payload == [1, 2, 2]


FAULTS = """
import os, subprocess, sys, time

def handler(how, context):
    match how:
        case "raise": raise ValueError("boom")
        case "recurse": return handler(how, context)
        case "exit": sys.exit(3)
        case "abort": os.abort()
        case "sleep":
            subprocess.Popen(["sleep", "987654"])
            time.sleep(60)
        case "big": return "x" * (6291556 - 1)
        case "fits": return "x" * (6291556 - 2)
        case "odd": return object()
    return how
"""


@pytest.fixture(scope="module")
def faulty(client: Callable[..., Client], role: str) -> Function:
    return created(client, role, FAULTS, Timeout=1)


def test_an_exception_is_returned_with_type_message_and_traceback(faulty: Function) -> None:
    result = faulty.invoke("raise")
    assert result.error == "Unhandled"
    assert result.payload["errorType"] == "ValueError"
    assert result.payload["errorMessage"] == "boom"
    assert "[ERROR] ValueError: boom" in result.log


def test_a_very_long_traceback_reaches_the_caller(faulty: Function) -> None:
    assert faulty.invoke("recurse").payload["errorType"] == "RecursionError"


@pytest.mark.parametrize(("how", "reason"), [("exit", "exit status 3"), ("abort", "signal: aborted")], ids=["exit", "signal"])
def test_the_end_of_the_process_is_an_exit_error(faulty: Function, how: str, reason: str) -> None:
    result = faulty.invoke(how)
    assert result.payload["errorType"] == "Runtime.ExitError"
    assert result.payload["errorMessage"].endswith(f"Error: Runtime exited with error: {reason}")


def test_a_function_that_times_out_is_killed_with_its_child_processes(faulty: Function, processes: Callable[[str], list[int]]) -> None:
    result = faulty.invoke("sleep")
    assert result.payload["errorType"] == "Sandbox.Timedout"
    assert result.payload["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    assert "Task timed out after 1.00 seconds" in result.log
    assert not processes("sleep 987654")


def test_a_result_over_the_limit_is_rejected(faulty: Function) -> None:
    assert faulty.invoke("big").payload["errorType"] == "Function.ResponseSizeTooLarge"


def test_a_result_at_the_limit_is_returned(faulty: Function) -> None:
    assert faulty.invoke("fits").error is None


def test_a_result_that_is_not_json_is_a_marshal_error(faulty: Function) -> None:
    assert faulty.invoke("odd").payload["errorType"] == "Runtime.MarshalError"


def test_the_invocation_after_a_crash_succeeds(faulty: Function) -> None:
    faulty.invoke("exit")
    assert faulty.invoke("again").payload == "again"


def test_an_event_over_the_limit_is_rejected(faulty: Function) -> None:
    with pytest.raises(ClientError, match="RequestEntityTooLargeException"):
        faulty.invoke("x" * (6 * 1024 * 1024))


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("import nowhere\ndef handler(*_): ...", "Runtime.ImportModuleError"),
        ("def handler(:", "Runtime.UserCodeSyntaxError"),
        ("other = 1", "Runtime.HandlerNotFound"),
        ("raise KeyError('x')", "KeyError"),
        ("import os; os._exit(4)", "Runtime.ExitError"),
    ],
    ids=["import", "syntax", "handler", "exception", "exit"],
)
def test_a_function_that_cannot_load_says_why(deploy: Callable[..., Function], source: str, error: str) -> None:
    result = deploy(source).invoke()
    assert (result.error, result.payload["errorType"]) == ("Unhandled", error)


def test_an_unsupported_runtime_fails_with_a_reason(client: Callable[..., Client], role: str) -> None:
    name = f"f-{uuid4().hex[:8]}"
    code = {"ZipFile": package({"index.js": ""})}
    client("lambda").create_function(FunctionName=name, Code=code, Runtime="nodejs22.x", Handler="index.handler", Role=role)

    def failed() -> dict[str, Json] | None:
        found: dict[str, Json] = client("lambda").get_function_configuration(FunctionName=name)
        return found if found["State"] == "Failed" else None

    assert "nodejs22.x; the sandbox runs only Python functions" in (until(failed) or {})["StateReason"]


LOGGED = "def handler(event, context):\n    print(event)"


def events(client: Callable[..., Client], group: str) -> list[str]:
    logs = client("logs")
    try:
        found = logs.filter_log_events(logGroupName=group)["events"]
    except logs.exceptions.ResourceNotFoundException:
        return []
    return [event["message"].rstrip() for event in found]


def test_output_and_platform_lines_reach_the_log_group(deploy: Callable[..., Function], client: Callable[..., Client]) -> None:
    function = deploy(LOGGED)
    function.invoke("marked")
    lines = until(lambda: events(client, f"/aws/lambda/{function.name}"))
    assert [line.split()[0] for line in lines] == ["START", "marked", "END", "REPORT"]


def test_the_log_group_of_the_logging_configuration_is_used(deploy: Callable[..., Function], client: Callable[..., Client]) -> None:
    group = f"/own/{uuid4().hex[:8]}"
    deploy(LOGGED, LoggingConfig={"LogGroup": group}).invoke("marked")
    assert "marked" in until(lambda: events(client, group))


def test_platform_lines_are_json_where_the_log_format_is(deploy: Callable[..., Function]) -> None:
    log = deploy(LOGGED, LoggingConfig={"LogFormat": "JSON"}).invoke({}).log
    types = [json.loads(line)["type"] for line in log.splitlines() if "platform." in line]
    assert types == ["platform.start", "platform.report"]


def test_a_published_version_and_its_alias_keep_their_code_after_an_update(deploy: Callable[..., Function]) -> None:
    function = deploy("def handler(*_): return 1")
    version = function.client.publish_version(FunctionName=function.name)["Version"]
    function.wait()
    function.client.create_alias(FunctionName=function.name, Name="live", FunctionVersion=version)
    code = package({"main.py": "def handler(*_): return 2"})
    function.client.update_function_code(FunctionName=function.name, ZipFile=code)
    function.wait()
    results = [function.invoke(qualifier=qualifier) for qualifier in ("live", version, "$LATEST")]
    assert [(result.payload, result.version) for result in results] == [(1, version), (1, version), (2, "$LATEST")]


def test_a_functions_kms_key_is_stored_changed_and_removed(deploy: Callable[..., Function], client: Callable[..., Client]) -> None:
    first, second = (client("kms").create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    function = deploy("def handler(event, context): return event", KMSKeyArn=first)

    def key() -> str | None:
        configuration: dict[str, Any] = function.client.get_function(FunctionName=function.name)["Configuration"]
        return configuration.get("KMSKeyArn")

    assert key() == first
    for given, kept in ((second, second), (None, second), ("", None)):
        settings = {} if given is None else {"KMSKeyArn": given}
        function.client.update_function_configuration(FunctionName=function.name, Timeout=3, **settings)
        function.wait()
        assert key() == kept


def test_changed_variables_reach_the_next_invocation(deploy: Callable[..., Function]) -> None:
    source = "import os\ndef handler(*_): return os.environ.get('MODE')"
    function = deploy(source)
    before = function.invoke().payload
    function.client.update_function_configuration(FunctionName=function.name, Environment={"Variables": {"MODE": "new"}})
    function.wait()
    assert (before, function.invoke().payload) == (None, "new")


WAITING = """
import os, time, uuid

ME = uuid.uuid4().hex

def handler(path, context):
    if path:
        open(f"{path}.{ME}", "w").close()
    while path and not os.path.exists(path):
        time.sleep(0.02)
    return ME
"""


def test_concurrent_invocations_run_in_separate_environments(deploy: Callable[..., Function], tmp_path: Path) -> None:
    function = deploy(WAITING)
    gate = tmp_path / "gate"
    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(function.invoke, str(gate)) for _ in range(3)]
        until(lambda: len(list(tmp_path.iterdir())) == 3)
        gate.touch()
        names = {future.result().payload for future in running}
    assert len(names) == 3


def test_successive_invocations_share_one_environment(deploy: Callable[..., Function]) -> None:
    function = deploy(WAITING)
    assert len({function.invoke().payload for _ in range(3)}) == 1


def test_an_invocation_in_progress_finishes_during_an_update(deploy: Callable[..., Function], tmp_path: Path) -> None:
    function = deploy(WAITING)
    gate = tmp_path / "gate"
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(function.invoke, str(gate))
        until(lambda: list(tmp_path.iterdir()))
        code = package({"main.py": "def handler(*_): return 'new'"})
        function.client.update_function_code(FunctionName=function.name, ZipFile=code)
        function.wait()
        assert function.invoke().payload == "new"
        gate.touch()
        assert running.result().error is None


def test_a_deleted_function_leaves_no_process_and_no_code(
    client: Callable[..., Client], role: str, sandbox: Sandbox, processes: Callable[[str], list[int]]
) -> None:
    function = Function(client("lambda"), f"f-{uuid4().hex[:8]}")
    function.client.create_function(
        FunctionName=function.name,
        Code={"ZipFile": package({f"{function.name}.py": "def handler(*_): ..."})},
        Runtime="python3.13",
        Handler=f"{function.name}.handler",
        Role=role,
    )
    function.wait()
    function.invoke()
    assert processes(f"{function.name}.handler")
    function.client.delete_function(FunctionName=function.name)
    until(lambda: not processes(f"{function.name}.handler"))
    until(lambda: not list(sandbox.root.rglob(f"{function.name}.py")))

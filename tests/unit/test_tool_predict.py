"""`sagemaker-api predict`: the real handler and a real booster behind an HTTP server, and a client that is stopped and started again."""

from __future__ import annotations

import csv
import datetime as dt
import fcntl
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
import pytest
from generated_stacks import example, served
from prediction_server import KEY, THROTTLED, UNAVAILABLE, PredictionServer
from prediction_tools.predict.errors import PredictError
from prediction_tools.predict.exchange import Exchange, StoppedError
from prediction_tools.predict.http_access import HttpTransport, connect
from prediction_tools.predict.messages import Request, Response
from prediction_tools.predict.run import Job, Summary, predict
from prediction_tools.predict.transport import ConnectionFailedError, Credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generated_stacks import Stack

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = ROOT / "examples/bikeshare/contract.yaml"
CLIENT = Path(__file__).with_name("prediction_client.py")
RANDOM = random.Random
ROWS = 6493  # of the data set's file for predictions
SMALL = 400
START = dt.datetime(2011, 1, 20)  # noqa: DTZ001 - local times, as in the data set
NAMES = ["datetime", "season", "holiday", "workingday", "weather", "temp", "atemp", "humidity", "windspeed"]


class Data(NamedTuple):
    """Rows, the file that contains them, and the booster's predictions."""

    path: Path
    rows: list[list[Any]]
    expected: list[float]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with served({"bikeshare": example("bikeshare")}, RANDOM(1), tmp_path_factory.mktemp("stack")) as stacks:
        yield stacks[0]


@pytest.fixture
def server(stack: Stack) -> Iterator[PredictionServer]:
    with PredictionServer(stack.handler) as made:
        threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
        yield made
        made.shutdown()


@pytest.fixture(scope="module")
def rows() -> list[list[Any]]:
    rng = RANDOM(2)
    return [
        [
            str(START + dt.timedelta(hours=hour)),
            *(rng.randint(1, 4), rng.randint(0, 1), rng.randint(0, 1), rng.randint(1, 4)),
            *(round(rng.uniform(0, 40), 2), round(rng.uniform(0, 45), 3), rng.randint(0, 100), round(rng.uniform(0, 56), 4)),
        ]
        for hour in range(ROWS)
    ]


@pytest.fixture(scope="module")
def data(stack: Stack, rows: list[list[Any]], tmp_path_factory: pytest.TempPathFactory) -> Data:
    expected = stack.predictions([dict(zip(NAMES, row, strict=True)) for row in rows])
    return Data(table(tmp_path_factory.mktemp("data") / "test.csv", rows), rows, expected)


@pytest.fixture(scope="module")
def small(data: Data, tmp_path_factory: pytest.TempPathFactory) -> Data:
    return Data(table(tmp_path_factory.mktemp("data") / "small.csv", data.rows[:SMALL]), data.rows[:SMALL], data.expected[:SMALL])


def table(path: Path, rows: list[list[Any]], names: list[str] = NAMES) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([names, *rows])
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def run(server: PredictionServer, source: Path, output: Path, **options: Any) -> Summary:
    given = {"ids": ("datetime",), "contract": CONTRACT, "patience": 30.0} | options
    job = Job(source, output, server.url, **given)
    return predict(job, HttpTransport(server.url, Credentials(KEY), 20, job.connections))


def assert_complete(output: Path, data: Data) -> None:
    found = [(line["datetime"], float(line["count"])) for line in read(output)]
    assert found == [(row[0], value) for row, value in zip(data.rows, data.expected, strict=True)]


def test_every_row_gets_the_boosters_prediction_in_the_order_of_the_input(server: PredictionServer, data: Data, tmp_path: Path) -> None:
    assert run(server, data.path, tmp_path / "out.csv") == Summary(ROWS, 0, ROWS)
    assert_complete(tmp_path / "out.csv", data)


def test_throttles_errors_and_dropped_connections_do_not_change_the_output(server: PredictionServer, data: Data, tmp_path: Path) -> None:
    rng = RANDOM(3)
    failures = [(429, THROTTLED, {"Retry-After": "1"}), (503, UNAVAILABLE, {}), (429, THROTTLED, {}), None]
    server.failure = lambda: rng.choice(failures) if rng.random() < 0.2 else True
    run(server, data.path, tmp_path / "out.csv", rows=100, connections=16)
    assert_complete(tmp_path / "out.csv", data)


def test_a_run_that_is_killed_ten_times_completes_without_a_repeat(server: PredictionServer, data: Data, tmp_path: Path) -> None:
    rng = RANDOM(4)
    output = tmp_path / "out.csv"
    words = [sys.executable, CLIENT, server.url, data.path, output, CONTRACT, KEY]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as clients:
        assert clients.stdin
        assert clients.stdout
        for _ in range(10):
            clients.stdin.write("\n")
            process = int(clients.stdout.readline())
            server.after = countdown(rng.randint(1, 16), partial(os.kill, process, signal.SIGKILL))
            assert int(clients.stdout.readline()) == -signal.SIGKILL
        server.after = lambda: None
        clients.stdin.write("\n")
        clients.stdout.readline()
        assert int(clients.stdout.readline()) == 0
    assert_complete(output, data)
    repeated = server.answered.total() - len(server.answered)
    assert repeated <= 10 * 2  # the rows that each of the two connections had sent when it was killed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "out.csv.journal"]


def countdown(count: int, act: Callable[[], None]) -> Callable[[], None]:
    left = iter(range(count - 1, -1, -1))
    return lambda: None if next(left, 1) else act()


def test_a_run_that_stopped_continues_without_asking_again_for_finished_batches(
    server: PredictionServer, small: Data, tmp_path: Path
) -> None:
    answers = iter([True] * 20)
    server.failure = lambda: next(answers, (500, {"code": "internal", "retryable": False}, {}))
    with pytest.raises(PredictError, match="500 internal"):
        run(server, small.path, tmp_path / "out.csv", rows=10)
    server.failure = lambda: True
    assert run(server, small.path, tmp_path / "out.csv").requested == SMALL - 20 * 10
    assert set(server.answered.values()) == {1}
    assert_complete(tmp_path / "out.csv", small)


def test_a_finished_run_that_is_repeated_sends_nothing(server: PredictionServer, small: Data, tmp_path: Path) -> None:
    run(server, small.path, tmp_path / "out.csv")
    before = server.answered.total()
    assert run(server, small.path, tmp_path / "out.csv") == Summary(SMALL, 0, 0)
    assert server.answered.total() == before


def test_a_journal_that_was_cut_off_in_a_line_costs_only_its_batch(server: PredictionServer, small: Data, tmp_path: Path) -> None:
    server.failure = lambda: True if len(server.answered) < 8 else (500, {"code": "internal"}, {})
    with pytest.raises(PredictError):
        run(server, small.path, tmp_path / "out.csv", rows=20, connections=1)
    journal = tmp_path / "out.csv.journal"
    journal.write_bytes(journal.read_bytes()[:-100])
    server.failure = lambda: True
    assert run(server, small.path, tmp_path / "out.csv").requested == SMALL - 7 * 20
    assert_complete(tmp_path / "out.csv", small)


def test_rejected_rows_are_in_a_side_file_with_their_lines_and_pointers(server: PredictionServer, small: Data, tmp_path: Path) -> None:
    wrong = [
        *small.rows[:3],
        ["2011-13-01 00:00:00", *small.rows[3][1:]],
        [*small.rows[4][:5], "warm", *small.rows[4][6:]],
        small.rows[5][:4],
        *small.rows[6:8],
    ]
    source = table(tmp_path / "some.csv", wrong)
    assert run(server, source, tmp_path / "out.csv") == Summary(5, 3, 8)
    listed = [json.loads(line) for line in (tmp_path / "out.rejected.jsonl").read_text().splitlines()]
    assert [(one["line"], [(error["code"], error["pointer"]) for error in one["errors"]]) for one in listed] == [
        (5, [("datetime", "/datetime")]),
        (6, [("type", "/temp")]),
        (7, [("unreadable", "")]),
    ]
    assert listed[1]["record"]["temp"] == "warm"
    assert [line["datetime"] for line in read(tmp_path / "out.csv")] == [row[0] for row in [*small.rows[:3], *small.rows[6:8]]]


def test_fields_that_mean_missing_are_sent_as_null(server: PredictionServer, small: Data, tmp_path: Path) -> None:
    source = table(tmp_path / "some.csv", [[*small.rows[0][:5], "NA", *small.rows[0][6:]]])
    assert run(server, source, tmp_path / "as_written.csv")[:2] == (0, 1)
    run(server, source, tmp_path / "out.csv", missing=("NA",))
    (one,) = [json.loads(line) for line in (tmp_path / "out.rejected.jsonl").read_text().splitlines()]
    assert one["errors"][0]["detail"] == "temp is required and must not be null"


def test_more_invalid_rows_than_one_response_lists_are_all_set_apart(server: PredictionServer, small: Data, tmp_path: Path) -> None:
    wrong = [row if number % 3 else [row[0], 9, *row[2:]] for number, row in enumerate(small.rows[:200])]
    assert run(server, table(tmp_path / "some.csv", wrong), tmp_path / "out.csv")[:2] == (133, 67)


def test_a_request_that_is_too_large_is_halved(server: PredictionServer, small: Data, tmp_path: Path) -> None:
    too_large = {"code": "too_many_instances", "retryable": False}
    inner = server.handler

    def limited(event: Any, context: Any) -> Any:
        if event["body"].count("\n") > 101:
            return {"statusCode": 413, "headers": {}, "body": json.dumps(too_large)}
        return inner(event, context)

    server.handler = limited
    assert run(server, small.path, tmp_path / "out.csv", rows=SMALL)[:2] == (SMALL, 0)
    assert len(server.answered) == 4


@pytest.mark.parametrize("ending", ["parquet", "jsonl"])
def test_every_format_is_read_and_written(server: PredictionServer, small: Data, tmp_path: Path, ending: str) -> None:
    frame = pl.DataFrame(small.rows[:50], schema=NAMES, orient="row").with_columns(pl.col("datetime").str.to_datetime())
    frame = frame.with_columns(pl.int_range(50).alias("id"))
    source, output = tmp_path / f"in.{ending}", tmp_path / f"out.{ending}"
    if ending == "parquet":
        frame.write_parquet(source)
    else:
        frame.with_columns(pl.col("datetime").dt.strftime("%Y-%m-%d %H:%M:%S")).write_ndjson(source)
    run(server, source, output, ids=("id", "datetime") if ending == "parquet" else ("id",))
    found = pl.read_parquet(output) if ending == "parquet" else pl.read_ndjson(output)
    assert found["count"].to_list() == small.expected[:50]
    assert found["id"].equals(frame["id"])
    assert "datetime" not in found or found["datetime"].dtype == frame["datetime"].dtype


def test_rows_of_json_lines_may_be_positional(server: PredictionServer, small: Data, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps({"id": number, "features": row}) + "\n" for number, row in enumerate(small.rows[:20])))
    run(server, source, tmp_path / "out.jsonl", ids=("id",))
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert lines == [{"id": number, "count": value} for number, value in enumerate(small.expected[:20])]


def test_columns_that_are_not_features_are_not_sent_and_keep_their_name_beside_the_prediction(
    server: PredictionServer, small: Data, tmp_path: Path
) -> None:
    source = table(tmp_path / "train.csv", [[*row, 3, "Zoë, the 1st"] for row in small.rows[:5]], [*NAMES, "count", "note"])
    notes: list[str] = []
    job = Job(source, tmp_path / "out.csv", server.url, ids=("count",), contract=CONTRACT)
    predict(job, HttpTransport(server.url, Credentials(KEY), 20, 1), note=notes.append)
    assert [(line["count"], float(line["predicted_count"])) for line in read(tmp_path / "out.csv")] == [
        ("3", one) for one in small.expected[:5]
    ]
    assert notes == ["Columns that are not features are not sent: note"]


def test_the_function_itself_gives_the_same_predictions(
    server: PredictionServer, small: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", server.url.removesuffix("/v1"))
    transport = connect("bikeshare", Credentials(), 20, 4)
    job = Job(small.path, tmp_path / "out.csv", "bikeshare", ids=("datetime",), contract=CONTRACT)
    predict(job, transport)
    assert_complete(tmp_path / "out.csv", small)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"output": Path("out.txt")}, "unknown format. Use a name that ends in"),
        ({"ids": ("nothing",)}, "no column nothing to pass through"),
        ({"output": "data"}, "must be different files"),
        ({"contract": Path("missing.yaml")}, "missing.yaml"),
        ({"source": "no temp"}, "no column temp, which the model needs"),
        ({"source": "empty"}, "the first line must name the columns"),
        ({"source": "twice"}, "more than one column named temp"),
    ],
)
def test_a_run_that_cannot_succeed_is_rejected_before_the_first_request(
    server: PredictionServer, small: Data, tmp_path: Path, change: dict[str, Any], sentence: str
) -> None:
    files = {
        "data": small.path,
        "no temp": table(tmp_path / "a.csv", [row[:5] for row in small.rows[:2]], NAMES[:5] + NAMES[6:]),
        "twice": table(tmp_path / "b.csv", small.rows[:2], [*NAMES, "temp"]),
        "empty": tmp_path / "empty.csv",
    }
    files["empty"].touch()
    given: dict[str, Any] = {"source": small.path, "output": tmp_path / "out.csv", "target": server.url, "contract": CONTRACT}
    job = Job(**given | {name: files.get(value, value) if isinstance(value, str) else value for name, value in change.items()})
    with pytest.raises(PredictError, match=re.escape(sentence)):
        predict(job, HttpTransport(server.url, Credentials(KEY), 20, 1))
    assert not server.answered


def test_an_output_of_another_run_is_never_replaced(server: PredictionServer, small: Data, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    output.write_text("precious")
    with pytest.raises(PredictError, match="exists"):
        run(server, small.path, output)
    run(server, small.path, output, overwrite=True)
    other = table(tmp_path / small.path.name, small.rows[:10])
    with pytest.raises(PredictError, match="was made from another"):
        run(server, other, output)
    assert len(read(output)) == SMALL


def test_an_input_that_changed_during_the_run_is_noticed(server: PredictionServer, small: Data, tmp_path: Path) -> None:
    source = table(tmp_path / "data.csv", small.rows[:100])
    answers = iter([True] * 3)
    server.failure = lambda: next(answers, (500, {"code": "internal"}, {}))
    with pytest.raises(PredictError):
        run(server, source, tmp_path / "out.csv", rows=10, connections=1)
    table(source, [small.rows[99], *small.rows[1:100]])
    with pytest.raises(PredictError, match="has changed since the run began"):
        run(server, source, tmp_path / "out.csv")


def test_two_runs_cannot_write_the_same_output(server: PredictionServer, small: Data, tmp_path: Path) -> None:
    with (tmp_path / "out.csv.journal").open("wb") as journal:
        fcntl.flock(journal, fcntl.LOCK_EX)
        with pytest.raises(PredictError, match="another run writes the same output"):
            run(server, small.path, tmp_path / "out.csv")


def test_a_rejected_key_ends_the_run_and_is_nowhere_in_its_message(server: PredictionServer, small: Data, tmp_path: Path) -> None:
    job = Job(small.path, tmp_path / "out.csv", server.url, contract=CONTRACT)
    with pytest.raises(PredictError) as ended:
        predict(job, HttpTransport(server.url, Credentials("a-wrong-secret"), 20, 1))
    assert str(ended.value) == "403 api_key_invalid The header x-api-key is missing or is not a key of this API."


def test_a_key_is_not_sent_unencrypted_to_another_machine() -> None:
    with pytest.raises(PredictError, match="unencrypted"):
        connect("http://example.com/v1", Credentials(KEY), 20, 1)


def test_credentials_do_not_show_their_secrets() -> None:
    assert repr(Credentials("key", "token")) == "Credentials(iam=False)"


class Script:
    """A transport that answers from a list, and notes what it was asked."""

    serves_document = False

    def __init__(self, *answers: Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[Request] = []

    def send(self, request: Request) -> Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Waits(threading.Event):
    """An event that notes for how long it is waited for, and does not wait."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.seconds.append(timeout or 0)
        return self.is_set()


POST = Request("POST", "/predictions", "text/csv", b"a\n1\n")
DONE = Response(200, b'{"predictions": [1.5]}')


@pytest.mark.parametrize(
    ("first", "least"),
    [
        (Response(429, b"", {"retry-after": "7"}), 7),
        (Response(503, b"{}", {"retry-after": "Wed, 01 Jan 2098 00:00:00 GMT"}), 1_000_000),
        (Response(503, b'{"retryable": true}'), 0.5),
        (Response(502, b'{"retryable": true}'), 0.5),
        (ConnectionFailedError("reset"), 0.5),
    ],
)
def test_a_failure_that_may_pass_is_tried_again_when_the_api_says(first: Response | Exception, least: float) -> None:
    waits = Waits()
    transport = Script(first, DONE)
    assert Exchange(transport, 1e12, waits).request(POST) == DONE
    assert len(waits.seconds) == 1
    assert waits.seconds[0] >= least


@pytest.mark.parametrize(
    "final",
    [
        Response(503, b'{"code": "endpoint_off", "retryable": false}'),
        Response(429, b'{"code": "quota_exceeded", "retryable": true}'),
        Response(302, b""),
        Response(500, b"{}"),
    ],
)
def test_a_failure_that_lasts_is_not_tried_again(final: Response) -> None:
    transport = Script(final)
    assert Exchange(transport, 1e12, Waits()).request(POST) == final


def test_retries_end_when_the_patience_does() -> None:
    transport = Script(*[Response(429, b'{"code": "throttled"}', {"retry-after": "30"})] * 5)
    with pytest.raises(PredictError, match="did not recover in time: 429 throttled"):
        Exchange(transport, 10, Waits()).request(POST)
    assert len(transport.asked) == 1


def test_an_asynchronous_api_is_polled_at_the_location_that_it_gives() -> None:
    accepted = Response(202, b'{"id": "6f1d", "location": "/predictions/6f1d"}', {"retry-after": "3"})
    pending = Response(202, b'{"id": "6f1d"}', {"retry-after": "5"})
    waits = Waits()
    transport = Script(accepted, pending, DONE)
    assert Exchange(transport, 60, waits).request(POST) == DONE
    assert [(one.method, one.path) for one in transport.asked[1:]] == [("GET", "/predictions/6f1d")] * 2
    assert waits.seconds == [3, 5]


def test_a_run_that_is_stopped_does_not_wait_for_its_next_attempt() -> None:
    stopped = threading.Event()
    stopped.set()
    with pytest.raises(StoppedError):
        Exchange(Script(), 60, stopped).request(POST)

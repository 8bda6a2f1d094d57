# SPDX-License-Identifier: Apache-2.0
"""A run: from a file of rows to a file of predictions, through an API."""

from __future__ import annotations

import hashlib
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, NamedTuple

from . import description as descriptions
from . import output as outputs
from .batch_prediction import Predictor
from .batches import batches
from .errors import PredictError
from .exchange import Exchange, StoppedError
from .journal import Journal
from .source import JSON_LINES
from .sources import open_source
from .transport import stage_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future
    from pathlib import Path
    from typing import Any

    from .batch_prediction import Result
    from .batches import Batch
    from .description import Description
    from .source import Source
    from .transport import Transport

ROWS = 500  # of a batch: tens of kilobytes for a usual contract, and a fraction of a second
WINDOW = 2  # batches for each connection that are read ahead


@dataclass(frozen=True)
class Job:
    """A file to predict. ``rows`` of a request are by default ``ROWS``, or fewer if the API allows fewer; ``patience`` is in seconds."""

    source: Path
    output: Path
    target: str
    ids: tuple[str, ...] = ()
    rejected: Path | None = None
    contract: Path | None = None
    rows: int | None = None
    connections: int = 4
    patience: float = 600.0
    overwrite: bool = False
    missing: tuple[str, ...] = ()
    """Fields of a CSV that are sent as null."""

    @property
    def journal(self) -> Path:
        """The journal of the run."""
        return self.output.with_name(f"{self.output.name}.journal")

    @property
    def side_file(self) -> Path:
        """The file of the rows that were rejected."""
        return self.rejected or self.output.with_name(f"{self.output.stem}.rejected.jsonl")


class Progress(NamedTuple):
    """How far a run is: rows that are done, how many of them in this process, and the share of the input, from 0 to 1."""

    rows: int
    new: int
    share: float


class Summary(NamedTuple):
    """The result of a run: the rows in the output, those in the side file, and how many of all were requested in this process."""

    predicted: int
    rejected: int
    requested: int


def predict(
    job: Job,
    transport: Transport,
    report: Callable[[Progress], None] = lambda _: None,
    note: Callable[[str], None] = lambda _: None,
    stopped: Event | None = None,
) -> Summary:
    """Predict every row of a file, and write the output when the last one is done.

    Run it again after it was stopped, and it continues. ``note`` gets sentences for the user. Setting ``stopped`` ends it.
    Raises PredictError if it cannot go on, and StoppedError; both keep what is done.
    """
    try:
        return _predict(job, transport, report, note, stopped or Event())
    except OSError as error:  # of a file: those of connections have become other exceptions
        raise PredictError(f"{error.filename or job.output}: {error.strerror or error}") from None


def _predict(job: Job, transport: Transport, report: Callable[[Progress], None], note: Callable[[str], None], stopped: Event) -> Summary:
    _check_paths(job)
    source = open_source(job.source, job.missing)
    exchange = Exchange(transport, job.patience, stopped)
    described = _description(job, transport, exchange)
    names = _sent(source, described, job.ids, note)
    with closing(_journal(job, described, names)) as journal:
        counted = _Counted(source, journal, report)
        if journal.complete:
            return _repeated(job, counted)
        if journal.entries:
            note(f"Continuing: {len(journal.entries)} batches were finished before")
        _request(Predictor(exchange, source, names), counted, job.connections, stopped)
        return _finish(job, counted, described)


def _check_paths(job: Job) -> None:
    if problem := outputs.format_problem(job.output):
        raise PredictError(problem)
    paths = [path.resolve() for path in (job.source, job.output, job.side_file, job.journal)]
    if len(set(paths)) < len(paths):
        raise PredictError("The input, the output and the file of rejected rows must be different files.")


def _description(job: Job, transport: Transport, exchange: Exchange) -> Description:
    if job.contract:
        return descriptions.of_contract(job.contract)
    return descriptions.of_api(exchange) if transport.serves_document else descriptions.Description()


def _sent(source: Source, described: Description, ids: Sequence[str], note: Callable[[str], None]) -> list[str] | None:
    """Return the columns to send, or None for all. Raises PredictError if a column is missing."""
    columns = source.columns
    if missing := [name for name in ids if name not in columns]:
        raise PredictError(f"The input has no column {', '.join(missing)} to pass through. Its columns are {', '.join(columns)}.")
    if described.features is None:
        return [name for name in columns if name not in ids] if ids else None
    positional = "features" in columns and not source.tabular
    if source.tabular and (missing := sorted(described.required - set(columns))):
        raise PredictError(f"The input has no column {', '.join(missing)}, which the model needs. Its columns are {', '.join(columns)}.")
    if left_out := [name for name in columns if name not in described.features and name not in ids and not positional]:
        note(f"Columns that are not features are not sent: {', '.join(left_out)}")
    return [name for name in columns if name in described.features]


def _journal(job: Job, described: Description, names: Sequence[str] | None) -> Journal:
    """Open the journal of a job. Raises PredictError if its output exists and was not made by the same run."""
    existing = next((path for path in (job.output, job.side_file) if path.exists()), None)
    if existing and not job.journal.exists() and not job.overwrite:
        raise PredictError(f"{existing} exists. Choose another name, or replace it with --overwrite.")
    header = {
        "target": stage_url(job.target),
        "input": job.source.name,
        "passed columns": list(job.ids),
        "set of features": None if names is None else list(names),
        "rows": job.rows or min(ROWS, described.rows or ROWS),
    } | ({"missing values": sorted(job.missing)} if job.missing else {})
    journal = Journal.open(job.journal, header, overwrite=job.overwrite)
    if journal.complete and not job.output.exists():  # the output was removed: predict again
        journal.close()
        journal = Journal.open(job.journal, header, overwrite=True)
    return journal


class _Counted:
    """The batches of a run's input, which are counted while they finish."""

    def __init__(self, source: Source, journal: Journal, report: Callable[[Progress], None]) -> None:
        self.journal = journal
        self.requested = 0
        self.source = source
        self._report = report
        self._rows = 0
        self._position = 0

    def batches(self) -> Iterator[Batch]:
        """Read all batches."""
        return batches(self.source, self.journal.header["rows"])

    def finished(self, batch: Batch, start: int, *, new: bool) -> None:
        """Note that a batch, which starts at a position of the source, has finished."""
        self._rows += len(batch.records)
        self.requested += len(batch.records) if new else 0
        self._position += batch.records[-1].position - start
        self._report(Progress(self._rows, self.requested, min(1.0, self._position / max(1, self.source.size))))


def _request(predictor: Predictor, counted: _Counted, connections: int, stopped: Event) -> None:
    """Request the predictions of every batch that the journal does not have. Raises PredictError and StoppedError."""
    pending: dict[Future[Result], tuple[Batch, int]] = {}
    failures: list[BaseException] = []

    def collect(futures: Iterable[Future[Result]]) -> None:
        for future in futures:
            batch, start = pending.pop(future)
            if error := future.exception():
                failures.append(error)
                stopped.set()
            else:
                counted.journal.append(batch.number, batch.digest, future.result())
                counted.finished(batch, start, new=True)

    with ThreadPoolExecutor(connections, "predict") as pool:
        try:
            start = 0
            for batch in counted.batches():
                if stopped.is_set():
                    break
                if batch.number in counted.journal.entries:
                    _check_same(counted.journal, batch)
                    counted.finished(batch, start, new=False)
                else:
                    pending[pool.submit(predictor.predict, batch)] = (batch, start)
                start = batch.records[-1].position
                if len(pending) >= WINDOW * connections:
                    collect(wait(pending, return_when=FIRST_COMPLETED).done)
            collect(wait(pending).done)
        except BaseException:
            stopped.set()
            collect(wait(pending).done)
            raise
    if stopped.is_set():
        raise next((error for error in failures if not isinstance(error, StoppedError)), StoppedError())


def _check_same(journal: Journal, batch: Batch) -> None:
    if journal.entries[batch.number].digest != batch.digest:
        raise PredictError(
            f"The input has changed since the run began, at line {batch.records[0].line} or after. Start over with --overwrite."
        )


def _finish(job: Job, counted: _Counted, described: Description) -> Summary:
    """Write the output from the journal, and close the run."""
    journal = counted.journal
    nested = job.output.suffix.lower() in JSON_LINES

    def rows() -> Iterator[outputs.Line]:
        return outputs.lines(counted.batches(), journal, job.ids, described, nested=nested)

    totals, columns = outputs.survey(rows(), job.ids)
    if not totals[False]:
        columns[described.output] = set()
    outputs.assemble(job.output, job.side_file, rows(), columns, counted.source.types)
    summary = Summary(totals[False], totals[True], counted.requested)
    journal.finish({"digest": _digest(counted), "predicted": summary.predicted, "rejected": summary.rejected})
    return summary


def _repeated(job: Job, counted: _Counted) -> Summary:
    """Return the summary of the finished run that made the output. Raises PredictError if the input is another one now."""
    noted: dict[str, Any] = counted.journal.complete or {}
    if noted["digest"] != _digest(counted):
        raise PredictError(f"{job.output} was made from another {job.source.name}. Choose another name, or replace it with --overwrite.")
    return Summary(noted["predicted"], noted["rejected"], 0)


def _digest(counted: _Counted) -> str:
    """SHA-256 of the whole input, batch by batch."""
    digest = hashlib.sha256()
    for batch in counted.batches():
        digest.update(batch.digest.encode())
    return digest.hexdigest()

"""Several calls of the endpoint at once, or one that has to be left behind in time. Loaded when needed."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from time import monotonic
from typing import TYPE_CHECKING

from .problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future
    from typing import Any


def side_by_side(
    call: Callable[[Any, float], Any], calls: Iterable[tuple[Any, int]], deadline: float, concurrency: int
) -> list[tuple[Any, int]]:
    """Return each call's answer with its number of rows, in order. Raises Problem; late calls are left behind."""
    futures: list[tuple[Future[Any], int]] = []
    running: set[Future[Any]] = set()
    pool = ThreadPoolExecutor(concurrency)
    try:
        for body, rows in calls:
            if len(running) == concurrency:
                done, running = wait(running, max(0.0, deadline - monotonic()), FIRST_COMPLETED)
                for future in done:
                    future.result()  # the first failure ends the request
                if not done:
                    raise Problem("timeout")
            future = pool.submit(call, body, deadline)
            running.add(future)
            futures.append((future, rows))
        return [(future.result(max(0.0, deadline - monotonic())), rows) for future, rows in futures]
    except TimeoutError:
        raise Problem("timeout") from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)

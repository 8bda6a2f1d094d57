# SPDX-License-Identifier: Apache-2.0
"""Several calls at once, or one that has to be abandoned when its time is over."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from time import monotonic
from typing import TYPE_CHECKING

from .problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future


def side_by_side[Given, Result](call: Callable[[Given], Result], items: Iterable[Given], deadline: float, concurrency: int) -> list[Result]:
    """Return the result of a call for each item, in order, with at most ``concurrency`` calls at once.

    An item is read when there is room for its call. The first failure is raised. Raises Problem when ``deadline``,
    on the clock of ``time.monotonic``, has passed; calls that still run are abandoned.
    """
    futures: list[Future[Result]] = []
    running: set[Future[Result]] = set()
    pool = ThreadPoolExecutor(concurrency)
    try:
        for item in items:
            if len(running) == concurrency:
                done, running = wait(running, max(0.0, deadline - monotonic()), FIRST_COMPLETED)
                for future in done:
                    future.result()  # the first failure ends the request
                if not done:
                    raise Problem("timeout")
            future = pool.submit(call, item)
            running.add(future)
            futures.append(future)
        return [future.result(max(0.0, deadline - monotonic())) for future in futures]
    except TimeoutError:
        raise Problem("timeout") from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)

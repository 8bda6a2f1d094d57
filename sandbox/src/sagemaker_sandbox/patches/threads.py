"""LocalStack's list of threads to end with it, without those that have ended.

Each invocation of a function starts a thread, which records a metric. LocalStack keeps every one, about 12 KB for each invocation.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from localstack.utils.patch import patch
from localstack.utils.threads import TMP_THREADS, FuncThread

if TYPE_CHECKING:
    from collections.abc import Callable


def apply_patches() -> None:
    """Forget threads that have ended whenever another one is created."""

    @patch(FuncThread.__init__)
    def create(original: Callable[..., None], self: FuncThread, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        for thread in list(TMP_THREADS):
            if isinstance(thread, FuncThread) and thread.ident is not None and not thread.is_alive():
                with suppress(ValueError):  # removed by another thread
                    TMP_THREADS.remove(thread)

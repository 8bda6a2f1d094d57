# SPDX-License-Identifier: Apache-2.0
"""The garbage collector is off during init: start-up objects live for ever, and a collection would only delay it.

Import this module first.
"""

import gc

THRESHOLD = 100_000  # containers allocated between two collections; a request makes no cycles

gc.disable()


def resume() -> None:
    """Turn the collector on again, but not for the objects that exist now."""
    gc.freeze()
    gc.set_threshold(THRESHOLD)
    gc.enable()

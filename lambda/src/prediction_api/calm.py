"""No search for garbage while the function starts: nothing made then is any, and the first request waits."""

import gc

CONTAINERS = 100_000  # lists, dicts and the like made between two searches later on; a request makes no cycles

gc.disable()


def resume() -> None:
    """Search again, but not in what is there."""
    gc.freeze()
    gc.set_threshold(CONTAINERS)
    gc.enable()

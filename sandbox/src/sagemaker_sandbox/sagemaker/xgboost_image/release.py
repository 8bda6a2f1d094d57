"""How the releases of AWS's ``sagemaker-xgboost`` image differ, as the branches of its public source have it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

MEBIBYTE = 1024**2


@dataclass(frozen=True)
class Release:
    """What one image tag does; the defaults are those of most releases since 1.3-1."""

    tag: str
    answers_accept: bool = True
    """Writes one CSV line a row, and JSON when asked; else one line of rows joined by commas, whatever Accept says."""
    averages_files: bool = True
    """Loads every file of the model folder; else only the first."""
    skips_dotfiles: bool = True
    largest_limit: int | None = None
    """The most that MAX_CONTENT_LENGTH can be raised to, in bytes."""
    scores_absolute_error: bool = False
    """Selectable inference knows ``reg:absoluteerror``."""
    stops_early: bool = True
    """Predicts with the attribute ``best_ntree_limit`` of a model only."""
    votes: bool = True
    """An ensemble of class labels answers; else its vote loses its rows (scipy 1.11 dropped an axis) and it fails."""
    shifts_libsvm: bool = False
    """Takes libsvm indices that start at 1 as counted from 1."""
    numpy: tuple[int, int] = (1, 24)


_OLD = Release("1.2-1", answers_accept=False, averages_files=False, largest_limit=20 * MEBIBYTE, numpy=(1, 21))
_NEW = Release("3.0-5", scores_absolute_error=True, stops_early=False, votes=False, numpy=(2, 1))

RELEASES = {
    release.tag: release
    for release in (
        replace(_OLD, tag="1.0-1", skips_dotfiles=False),
        _OLD,
        Release("1.2-2", skips_dotfiles=False, numpy=(1, 21)),
        Release("1.3-1", numpy=(1, 21)),
        Release("1.5-1"),
        Release("1.7-1", scores_absolute_error=True),
        _NEW,
        replace(_NEW, tag="3.2-0", shifts_libsvm=True),
    )
}


def is_tag(tag: str) -> bool:
    """Tell whether the repository can have this tag at all: ``1``, ``latest`` and the like do not exist in it."""
    return re.fullmatch(r"\d+\.\d+-\d+(-[a-z0-9-]+)?", tag) is not None


def release_of(tag: str) -> Release | None:
    """Find the release that ``tag`` names, with or without a platform suffix such as ``-cpu-py3``."""
    return RELEASES.get("-".join(tag.split("-")[:2]))

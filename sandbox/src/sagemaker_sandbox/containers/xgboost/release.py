"""How the releases of AWS's ``sagemaker-xgboost`` image differ, according to the branches of its public source."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

MEBIBYTE = 1024**2


@dataclass(frozen=True)
class Release:
    """The behavior of one image tag; the defaults are those of most releases since 1.3-1."""

    tag: str
    answers_accept: bool = True
    """Writes one CSV line per row, or JSON on request; otherwise one line of rows joined by commas, whatever Accept says."""
    averages_files: bool = True
    """Loads every file in the model folder; otherwise only the first."""
    skips_dotfiles: bool = True
    largest_limit: int | None = None
    """The upper bound of MAX_CONTENT_LENGTH, in bytes."""
    scores_absolute_error: bool = False
    """Selectable inference supports ``reg:absoluteerror``."""
    stops_early: bool = True
    """Predicts only with the rounds up to a model's attribute ``best_ntree_limit``."""
    votes: bool = True
    """An ensemble of class labels works; otherwise its vote loses its rows (scipy 1.11 dropped an axis) and it fails."""
    shifts_libsvm: bool = False
    """Treats libsvm indices that start at 1 as one-based."""
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
    """Return whether the repository can contain this tag at all: it has no ``1``, ``latest`` and the like."""
    return re.fullmatch(r"\d+\.\d+-\d+(-[a-z0-9-]+)?", tag) is not None


def release_of(tag: str) -> Release | None:
    """Return the release that ``tag`` names, with or without a platform suffix such as ``-cpu-py3``."""
    return RELEASES.get("-".join(tag.split("-")[:2]))

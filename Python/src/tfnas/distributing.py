"""Scores of many networks on an executor of the user's."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from typing import TYPE_CHECKING, Any, Optional

from ._progress import Progress
from .errors import Interrupted, UsageError
from .networks import Source
from .results import Scores
from .scoring import image_options, run_scores

if TYPE_CHECKING:
    from .scoring import Images

__all__ = ["score_chunk", "score_there"]

Part = tuple[list[dict[str, Any]], list[str], list[str]]


def score_chunk(
    found: Sequence[Source],
    arguments: Sequence[str],
    images: Optional[Images] = None,
    labels: Optional[Images] = None,
) -> Part:
    """Scores a few networks where this is called; executors send this function."""
    with image_options(images, labels) as given:
        return run_scores(found, [*given, *arguments])


def score_there(
    found: Sequence[Source],
    arguments: Sequence[str],
    bar: Progress,
    executor: Executor,
    chunk: Optional[int],
    images: Optional[Images],
    labels: Optional[Images],
) -> Scores:
    """Scores networks on an executor, and gives the rows in the order of the networks.

    Raises:
        Interrupted: Ctrl-C. Tasks that have not started are taken back; the exception has what
            was finished.
    """
    # Enough tasks that a slow one at the end matters little, and not one command a network.
    size = max(1, min(16, len(found) // 32)) if chunk is None else chunk
    if size < 1:
        raise UsageError(f"chunk must be at least 1, not {chunk}")
    portable = [source.portable() for source in found]
    places: dict[Future[Part], int] = {}
    parts: dict[int, Part] = {}
    try:
        for start in range(0, len(portable), size):
            part = portable[start : start + size]
            task = executor.submit(score_chunk, part, list(arguments), images, labels)
            places[task] = start
        waiting = set(places)
        while waiting:
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for task in finished:
                parts[places[task]] = task.result()
                bar.advance(len(parts[places[task]][0]))
    except KeyboardInterrupt as error:
        raise Interrupted("interrupted", _joined(parts)) from error
    finally:
        for task in places:
            task.cancel()
    return _joined(parts)


def _joined(parts: dict[int, Part]) -> Scores:
    ordered = [parts[start] for start in sorted(parts)]
    return Scores(
        [record for part in ordered for record in part[0]],
        [name for part in ordered for name in part[1]],
        notes=[note for part in ordered for note in part[2]],
    )

"""Searches: in the command's spaces, in a space of a file, and in one that a function spans."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Optional, Union

from ._process import Call, documents, options
from ._progress import Progress
from .errors import UsageError
from .networks import Network
from .results import Results

__all__ = ["SearchResult", "search"]


class SearchResult(Results):
    """What a search found: a row for each of the best networks, the best first.

    Attributes:
        winner: The network that the search hands out.
        front: Networks that none is better than in score and cost together.
        ending: Why the search ended before its number of evaluations, ``None`` where it did not.
        report: All that the search says.
    """

    def __init__(
        self,
        rows: Iterable[dict[str, Any]],
        *,
        winner: Optional[dict[str, Any]],
        front: Iterable[dict[str, Any]] = (),
        ending: Optional[str] = None,
        report: Any = None,
        notes: Iterable[str] = (),
    ) -> None:
        super().__init__(rows, report=report, notes=notes)
        self.winner = winner
        self.front = Results(front)
        self.ending = ending


def search(
    space: Union[str, os.PathLike[str], Callable[[dict[str, Any]], Network]],
    *,
    evaluations: Optional[int] = None,
    population: Optional[int] = None,
    generation: int = 16,
    seed: Optional[int] = None,
    budget: Union[str, float, None] = None,
    store: Union[str, os.PathLike[str], None] = None,
    threads: Optional[int] = None,
    progress: Optional[bool] = None,
    by: Optional[str] = None,
    choices: Optional[Mapping[str, Sequence[Any]]] = None,
    constraints: Optional[Mapping[str, Any]] = None,
    accept: Optional[Callable[[dict[str, Any]], bool]] = None,
    **settings: Any,
) -> SearchResult:
    """Looks for the network that a ranking puts first.

    Args:
        space: The name of a search space, a space file, or a function that makes a network of a
            dictionary with one of each of ``choices``.
        evaluations: Networks that are scored.
        population: Parents are the best of all networks so far, one fewer than this.
        generation: Networks that are proposed together.
        seed: Of the proposals, and of weights and images.
        budget: The time after which the search stops: seconds, or a text such as ``"30m"``.
        store: A file that keeps every score; the same search goes on where it stopped.
        threads: Worker threads.
        progress: Whether a bar is shown.
        by: For a function: the proxy or ranking that decides, ``vkdnw`` by default.
        choices: For a function: the values of each choice.
        constraints: For a function: at most, or a pair of at least and at most, for counts of
            :func:`tfnas.count`: ``{"parameters": 1_000_000, "multiplyAdds": (1e7, 3e8)}``.
        accept: For a function: tells of a dictionary whether it is a network at all.
        settings: Any other option of ``tfnas search`` (``flops="450M"``), or for a function of
            :func:`tfnas.score` (``proxies``, ``input_shape``, ``batch``).

    Returns:
        The best networks, the best first.

    Raises:
        InputError: Nothing meets the constraints, or a network cannot be read.
        UsageError: An argument is wrong.
        Interrupted: Ctrl-C. What was scored is in the store.
    """
    if callable(space):
        from .function_search import FunctionSearch

        if not choices:
            raise UsageError("a search by a function needs choices, such as {'depth': [2, 3]}")
        return FunctionSearch(
            space,
            choices,
            by=by or "vkdnw",
            constraints=constraints or {},
            accept=accept,
            evaluations=100 if evaluations is None else evaluations,
            population=32 if population is None else population,
            generation=generation,
            seed=seed or 0,
            budget=_seconds(budget),
            store=store,
            settings={"threads": threads, **settings},
        ).run(progress)
    for name, value in (("choices", choices), ("constraints", constraints), ("accept", accept)):
        if value is not None:
            raise UsageError(
                f"{name} belongs to a search by a function; a space has its own, and options such "
                "as flops='450M'"
            )
    arguments = options(
        evaluations=evaluations,
        population=population,
        generation=generation,
        seed=seed,
        budget=f"{budget}s" if isinstance(budget, (int, float)) else budget,
        store=store,
        threads=threads,
        by=by,
        **settings,
    )
    with Progress(evaluations or 0, "scored", progress) as bar:
        outcome = Call(
            ["search", *arguments, "--format=json", "--", os.fspath(space)],
            on_progress=lambda done, total, text: bar.update(done, total, text),
        ).run()
    report = documents(outcome.text)
    return SearchResult(
        report.get("best", []),
        winner=report.get("winner"),
        front=report.get("front", []),
        ending=report.get("ending"),
        report=report,
        notes=outcome.notes,
    )


_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def _seconds(budget: Union[str, float, None]) -> Optional[float]:
    if budget is None or isinstance(budget, (int, float)):
        return budget
    number, unit = budget[:-1], budget[-1:]
    try:
        return float(number) * _UNITS[unit]
    except (KeyError, ValueError):
        raise UsageError(f"budget must be a time such as '30m' or '8h', not {budget!r}") from None

"""A search among the networks that a Python function makes.

The function says what there is; the command counts, scores and ranks. What happens here is the
bookkeeping between the two: which choices are tried next.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional, Union

from ._process import Call, options, rows
from ._progress import Progress
from .errors import InputError, Interrupted, TfnasError, UsageError
from .networks import Network, Source, sources
from .results import Scores, network_of
from .scoring import _shape_options
from .searching import SearchResult

__all__ = ["FunctionSearch"]

# So many proposals in a row that are known or not accepted mean that there is nothing left.
_PATIENCE = 10_000

Choice = tuple[int, ...]


@dataclass
class Candidate:
    """A network that was scored.

    Attributes:
        choice: The place of each choice among its values.
        argument: The command's argument for the network.
        is_architecture: Whether that is an architecture, and no file.
        record: The command's record.
    """

    choice: Choice
    argument: str
    is_architecture: bool
    record: dict[str, Any] = field(default_factory=dict)


class FunctionSearch:
    """Evolution: founders at random, then children of the best with one choice changed.

    A proposal is a function of the seed, its number and the ranks of all generations before, so a
    search that is started again proposes the same networks and takes their scores from the store.
    """

    def __init__(
        self,
        build: Callable[[dict[str, Any]], Network],
        choices: Mapping[str, Sequence[Any]],
        *,
        by: str,
        constraints: Mapping[str, Any],
        accept: Optional[Callable[[dict[str, Any]], bool]],
        evaluations: int,
        population: int,
        generation: int,
        seed: int,
        budget: Optional[float],
        store: Union[str, os.PathLike[str], None],
        settings: Mapping[str, Any],
    ) -> None:
        for name, number in (
            ("evaluations", evaluations),
            ("population", population),
            ("generation", generation),
        ):
            least = 2 if name == "population" else 1
            if isinstance(number, bool) or not isinstance(number, int) or number < least:
                raise UsageError(f"{name} must be a whole number from {least}, not {number!r}")
        self._build = build
        self._names = list(choices)
        self._values = [list(values) for values in choices.values()]
        for name, values in zip(self._names, self._values):
            if not values:
                raise UsageError(f"choices: {name!r} has no values")
        self._by = by
        self._limits = {name: _limits(name, limit) for name, limit in constraints.items()}
        self._accept = accept
        self._evaluations = evaluations
        self._population = population
        self._generation = generation
        self._seed = seed
        self._budget = budget
        self._store = store
        settings = dict(settings)
        self._input_shape: Optional[Sequence[int]] = settings.pop("input_shape", None)
        self._space: Optional[str] = settings.pop("space", None)
        wanted = settings.pop("proxies", None)
        proxies = [wanted] if isinstance(wanted, str) else list(wanted or [])
        self._is_expression = not by.replace("-", "").replace("_", "").isalnum()
        if not self._is_expression and by not in proxies:
            proxies.insert(0, by)
        self._options = options(space=self._space, seed=seed, proxies=proxies or None, **settings)
        self._seen: set[Choice] = set()
        self._candidates: list[Candidate] = []
        self._order: list[Candidate] = []
        self._rejections: dict[str, int] = {}

    def run(self, progress: Optional[bool] = None) -> SearchResult:
        """Searches until the evaluations or the time are used up, or nothing new is found.

        Raises:
            InputError: No network meets the constraints.
            Interrupted: Ctrl-C, with the result so far.
        """
        start = time.monotonic()
        ending = None
        with (
            tempfile.TemporaryDirectory(prefix="tfnas-") as name,
            Progress(self._evaluations, "scored", progress) as bar,
        ):
            folder = Path(name)
            if self._store is None and self._is_expression:
                # Ranks of an expression are those among all candidates, whose scores must be kept.
                self._store = folder / "scores.sqlite"
            number = 0
            try:
                while len(self._candidates) < self._evaluations:
                    if self._budget is not None and time.monotonic() - start > self._budget:
                        ending = "the time was used up"
                        break
                    proposed = self._propose(number, folder)
                    number += 1
                    if not proposed:
                        ending = "nothing new was found that meets the constraints"
                        break
                    self._score(proposed)
                    self._rank()
                    bar.update(len(self._candidates), self._evaluations)
            except Interrupted as error:
                error.results = self._result("interrupted") if self._order else None
                raise
            except KeyboardInterrupt as error:
                result = self._result("interrupted") if self._order else None
                raise Interrupted("interrupted", result) from error
        if not self._candidates:
            reasons = ", ".join(f"{name} {count}" for name, count in self._rejections.items())
            raise InputError(f"no network meets the constraints; rejected for: {reasons}")
        return self._result(ending)

    # Proposals

    def _propose(self, number: int, folder: Path) -> list[Candidate]:
        wanted = self._generation if self._order else max(self._generation, self._population)
        wanted = min(wanted, self._evaluations - len(self._candidates))
        parents = self._order[: self._population - 1]
        proposed: list[Candidate] = []
        for choice in self._fresh(number, parents):
            chosen = self._chosen(choice)
            if self._accept is not None and not self._accept(dict(chosen)):
                self._reject("accept")
                continue
            candidate = self._built(choice, chosen, folder)
            if self._fits(candidate):
                proposed.append(candidate)
                if len(proposed) == wanted:
                    break
        return proposed

    def _fresh(self, number: int, parents: Sequence[Candidate]) -> Iterator[Choice]:
        """Choices that were never proposed, until there seem to be none."""
        stream = random.Random(f"tfnas {self._seed} {number}")
        misses = 0
        while misses < _PATIENCE:
            if parents:
                choice = self._child(stream.choice(parents).choice, stream)
            else:
                choice = tuple(stream.randrange(len(values)) for values in self._values)
            if choice in self._seen:
                misses += 1
                continue
            self._seen.add(choice)
            misses = 0
            yield choice

    def _child(self, parent: Choice, stream: random.Random) -> Choice:
        place = stream.randrange(len(parent))
        count = len(self._values[place])
        if count == 1:
            return parent
        other = stream.randrange(count - 1)
        other += other >= parent[place]
        return (*parent[:place], other, *parent[place + 1 :])

    def _chosen(self, choice: Choice) -> dict[str, Any]:
        return {name: values[place] for name, values, place in zip(self._names, self._values, choice)}

    def _built(self, choice: Choice, chosen: dict[str, Any], folder: Path) -> Candidate:
        try:
            network = self._build(dict(chosen))
        except (TfnasError, KeyboardInterrupt):
            raise
        except Exception as error:
            raise InputError(f"the function failed on {chosen}: {error}") from error
        found = sources([network], self._input_shape, None)[0]
        argument = found.argument(folder, len(self._seen))
        return Candidate(choice, argument, found.model is None and not found.is_file)

    def _fits(self, candidate: Candidate) -> bool:
        if not self._limits:
            return True
        arguments = options(space=self._space) + self._shape(candidate)
        outcome = Call(["count", *arguments, "--format=jsonl", "--", candidate.argument]).run()
        counts = rows(outcome.text)[0]
        for name, (least, most) in self._limits.items():
            if name not in counts:
                raise UsageError(f"constraints: there is no count {name!r}: {', '.join(counts)}")
            if not least <= counts[name] <= most:
                self._reject(name)
                return False
        return True

    def _reject(self, reason: str) -> None:
        self._rejections[reason] = self._rejections.get(reason, 0) + 1

    # Scores and ranks

    def _shape(self, candidate: Candidate) -> list[str]:
        source = Source("", candidate.argument, is_file=not candidate.is_architecture)
        return _shape_options([source], self._input_shape)

    def _records(self, candidates: Sequence[Candidate], extra: list[str]) -> list[dict[str, Any]]:
        texts = [candidate.argument for candidate in candidates]
        on_stdin = all(candidate.is_architecture for candidate in candidates)
        arguments = [
            *self._options,
            *self._shape(candidates[0]),
            *options(store=self._store),
            *extra,
        ]
        outcome = Call(
            ["score", *arguments, "--format=jsonl", *(["-"] if on_stdin else ["--", *texts])],
            stdin="".join(text + "\n" for text in texts) if on_stdin else None,
        ).run()
        return rows(outcome.text)

    def _score(self, proposed: Sequence[Candidate]) -> None:
        for candidate, record in zip(proposed, self._records(proposed, [])):
            candidate.record = record
            self._candidates.append(candidate)

    def _rank(self) -> None:
        if self._is_expression:
            places = {
                network_of(record): place
                for place, record in enumerate(self._records(self._candidates, options(by=self._by)))
            }
            self._order = sorted(
                self._candidates, key=lambda candidate: places[network_of(candidate.record)]
            )
            return

        def key(candidate: Candidate) -> tuple[bool, float]:
            score = candidate.record["scores"][self._by]
            value = score["value"]
            if value is None:
                return (True, 0.0)
            return (False, -value if score["higherIsBetter"] else value)

        self._order = sorted(self._candidates, key=key)

    def _result(self, ending: Optional[str]) -> SearchResult:
        scores = Scores([candidate.record for candidate in self._order])
        best = [
            {"position": place + 1, **self._chosen(candidate.choice), **row}
            for place, (candidate, row) in enumerate(zip(self._order, scores))
        ]
        report = {
            "by": self._by,
            "seed": self._seed,
            "evaluations": len(self._candidates),
            "rejections": dict(self._rejections),
            "ending": ending,
        }
        winner = self._chosen(self._order[0].choice)
        return SearchResult(best, winner=winner, ending=ending, report=report)


def _limits(name: str, limit: Any) -> tuple[float, float]:
    try:
        if isinstance(limit, Sequence) and not isinstance(limit, str):
            least, most = limit
        else:
            least, most = float("-inf"), limit
        least, most = float(least), float(most)
    except (TypeError, ValueError):
        raise UsageError(
            f"constraints: {name} must be a number or a pair of numbers, not {limit!r}"
        ) from None
    if least > most:
        raise UsageError(f"constraints: {name}: {least:g} to {most:g} leaves nothing")
    return least, most

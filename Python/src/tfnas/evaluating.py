"""How well rankings order networks whose accuracies are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Optional, Union

from ._process import Call, Outcome, documents, options, rows
from ._progress import Progress
from .results import Results
from .scoring import image_options

if TYPE_CHECKING:
    import os

    from .scoring import Images

__all__ = ["compare", "evaluate", "proxies", "query", "spaces"]


def evaluate(
    proxies: Union[str, Sequence[str], None] = None,
    *,
    dataset: Optional[str] = None,
    population: Optional[str] = None,
    sample: Optional[int] = None,
    batch: Optional[int] = None,
    seed: int = 0,
    threads: Optional[int] = None,
    store: Union[str, os.PathLike[str], None] = None,
    images: Optional[Images] = None,
    labels: Optional[Images] = None,
    progress: Optional[bool] = None,
    **settings: Any,
) -> Results:
    """Compares rankings of a benchmark's networks with their true accuracies.

    Args:
        proxies: Proxies, named rankings and expressions such as ``"rank(vkdnw)*rank(flops)"``.
        dataset: Which accuracies: a task of the space, by default its first, CIFAR-10 in NAS-Bench-201.
        population: Which networks of the benchmark, in NAS-Bench-201.
        sample: How many of them, drawn; all by default.
        batch, seed, threads, store, images, labels, progress: As for :func:`tfnas.score`.
        settings: Any other option of ``tfnas evaluate``: ``against="paper"``, ``ndcg_at=100``, or
            ``space="mobilenet-v2"`` with ``accuracies="trained.csv"``.

    Returns:
        A row for each ranking with Kendall's tau-b, Spearman's rho and nDCG, each with its 95 %
        interval. ``report`` has all that the command printed, the best networks too.

    Raises:
        InputError: A ranking or a file cannot be read.
        Interrupted: Ctrl-C. What was computed is in the store.
    """
    with image_options(images, labels) as given:
        arguments = given + options(
            proxies=proxies,
            dataset=dataset,
            population=population,
            sample=sample,
            batch=batch,
            seed=seed,
            threads=threads,
            store=store,
            **settings,
        )
        outcome = _run(["evaluate", *arguments], progress)
    report = documents(outcome.text)
    return Results((_flat(row) for row in report["rows"]), report=report, notes=outcome.notes)


def compare(
    a: str,
    b: str,
    *,
    dataset: Optional[str] = None,
    population: Optional[str] = None,
    sample: Optional[int] = None,
    batch: Optional[int] = None,
    seed: int = 0,
    threads: Optional[int] = None,
    store: Union[str, os.PathLike[str], None] = None,
    images: Optional[Images] = None,
    labels: Optional[Images] = None,
    progress: Optional[bool] = None,
    **settings: Any,
) -> Results:
    """Tells whether one ranking is better than another beyond the choice of the networks.

    Args:
        a: A proxy, a named ranking, or an expression.
        b: The other one.
        dataset, population, sample, batch, seed, threads, store, images, labels, progress: As for
            :func:`evaluate`.
        settings: Any other option of ``tfnas compare``.

    Returns:
        A row for each metric with both values, their difference with its interval, ``p`` and the
        verdict: ``"a"``, ``"b"``, ``"none"``, ``"interval-alone"``, ``"test-alone"``, or ``None``.

    Raises:
        InputError: A ranking or a file cannot be read.
        Interrupted: Ctrl-C. What was computed is in the store.
    """
    with image_options(images, labels) as given:
        arguments = given + options(
            dataset=dataset,
            population=population,
            sample=sample,
            batch=batch,
            seed=seed,
            threads=threads,
            store=store,
            **settings,
        )
        outcome = _run(["compare", *arguments], progress, ["--", a, b])
    report = documents(outcome.text)
    return Results((_flat(row) for row in report["metrics"]), report=report, notes=outcome.notes)


def query(architectures: Union[str, int, Sequence[Union[str, int]]], **settings: Any) -> Results:
    """The known accuracies, costs and forms of cells of NAS-Bench-201.

    Args:
        architectures: One or several, as text or index.
        settings: Any option of ``tfnas query``.

    Returns:
        A row for each; ``datasets`` holds accuracies and costs by data set.

    Raises:
        InputError: One of them is no cell.
    """
    one = isinstance(architectures, (str, int))
    texts = [architectures] if one else list(architectures)  # type: ignore[arg-type]
    outcome = Call(
        ["query", *options(**settings), "--format=jsonl", "-"],
        stdin="".join(f"{text}\n" for text in texts),
    ).run()
    report = rows(outcome.text)
    return Results(report, report=report, notes=outcome.notes)


def proxies() -> Results:
    """All proxies and named rankings, with what each needs, its direction and its source."""
    return _listed("proxies")


def spaces() -> Results:
    """All search spaces."""
    return _listed("spaces")


def _listed(subcommand: str) -> Results:
    found = rows(Call([subcommand, "--format=jsonl"]).run().text)
    return Results(found, report=found)


def _run(arguments: Sequence[str], progress: Optional[bool], operands: Sequence[str] = ()) -> Outcome:
    with Progress(0, "scored", progress) as bar:
        return Call(
            [*arguments, "--format=json", *operands],
            on_progress=lambda done, total, text: bar.update(done, total, text),
        ).run()


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row whose intervals are columns: ``kendall``, ``kendall_low``, ``kendall_high``."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping) and "value" in value:
            flat[name] = value["value"]
            flat.update({f"{name}_{end}": value[end] for end in ("low", "high") if end in value})
        else:
            flat[name] = value
    return flat

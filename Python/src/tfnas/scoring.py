"""Scores, counts and checks of networks."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union

from ._process import Call, documents, options, rows
from ._progress import Progress
from .errors import InputError, Interrupted, UnsupportedOperatorError, UsageError
from .networks import Network, Networks, Source, sources
from .results import Results, Scores, network_of

if TYPE_CHECKING:
    import os

    import numpy

    Images = Union[str, "os.PathLike[str]", numpy.ndarray[Any, Any]]

__all__ = ["check", "count", "score"]


def score(
    networks: Networks,
    *,
    proxies: Union[str, Sequence[str], None] = None,
    by: Optional[str] = None,
    space: Optional[str] = None,
    input_shape: Optional[Sequence[int]] = None,
    batch: Optional[int] = None,
    seed: int = 0,
    weights: str = "initial",
    threads: Optional[int] = None,
    store: Union[str, os.PathLike[str], None] = None,
    images: Optional[Images] = None,
    labels: Optional[Images] = None,
    executor: Optional[Executor] = None,
    chunk: Optional[int] = None,
    progress: Optional[bool] = None,
    **settings: Any,
) -> Scores:
    """Scores networks without training them.

    Args:
        networks: A PyTorch module, the path of an ONNX file, an ONNX model, or an architecture of
            a search space; or several of these; or several with names, as a dictionary.
        proxies: Names of proxies; see :func:`tfnas.proxies`. By default the command's.
        by: A ranking, such as ``"rank(vkdnw)*rank(flops)"``. The rows then come in its order.
        space: The search space of architectures.
        input_shape: Channels, height and width of an image. Modules have (3, 224, 224) by default,
            files and architectures their own.
        batch: Images of the minibatch.
        seed: The seed of weights and images. The same seed gives the same digits.
        weights: ``"initial"`` draws them from the seed, ``"stored"`` takes those of the network; the
            path of a safetensors file has those of one architecture.
        threads: Worker threads, one for each core by default. They do not change a digit.
        store: A file that keeps what is computed; what it holds is not computed again.
        images: ``"noise"``, ``"synthetic"``, a file, or an array ``[images, channels, height, width]``,
            for proxies that need images.
        labels: ``"random"``, a file, or an array, for images of an array or a file.
        executor: Where the networks are scored, ``chunk`` at a time: Dask's
            ``client.get_executor()``, an MPI or loky pool, or one of the standard library. The
            package must be installed there. Networks and arrays of images are sent along, files of
            images are not.
        chunk: Networks for each task of the executor.
        progress: Whether a bar is shown; by default in a terminal and in a notebook.
        settings: Any other option of ``tfnas score``, with underscores for hyphens:
            ``batch_norm="fresh"``, ``no_augmentation=True``.

    Returns:
        A row for each network, in the order in which they were given.

    Raises:
        InputError: A network cannot be read.
        UnsupportedOperatorError: A network has operators that are not supported.
        UsageError: An argument is wrong.
        Interrupted: Ctrl-C. ``results`` of the exception has the rows that were finished.
    """
    found = sources(networks, input_shape, batch)
    if executor is not None and (by is not None or store is not None):
        name = "by" if by is not None else "store"
        raise UsageError(f"{name} and executor cannot be combined: score first, then order")
    arguments = options(
        proxies=proxies,
        by=by,
        space=space,
        batch=batch,
        seed=_seed(seed),
        weights=None if weights == "initial" else weights,
        threads=threads,
        store=store,
        **settings,
    )
    arguments += _shape_options(found, input_shape)
    with Progress(len(found), "scored", progress) as bar:
        if executor is not None:
            from .distributing import score_there

            return score_there(found, arguments, bar, executor, chunk, images, labels)
        with image_options(images, labels) as given:
            return _score_here(found, [*given, *arguments], bar, by is not None)


def _seed(seed: int) -> int:
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 1 << 64:
        raise UsageError(f"seed must be a whole number from 0 to 2^64 - 1, not {seed!r}")
    return seed


def _shape_options(found: list[Source], input_shape: Optional[Sequence[int]]) -> list[str]:
    if input_shape is None:
        return []
    if isinstance(input_shape, str) or len(tuple(input_shape)) != 3:
        raise UsageError(
            f"input_shape must be channels, height and width, such as (3, 32, 32), not {input_shape!r}"
        )
    channels, height, width = input_shape
    arguments = []
    if any(source.is_file for source in found):
        arguments += options(input_shape=input_shape)
    if any(not source.is_file and source.model is None for source in found):
        if channels != 3 or height != width:
            raise UsageError(
                f"input_shape {tuple(input_shape)} does not fit an architecture of a search space, "
                "which takes three channels and square images"
            )
        arguments += options(resolution=height)
    return arguments


@contextmanager
def image_options(images: Optional[Images], labels: Optional[Images]) -> Iterator[list[str]]:
    """Options for images and labels, of which arrays become files for as long as this lasts."""
    with tempfile.TemporaryDirectory(prefix="tfnas-") as folder:
        yield options(
            images=_image_argument(images, Path(folder) / "images.npy"),
            labels=_image_argument(labels, Path(folder) / "labels.npy"),
        )


def _image_argument(value: Optional[Images], path: Path) -> Any:
    if value is None or isinstance(value, str) or hasattr(value, "__fspath__"):
        return value
    import numpy

    array = numpy.asarray(value)
    if array.dtype == object:
        raise InputError(f"{path.stem} must be a path or an array of numbers, not {value!r:.60}")
    numpy.save(path, array)
    return path


def run_scores(
    found: Sequence[Source],
    arguments: Sequence[str],
    bar: Optional[Progress] = None,
    reordered: bool = False,
) -> tuple[list[dict[str, Any]], list[str], list[str]]:
    """Records, their names, and notes of one call of ``tfnas score``.

    Raises:
        Interrupted: With the first two of them as its results.
    """
    records: list[dict[str, Any]] = []

    def receive(line: str) -> None:
        if line.strip():
            records.extend(rows(line))
            if bar is not None:
                bar.advance()

    with tempfile.TemporaryDirectory(prefix="tfnas-") as name:
        folder = Path(name)
        texts = [source.argument(folder, number) for number, source in enumerate(found)]
        names = dict(zip(texts, (source.name for source in found)))
        if reordered:
            names.update(_canonical(found, arguments))
        # Thousands of architectures are more than a command line may hold.
        on_stdin = all(source.model is None and not source.is_file for source in found)
        call = Call(
            ["score", *arguments, "--format=jsonl", *(["-"] if on_stdin else ["--", *texts])],
            stdin="".join(text + "\n" for text in texts) if on_stdin else None,
            on_line=receive,
        )
        try:
            outcome = call.run()
        except Interrupted as error:
            error.results = (records, _named(records, found, names, reordered, is_whole=False))
            raise
        except UnsupportedOperatorError as error:
            files = [text for text, source in zip(texts, found) if source.model or source.is_file]
            error.operators = _unsupported(files)
            raise
    return records, _named(records, found, names, reordered), outcome.notes


def _canonical(found: Sequence[Source], arguments: Sequence[str]) -> dict[str, str]:
    """The names of architectures by their canonical texts, which a ranking's order hides."""
    named = [source for source in found if source.name and source.model is None and not source.is_file]
    if not named:
        return {}
    sizes = ("space", "resolution", "classes", "width", "cells")
    kept = [each for each in arguments if each.startswith(tuple(f"--{size}=" for size in sizes))]
    outcome = Call(
        ["score", *kept, "--proxies=parameters", "--format=jsonl", "-"],
        stdin="".join(source.text + "\n" for source in named),
    ).run()
    return {network_of(record): source.name for record, source in zip(rows(outcome.text), named)}


def _named(
    records: Sequence[Mapping[str, Any]],
    found: Sequence[Source],
    names: Mapping[str, str],
    reordered: bool,
    is_whole: bool = True,
) -> list[str]:
    """What the results call the networks of the records.

    Args:
        records: The records.
        found: The networks.
        names: What the results call the command's arguments.
        reordered: Whether the records come in the order of a ranking.
        is_whole: Whether the command came to its end.
    """
    # A folder among the networks has several records, and limits leave some out; in the order of a
    # ranking, places differ.
    in_order = (
        not reordered
        and (len(records) == len(found) or not is_whole)
        and not any(source.is_file and Path(source.text).is_dir() for source in found)
    )
    result = []
    for number, record in enumerate(records):
        text = network_of(record)
        name = found[number].name if in_order and number < len(found) else names.get(text, "")
        result.append(name or text)
    return result


def _score_here(found: list[Source], arguments: list[str], bar: Progress, reordered: bool) -> Scores:
    try:
        records, names, notes = run_scores(found, arguments, bar, reordered)
    except Interrupted as error:
        error.results = Scores(*error.results)
        raise
    return Scores(records, names, notes=notes)


def _unsupported(files: Sequence[str]) -> list[str]:
    """The operators of files that are not supported, each once."""
    names: dict[str, None] = {}
    for file in files:
        outcome = Call(["check", file, "--format=json"], accepts=(1, 64, 65, 66, 69)).run()
        if not outcome.text:
            continue
        for operator in documents(outcome.text).get("operators", []):
            if not operator["supported"]:
                names[operator["name"]] = None
    return list(names)


def count(
    networks: Networks,
    *,
    by_layer: bool = False,
    space: Optional[str] = None,
    input_shape: Optional[Sequence[int]] = None,
    **settings: Any,
) -> Results:
    """Counts parameters, multiply-adds, layers, activations and memory of networks.

    Args:
        networks: As for :func:`score`.
        by_layer: Whether ``byLayer`` of a row has the counts of every layer.
        space: The search space of architectures.
        input_shape: Channels, height and width of an image.
        settings: Any other option of ``tfnas count``.

    Returns:
        A row for each network with ``network``, ``parameters``, ``multiplyAdds``, ``layers``,
        ``activations``, ``peakActivationBytes`` and ``byOperator``.

    Raises:
        InputError: A network cannot be read.
        UnsupportedOperatorError: A network has operators that are not supported.
    """
    found = sources(networks, input_shape, None)
    arguments = options(space=space, by_layer=by_layer, **settings)
    arguments += _shape_options(found, input_shape)
    with tempfile.TemporaryDirectory(prefix="tfnas-") as name:
        texts = [source.argument(Path(name), number) for number, source in enumerate(found)]
        try:
            outcome = Call(["count", *arguments, "--format=jsonl", "--", *texts]).run()
        except UnsupportedOperatorError as error:
            error.operators = _unsupported(
                [text for text, source in zip(texts, found) if source.model or source.is_file]
            )
            raise
    report = rows(outcome.text)
    names = _named(report, found, dict(zip(texts, (source.name for source in found))), False)
    counts = [{**row, "network": name} for row, name in zip(report, names)]
    return Results(counts, report=report, notes=outcome.notes)


def check(
    network: Network,
    *,
    inputs: Union[str, os.PathLike[str], None] = None,
    expect: Union[str, os.PathLike[str], None] = None,
    tolerance: Optional[float] = None,
    input_shape: Optional[Sequence[int]] = None,
    **settings: Any,
) -> dict[str, Any]:
    """Tells which operators a network has, which are supported, and whether its output is right.

    Args:
        network: A PyTorch module, the path of an ONNX file, or an ONNX model.
        inputs: A file of images, ``.npz`` or ``.safetensors``.
        expect: A file with the output that they should have.
        tolerance: The difference that is allowed.
        input_shape: Channels, height and width of an image.
        settings: Any other option of ``tfnas check``.

    Returns:
        ``network``, ``supported``, ``operators`` (``name``, ``domain``, ``count``,
        ``supported``), ``outputs``, and with ``expect`` the differences and ``agrees``. An operator
        that is not supported, and an output that differs, are answers and no errors.

    Raises:
        InputError: The network cannot be read.
    """
    found = sources(network, input_shape, None)
    if len(found) != 1:
        raise UsageError(f"check takes one network, not {len(found)}")
    arguments = options(input=inputs, expect=expect, tolerance=tolerance, **settings)
    arguments += _shape_options(found, input_shape)
    with tempfile.TemporaryDirectory(prefix="tfnas-") as name:
        text = found[0].argument(Path(name), 0)
        call = Call(["check", *arguments, "--format=json", "--", text], accepts=(1, 69))
        outcome = call.run()
    if not outcome.text:
        raise InputError(outcome.notes[-1] if outcome.notes else "the command said nothing")
    answer: dict[str, Any] = json.loads(outcome.text)
    answer["network"] = found[0].name or answer.get("network", found[0].text)
    if expect is not None:
        answer["agrees"] = outcome.exit_code == 0
    return answer

"""Scores: the digits of the command, in the order of the networks."""

from __future__ import annotations

import ast
import json
import os
import pickle
import random
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy
import pytest

import tfnas
from conftest import CELLS, SMALL, SMALL_OPTIONS, need

SHAPE = (3, 8, 8)


def raw(command: str, *arguments: str) -> Any:
    output = subprocess.run(
        [command, *arguments, "--format=jsonl"], check=True, capture_output=True, text=True
    )
    records = [json.loads(line) for line in output.stdout.splitlines()]
    return [{key: value for key, value in each.items() if key != "schema"} for each in records]


def test_twenty_networks_have_the_digits_of_the_command(command: str) -> None:
    indices = random.Random(1).sample(range(15625), 20)
    scores = tfnas.score(indices, proxies=["vkdnw", "naswot"], input_shape=SHAPE,
                         images="synthetic", seed=3, **SMALL)  # fmt: skip
    records = raw(
        command, "score", *map(str, indices), "--proxies=vkdnw,naswot", "--seed=3",
        "--images=synthetic", *SMALL_OPTIONS,
    )  # fmt: skip
    assert len(scores) == 20
    for row, record in zip(scores, records):
        assert row["network"] == record["architecture"]
        for proxy, score in record["scores"].items():
            # Not about equal: equal.
            assert row[proxy] == score["value"]
            assert scores.higher_is_better[proxy] is score["higherIsBetter"]
    assert scores.report == records


def test_every_way_to_name_a_cell_is_one_cell() -> None:
    index = tfnas.query(CELLS[0])[0]
    operations = ast.literal_eval(index["tuple"])
    forms: list[Any] = [CELLS[0], index["index"], operations, [*operations]]
    rows = tfnas.score(forms, proxies="flops", input_shape=SHAPE, **SMALL)
    assert len({row["flops"] for row in rows}) == 1
    assert tfnas.score(operations, proxies="flops", **SMALL)[0]["network"] == CELLS[0]


def test_names_of_a_dictionary_are_kept() -> None:
    scores = tfnas.score({"a": CELLS[0], "b": CELLS[1]}, proxies="layers", **SMALL)
    assert [row["network"] for row in scores] == ["a", "b"]


def test_generators_and_tuples_of_texts_are_lists() -> None:
    assert len(tfnas.score((cell for cell in CELLS), proxies="layers", **SMALL)) == 3
    assert len(tfnas.score(tuple(CELLS), proxies="layers", **SMALL)) == 3


def test_undefined_scores_have_their_reason() -> None:
    none = "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|"
    scores = tfnas.score([none, CELLS[0]], proxies="naswot,layers", images="noise",
                         input_shape=SHAPE, **SMALL)  # fmt: skip
    for row in scores:
        reasons = scores.undefined.get(row["network"], {})
        assert (row["naswot"] is None) == ("naswot" in reasons)
    rows = tfnas.score(none, proxies="expressivity", input_shape=SHAPE, **SMALL)
    assert rows[0]["expressivity"] is None
    assert "constant" in rows.undefined[none]["expressivity"]
    assert numpy.isnan(rows.column("expressivity")[0])


def test_arrays_are_images(tmp_path: Path) -> None:
    pixels = numpy.random.default_rng(0).normal(size=(16, 3, 8, 8)).astype("float32")
    labels = numpy.arange(16) % 10
    numpy.save(tmp_path / "x.npy", pixels)
    numpy.save(tmp_path / "y.npy", labels)
    from_arrays = tfnas.score(CELLS[0], proxies="jacov", images=pixels, labels=labels,
                              input_shape=SHAPE, **SMALL)  # fmt: skip
    from_files = tfnas.score(CELLS[0], proxies="jacov", images=tmp_path / "x.npy",
                             labels=tmp_path / "y.npy", input_shape=SHAPE, **SMALL)  # fmt: skip
    assert from_arrays[0] == from_files[0]
    assert from_arrays[0]["jacov"] is not None


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_an_executor_gives_the_same_rows(pool: Any) -> None:
    networks: list[Any] = [*CELLS, 17, 1462, 9]
    here = tfnas.score(networks, proxies="vkdnw,layers", input_shape=SHAPE, **SMALL)
    with pool(2) as executor:
        there = tfnas.score(networks, proxies="vkdnw,layers", input_shape=SHAPE,
                            executor=executor, chunk=2, **SMALL)  # fmt: skip
    assert there == here
    assert there.higher_is_better == here.higher_is_better


def test_arrays_are_sent_to_an_executor() -> None:
    pixels = numpy.random.default_rng(0).normal(size=(16, 3, 8, 8)).astype("float32")
    settings: dict[str, Any] = {"proxies": "jacov", "images": pixels, "labels": "random",
                                "input_shape": SHAPE, **SMALL}  # fmt: skip
    with ProcessPoolExecutor(1) as executor:
        assert tfnas.score(CELLS, executor=executor, **settings) == tfnas.score(CELLS, **settings)


def test_an_error_crosses_the_executor() -> None:
    with ProcessPoolExecutor(1) as executor, pytest.raises(tfnas.InputError, match="20000"):
        tfnas.score([1, 20000], proxies="layers", executor=executor, chunk=1, **SMALL)


def test_best_follows_the_direction() -> None:
    scores = tfnas.score(CELLS, proxies="parameters,flops", **SMALL)
    assert scores.best("parameters")[0]["parameters"] == max(scores.column("parameters"))
    assert len(scores.best("parameters", 2)) == 2


def test_results_are_plain_lists_that_pickle() -> None:
    scores = tfnas.score(CELLS, proxies="layers", **SMALL)
    assert isinstance(scores, list)
    assert type(scores[0]) is dict
    again = pickle.loads(pickle.dumps(scores))
    assert again == scores
    assert again.settings == scores.settings


def test_the_table_of_a_notebook_is_escaped_and_whole() -> None:
    scores = tfnas.score({"<b>&": CELLS[0], "plain": CELLS[1]}, proxies="layers,flops", **SMALL)
    text = scores._repr_html_()
    assert "&lt;b&gt;&amp;" in text
    assert "<b>&" not in text
    assert text.count("<tr>") == 3
    many = tfnas.Results({"a": number} for number in range(5000))
    assert "100 of 5,000 rows" in many._repr_html_()


def test_print_shows_a_table_with_numbers_to_the_right() -> None:
    rows = tfnas.Results([{"network": "a", "score": 1.25, "n": 1234}, {"network": "long", "score": None}])
    assert str(rows) == "network  score      n\na         1.25  1,234\nlong"
    assert repr(rows) == "[{'network': 'a', 'score': 1.25, 'n': 1234}, {'network': 'long', 'score': None}]"
    many = str(tfnas.Results({"a": number} for number in range(5000)))
    assert many.startswith(" a\n 0\n")
    assert many.endswith("99\n100 of 5,000 rows")
    assert str(tfnas.Results()) == ""


def test_to_pandas_keeps_digits() -> None:
    pandas = need("pandas")
    scores = tfnas.score(CELLS, proxies="vkdnw", input_shape=SHAPE, **SMALL)
    frame = scores.to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame["vkdnw"]) == [row["vkdnw"] for row in scores]


SLOW_SCRIPT = """
    import sys, tfnas
    try:
        tfnas.score(range(400), proxies="vkdnw", batch=16, threads=1)
    except tfnas.Interrupted as stop:
        print("partial", len(stop.results), type(stop.results).__name__, stop.message)
        sys.exit(3)
"""


def test_ctrl_c_stops_the_command_and_keeps_what_is_there() -> None:
    # A process of its own, because Ctrl-C is a signal to a process.
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SLOW_SCRIPT)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    deadline = time.monotonic() + 60
    while not (running := children_of(child.pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    # Networks of this size take a moment each: wait until one is done.
    time.sleep(5)
    child.send_signal(signal.SIGINT)
    output, _ = child.communicate(timeout=120)
    assert child.returncode == 3, output
    assert output.startswith("partial")
    assert int(output.split()[1]) < 400
    assert "again" in output
    for pid in running:
        assert not Path(f"/proc/{pid}").exists()


def children_of(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(number) for number in found]

"""Evaluation, comparison, search, stores, and the learned ranking."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import numpy
import pytest

import tfnas
from conftest import CELLS, SMALL, need

FAST: dict[str, Any] = {"width": 4, "cells": 1, "batch": 4, "sample": 12, "resamples": 50}


def test_the_version_is_that_of_the_command(command: str) -> None:
    run = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert tfnas.__version__ in run.stdout.splitlines()[0].split()


def test_proxies_and_spaces_are_listed() -> None:
    assert {"vkdnw", "layers", "jacov"} <= {row["name"] for row in tfnas.proxies()}
    assert {"nas-bench-201", "mobilenet-v2"} <= {row["name"] for row in tfnas.spaces()}


def test_evaluate_has_a_row_for_each_ranking(tmp_path: Path) -> None:
    rows = tfnas.evaluate("vkdnw", store=tmp_path / "s.sqlite", **FAST)
    assert {"vkdnw", "layers", "flops", "parameters"} <= {row["proxy"] for row in rows}
    for row in rows:
        assert row["networks"] == 12
        assert row["kendall_low"] <= row["kendall"] <= row["kendall_high"]
    assert rows.report["dataset"] == "cifar10"
    assert len(rows.report["best"]) > 0


def test_compare_has_a_row_for_each_metric() -> None:
    rows = tfnas.compare("layers", "flops", permutations=50, **FAST)
    assert len(rows) == 3
    for row in rows:
        assert row["difference"] == pytest.approx(row["a"] - row["b"])
        assert row["difference_low"] <= row["difference_high"]


def test_a_store_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    tfnas.evaluate("vkdnw", store=path, seed=(1 << 64) - 1, **FAST)
    before = path.read_bytes()
    records = tfnas.read_store(path)
    assert {record["proxy"] for record in records} >= {"vkdnw"}
    vkdnw = tfnas.read_store(path, proxy="vkdnw", seed=(1 << 64) - 1)
    assert len(vkdnw) == 12
    assert vkdnw[0]["seed"] == (1 << 64) - 1
    assert isinstance(vkdnw[0]["settings"], dict)
    assert tfnas.read_store(path, proxy="nothing") == []
    scores = tfnas.score([row["network"] for row in vkdnw], proxies="vkdnw", width=4, cells=1,
                         batch=4, seed=(1 << 64) - 1)  # fmt: skip
    assert [row["vkdnw"] for row in scores] == [row["score"] for row in vkdnw]
    assert path.read_bytes() == before


def test_a_store_in_a_folder_without_write_permission_is_read(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        # Permissions do not bind root; immutable is what is tried where opening fails.
        import sqlite3

        assert sqlite3.threadsafety >= 0
    folder = tmp_path / "a folder with ? and # in its name"
    folder.mkdir()
    path = folder / "s.sqlite"
    tfnas.evaluate("layers", store=path, **FAST)
    path.chmod(0o444)
    folder.chmod(0o555)
    try:
        assert len(tfnas.read_store(path)) > 0
    finally:
        folder.chmod(0o755)


def test_search_in_a_space_of_the_command() -> None:
    found = tfnas.search("nas-bench-201", evaluations=12, population=6, inits=0, seed=1,
                         no_baselines=True, width=4, cells=1, batch=4)  # fmt: skip
    assert found.winner is not None
    assert len(found) > 0
    assert found.report["space"] == "nas-bench-201"


EDGES = ("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3")


def cell(chosen: dict[str, Any]) -> str:
    e = [chosen[f"edge{number}"] for number in range(6)]
    return f"|{e[0]}~0|+|{e[1]}~0|{e[2]}~1|+|{e[3]}~0|{e[4]}~1|{e[5]}~2|"


CHOICES = {f"edge{number}": EDGES for number in range(6)}


def test_search_by_a_function_finds_what_is_largest() -> None:
    found = tfnas.search(cell, choices=CHOICES, by="parameters", evaluations=200, population=12,
                         seed=4, **{key: SMALL[key] for key in ("width", "cells")})  # fmt: skip
    assert found.winner is not None
    assert set(found.winner.values()) == {"nor_conv_3x3"}
    values = [row["parameters"] for row in found]
    assert values == sorted(values, reverse=True)
    assert len({tuple(row[edge] for edge in CHOICES) for row in found}) == 200


def test_search_by_a_function_is_a_function_of_its_seed() -> None:
    def run(seed: int) -> list[dict[str, Any]]:
        return tfnas.search(cell, choices=CHOICES, by="vkdnw", evaluations=20, population=6,
                            generation=4, seed=seed, input_shape=(3, 8, 8), **SMALL)  # fmt: skip

    assert run(1) == run(1)
    assert run(1) != run(2)


def test_search_by_a_function_accepts_what_it_is_told_to() -> None:
    found = tfnas.search(cell, choices=CHOICES, by="parameters", evaluations=30, population=6,
                         accept=lambda chosen: chosen["edge0"] == "none")  # fmt: skip
    assert {row["edge0"] for row in found} == {"none"}
    assert found.report["rejections"]["accept"] > 0


def test_search_ends_when_there_is_nothing_new() -> None:
    choices = {f"edge{number}": ("nor_conv_3x3", "none")[: 2 - number // 2] for number in range(6)}
    choices = {name: values or ("none",) for name, values in choices.items()}
    found = tfnas.search(cell, choices=choices, by="layers", evaluations=50, population=4)
    assert len(found) == 4
    assert found.ending is not None


def test_search_says_when_nothing_is_accepted() -> None:
    with pytest.raises(tfnas.InputError, match="accept"):
        tfnas.search(cell, choices={f"edge{n}": EDGES[:2] for n in range(6)}, by="layers",
                     accept=lambda chosen: False, evaluations=5)  # fmt: skip


def test_a_function_that_fails_is_named() -> None:
    with pytest.raises(tfnas.InputError, match=r"'a': 1.*division"):
        tfnas.search(lambda chosen: 1 // 0, choices={"a": [1]}, by="layers")


@pytest.fixture
def ranks(command: str) -> None:
    run = subprocess.run([command, "score", "--help"], capture_output=True, text=True, check=True)
    if "--by" not in run.stdout:
        pytest.skip("this tfnas score has no --by")


@pytest.mark.usefixtures("ranks")
def test_a_ranking_orders_the_rows_and_keeps_names() -> None:
    networks: dict[str, Any] = {"small": 2506, "large": 1462, "text": CELLS[1]}
    rows = tfnas.score(networks, by="rank(parameters)*rank(layers)", width=4, cells=1, batch=4)
    assert [row["position"] for row in rows] == sorted(row["position"] for row in rows)
    assert rows[0]["network"] == "large"
    assert {row["network"] for row in rows} == set(networks)


@pytest.mark.usefixtures("ranks")
def test_search_by_a_function_follows_a_ranking() -> None:
    by = "rank(parameters)*rank(layers)"
    found = tfnas.search(cell, choices=CHOICES, by=by, evaluations=20, population=6, seed=4,
                         width=4, cells=1)  # fmt: skip
    again = tfnas.score([row["network"] for row in found], by=by, width=4, cells=1)
    places = {row["network"]: row["position"] for row in again}
    assert [places[row["network"]] for row in found] == sorted(places.values())


@pytest.mark.usefixtures("ranks")
def test_a_store_saves_the_work_of_a_score(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    first = tfnas.score(CELLS, proxies="vkdnw", store=path, **SMALL)
    assert len(tfnas.read_store(path, proxy="vkdnw")) == 3
    again = tfnas.score(CELLS, proxies="vkdnw", store=path, **SMALL)
    assert again == first


def test_the_learned_ranking_predicts_accuracies() -> None:
    model = tfnas.LearnedRanking(train=200, trees=20)
    assert model.fit() is model
    cells = [row["architecture"] for row in tfnas.query(list(range(0, 15625, 1000)))]
    truth = [row["datasets"]["cifar10"]["accuracy"] for row in tfnas.query(cells)]
    predicted = model.predict(cells)
    assert isinstance(predicted, numpy.ndarray)
    assert predicted.shape == (16,)
    assert numpy.abs(predicted - truth).mean() < 10
    assert model.score(cells, truth) > 0.4
    assert len(model.predict([])) == 0


def test_the_learned_ranking_follows_scikit_learn() -> None:
    sklearn = need("sklearn.base")
    model = tfnas.LearnedRanking(features="graf,layers", trees=5)
    copy = sklearn.clone(model)
    assert copy is not model
    assert copy.get_params() == model.get_params()
    assert copy.set_params(trees=7).trees == 7
    assert sklearn.is_regressor(model)
    assert "trees=5" in repr(model)


def test_plot_draws_columns() -> None:
    matplotlib = need("matplotlib")
    matplotlib.use("agg")
    scores = tfnas.score(CELLS, proxies="parameters,layers", **SMALL)
    axes = scores.plot("parameters", "layers", label="network")
    assert axes.get_xlabel() == "parameters"
    assert len(axes.collections[0].get_offsets()) == 3
    assert len(axes.texts) == 3

"""Misuse: each is one clear exception of the right class, raised before any work."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest

import tfnas
from conftest import CELLS

CELL = CELLS[0]


class Odd:
    pass


# What is called wrongly on purpose, without its types.
wrong: Any = tfnas

CASES: list[tuple[str, Callable[[], Any], type[BaseException], str]] = [
    ("no network", lambda: wrong.score([]), tfnas.UsageError, "no network"),
    ("empty text", lambda: wrong.score(""), tfnas.InputError, "empty text"),
    ("not a network", lambda: wrong.score(Odd()), tfnas.InputError, "Odd"),
    ("a class", lambda: wrong.score([Odd]), tfnas.InputError, "instance"),
    ("none", lambda: wrong.score(None), tfnas.InputError, "None"),
    ("a number with a point", lambda: wrong.score(1.5), tfnas.InputError, "1.5"),
    ("true", lambda: wrong.score([True]), tfnas.InputError, "True"),
    ("two lines", lambda: wrong.score("a\nb"), tfnas.InputError, "more than one line"),
    ("bytes", lambda: wrong.score(b"abc"), tfnas.InputError, "bytes"),
    ("index out of range", lambda: wrong.score(20000), tfnas.InputError, "20000"),
    ("negative index", lambda: wrong.score(-1), tfnas.InputError, "-1"),
    ("bad cell", lambda: wrong.score("|nor_conv_5x5~0|"), tfnas.InputError, "nor_conv_5x5"),
    ("second of two", lambda: wrong.score([CELL, "x y"]), tfnas.InputError, "line 2"),
    ("missing file", lambda: wrong.score("no.onnx"), tfnas.MissingInputError, "no.onnx"),
    ("missing path", lambda: wrong.score(Path("no")), tfnas.MissingInputError, "no"),
    ("unknown proxy", lambda: wrong.score(CELL, proxies="vkdn"), tfnas.UsageError, "vkdn"),
    ("unknown option", lambda: wrong.score(CELL, colour=3), tfnas.UsageError, "colour"),
    ("unknown space", lambda: wrong.score(CELL, space="moon"), tfnas.UsageError, "moon"),
    ("batch of 0", lambda: wrong.score(CELL, batch=0), tfnas.UsageError, "batch"),
    ("negative seed", lambda: wrong.score(CELL, seed=-1), tfnas.UsageError, "seed"),
    ("seed of text", lambda: wrong.score(CELL, seed="7"), tfnas.UsageError, "seed"),
    ("seed of 2^64", lambda: wrong.score(CELL, seed=1 << 64), tfnas.UsageError, "seed"),
    ("no threads", lambda: wrong.score(CELL, threads=0), tfnas.UsageError, "threads"),
    ("two sizes", lambda: wrong.score(CELL, input_shape=(3, 32)), tfnas.UsageError, "input_shape"),
    ("shape of text", lambda: wrong.score(CELL, input_shape="3,8,8"), tfnas.UsageError, "input_shape"),
    ("one channel", lambda: wrong.score(CELL, input_shape=(1, 8, 8)), tfnas.UsageError, "channels"),
    ("no images", lambda: wrong.score(CELL, proxies="jacov"), tfnas.TfnasError, "images"),
    ("images of words", lambda: wrong.score(CELL, proxies="jacov", images=[Odd()]),
     tfnas.InputError, "images"),
    ("images of one axis", lambda: wrong.score(CELL, proxies="jacov", images=numpy.zeros(3)),
     tfnas.InputError, "images.npy"),
    ("too few images", lambda: wrong.score(CELL, proxies="jacov", labels="random",
     images=numpy.zeros((2, 3, 32, 32), "float32")), tfnas.InputError, "2 images"),
    ("mapping option", lambda: wrong.score(CELL, recipe={"a": 1}), tfnas.UsageError, "mapping"),
    ("null character", lambda: wrong.score(CELL, recipe="a\0b"), tfnas.UsageError, "null"),
    ("by and executor", lambda: wrong.score(CELL, by="vkdnw", executor=object()),
     tfnas.UsageError, "executor"),
    ("unknown data set", lambda: wrong.evaluate(dataset="mnist"), tfnas.UsageError, "mnist"),
    ("broken expression", lambda: wrong.evaluate("rank(vkdnw"), tfnas.TfnasError, "rank"),
    ("sample too large", lambda: wrong.evaluate(sample=99999), tfnas.UsageError, "sample"),
    ("compare with nothing", lambda: wrong.compare("vkdnw", "nothing"), tfnas.TfnasError, "nothing"),
    ("query of nonsense", lambda: wrong.query("nonsense"), tfnas.InputError, "nonsense"),
    ("search in no space", lambda: wrong.search("moon"), tfnas.TfnasError, "moon"),
    ("search without choices", lambda: wrong.search(lambda c: 1), tfnas.UsageError, "choices"),
    ("choices of a space", lambda: wrong.search("nas-bench-201", choices={"a": [1]}),
     tfnas.UsageError, "choices"),
    ("budget of words", lambda: wrong.search(lambda c: 1, choices={"a": [1]}, budget="soon"),
     tfnas.UsageError, "soon"),
    ("choice without values", lambda: wrong.search(lambda c: 1, choices={"a": []}),
     tfnas.UsageError, "'a'"),
    ("limit of words", lambda: wrong.search(lambda c: 1, choices={"a": [1]},
     constraints={"parameters": "few"}), tfnas.UsageError, "parameters"),
    ("limits upside down", lambda: wrong.search(lambda c: 1, choices={"a": [1]},
     constraints={"parameters": (2, 1)}), tfnas.UsageError, "parameters"),
    ("missing store", lambda: wrong.read_store("no.sqlite"), tfnas.MissingInputError, "no.sqlite"),
    ("store that is none", lambda: wrong.read_store(__file__), tfnas.InputError, "not a store"),
    ("unknown column", lambda: wrong.Results([{"a": 1}]).column("b"), tfnas.UsageError, "'b'"),
    ("best of nothing", lambda: wrong.Scores().best("vkdnw"), tfnas.UsageError, "vkdnw"),
    ("fit with data", lambda: wrong.LearnedRanking().fit([1], [2]), tfnas.UsageError, "no data"),
    ("predict before fit", lambda: wrong.LearnedRanking().predict([1]), tfnas.TfnasError, "fit"),
    ("unknown parameter", lambda: wrong.LearnedRanking().set_params(x=1), tfnas.UsageError, "'x'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "kind", "word"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_misuse_is_one_clear_exception(
    call: Callable[[], Any], kind: type[BaseException], word: str
) -> None:
    with pytest.raises(kind) as caught:
        call()
    message = str(caught.value)
    assert word in message
    assert "\n" not in message
    assert "Traceback" not in message


def test_exceptions_carry_the_line_and_the_code() -> None:
    with pytest.raises(tfnas.InputError) as caught:
        tfnas.score(20000)
    assert caught.value.exit_code == 65
    assert "20000" in caught.value.message
    assert caught.value.arguments[0] == "score"
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.message, again.exit_code) == (caught.value.message, 65)


@pytest.mark.parametrize(
    "error",
    [
        tfnas.UnsupportedOperatorError("line", 69, ["score"], ["Loop", "If"]),
        tfnas.Interrupted("line", tfnas.Scores()),
    ],
)
def test_exceptions_pickle_whole(error: Any) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert vars(again) == vars(error)


def test_there_is_an_exception_for_every_exit_code(command: str) -> None:
    text = subprocess.run([command, "--help"], capture_output=True, text=True, check=True).stdout
    from tfnas.errors import InternalError, error_for

    for code in (64, 65, 66, 69, 73, 75):
        assert str(code) in text
        assert type(error_for(code, "", [])) is not InternalError
    assert type(error_for(70, "", [])) is InternalError
    assert type(error_for(-9, "", [])) is InternalError


def test_a_command_that_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TFNAS", "/no/such/command")
    with pytest.raises(tfnas.CommandNotFoundError, match="/no/such/command"):
        tfnas.score(CELL)


def test_a_program_that_is_another_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "tfnas"
    other.write_text("#!/bin/sh\necho hello\n")
    other.chmod(0o755)
    monkeypatch.setenv("TFNAS", str(other))
    with pytest.raises(tfnas.InputError, match="no JSON"):
        tfnas.proxies()


def test_the_console_script_does_not_call_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "tfnas"
    script.write_text("#!/usr/bin/env python3\n")
    script.chmod(0o755)
    code = "import tfnas._binary as b; b.PACKAGED = b.Path('/nothing'); b.main()"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 69
    assert run.stderr.startswith("tfnas: the tfnas command is missing")


def test_a_killed_command_is_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "tfnas"
    other.write_text("#!/bin/sh\nkill -9 $$\n")
    other.chmod(0o755)
    monkeypatch.setenv("TFNAS", str(other))
    with pytest.raises(tfnas.InternalError, match="SIGKILL"):
        tfnas.score(CELL)

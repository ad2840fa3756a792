"""Progress is seen where somebody looks, and nowhere else."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any

import pytest

import tfnas
from conftest import CELLS, SMALL, need
from tfnas._progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_has_a_bar_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    tfnas.score(CELLS, proxies="layers", **SMALL)
    text = terminal.getvalue()
    assert "scored 3 of 3 networks" in text
    assert "[" + "#" * 30 + "]" in text
    assert text.endswith("\r\x1b[K")


@pytest.mark.parametrize("shown", [None, False])
def test_a_pipe_has_none(monkeypatch: pytest.MonkeyPatch, shown: Any) -> None:
    pipe = io.StringIO() if shown is None else Terminal()
    monkeypatch.setattr(sys, "stderr", pipe)
    tfnas.score(CELLS, proxies="layers", progress=shown, **SMALL)
    assert pipe.getvalue() == ""


def test_without_standard_error_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with Progress(2, "scored") as bar:
        bar.advance()
        bar.advance()


def test_a_notebook_has_a_bar() -> None:
    nbformat, nbclient = need("nbformat"), need("nbclient")
    need("ipykernel")
    source = str(Path(tfnas.__file__).parents[1])
    before = os.environ.get("PYTHONPATH", "")
    os.environ["PYTHONPATH"] = os.pathsep.join([source, *sys.path])
    try:
        notebook = nbformat.v4.new_notebook()
        cell = "import tfnas; tfnas.score([1, 2, 3], proxies='layers')"
        notebook.cells.append(nbformat.v4.new_code_cell(cell))
        nbclient.NotebookClient(notebook, timeout=300).execute()
    finally:
        os.environ["PYTHONPATH"] = before
    shown = "".join(str(output.get("data", "")) for output in notebook.cells[0].outputs)
    assert '<progress max="3" value="3">' in shown
    assert "<table>" in shown

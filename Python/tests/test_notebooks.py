"""The notebooks of Examples run from top to bottom."""

import subprocess
import sys
from pathlib import Path

import pytest

from conftest import need

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "Examples").glob("*.ipynb"))

#: What a notebook imports besides the package.
NEEDS = {
    "first-steps": ["pandas", "matplotlib"],
    "learned-ranking": ["sklearn"],
    "many-machines": ["distributed"],
    "optuna": ["optuna"],
    "search": ["pandas"],
    "training": ["torch", "safetensors"],
}


def test_there_are_notebooks() -> None:
    assert {path.stem for path in NOTEBOOKS} == set(NEEDS)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path) -> None:
    for module in ["nbclient", "ipykernel", *NEEDS[path.stem]]:
        need(module)
    command = [sys.executable, str(ROOT / "Scripts" / "run_notebooks.py"), "--check", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr

#!/usr/bin/env python3
"""Executes notebooks from top to bottom and writes what they show into them.

    run_notebooks.py [--check] NOTEBOOK...

With --check the files stay as they are. A cell that fails ends with its error and exit code 1. What
depends on the moment (times, progress bars) is left out of the files. Needs nbclient and ipykernel.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

KEPT = {"stream", "execute_result", "display_data"}


def execute(path: Path, is_check: bool) -> bool:
    """Executes one notebook; tells whether all of its cells did."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=1800, resources={"metadata": {"path": str(path.parent)}})
    try:
        client.execute()
    except CellExecutionError as error:
        print(f"{path}: {error}", file=sys.stderr)
        return False
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [
                output
                for output in cell.outputs
                if output.output_type in KEPT
                and output.get("name") != "stderr"
                and "<progress" not in str(output.get("data", {}).get("text/html", ""))
            ]
    notebook.metadata.pop("language_info", None)
    if not is_check:
        nbformat.write(notebook, path)
    print(f"{path}: {sum(cell.cell_type == 'code' for cell in notebook.cells)} cells")
    return True


def main(arguments: list) -> int:
    """Executes all notebooks, and gives the exit code."""
    is_check = "--check" in arguments
    paths = [Path(argument) for argument in arguments if argument != "--check"]
    if not paths:
        print("run_notebooks.py: no notebook is given", file=sys.stderr)
        return 64
    return 0 if all([execute(path, is_check) for path in paths]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

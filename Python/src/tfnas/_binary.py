"""Where the command is, and the console script that becomes it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

from .errors import CommandNotFoundError

__all__ = ["binary", "main"]

PACKAGED = Path(__file__).parent / "_bin" / "tfnas"


def _is_script(path: str) -> bool:
    # The console script of this package is on the PATH too, and would call itself for ever.
    with open(path, "rb") as file:
        return file.read(2) == b"#!"


def binary() -> str:
    """The path of the command.

    ``TFNAS`` in the environment names one; else it is that of the wheel; else the ``tfnas``
    on the ``PATH``.

    Raises:
        CommandNotFoundError: There is none.
    """
    named = os.environ.get("TFNAS")
    if named:
        found = shutil.which(named)
        if found is None:
            raise CommandNotFoundError(f"{named}: named by TFNAS, but is no program")
        return found
    if PACKAGED.is_file():
        return str(PACKAGED)
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        found = shutil.which("tfnas", path=folder)
        if found is not None and not _is_script(found):
            return found
    raise CommandNotFoundError(
        "the tfnas command is missing: install the wheel, or set TFNAS to the path of the command"
    )


def main() -> NoReturn:
    """Becomes the command, with the arguments of this process."""
    try:
        path = binary()
    except CommandNotFoundError as error:
        print(f"tfnas: {error}", file=sys.stderr)
        sys.exit(69)
    try:
        os.execv(path, ["tfnas", *sys.argv[1:]])
    except OSError as error:
        print(f"tfnas: {path}: {error.strerror}", file=sys.stderr)
        sys.exit(70)

"""What survives a kill: one file, replaced as a whole."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Optional

import torch

from ..errors import CannotWriteError, InputError

__all__ = ["lock", "read", "replace", "write"]

_FORMAT = "tfnas training"


def write(path: Path, state: dict[str, Any]) -> None:
    """Writes a checkpoint.

    Raises:
        CannotWriteError: It cannot be written; the one before is still there.
    """

    def save(part: Path) -> None:
        torch.save({"format": _FORMAT, "version": 1, **state}, part)

    replace(path, save)


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Keeps other trainings out of a folder for as long as this lasts, or this process lives.

    Raises:
        CannotWriteError: The folder cannot be made or written, or another training writes there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = open(folder / "lock", "w")  # noqa: SIM115
    except OSError as error:
        raise CannotWriteError(f"{folder}: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotWriteError(f"{folder}: another training writes there") from error
        yield


def replace(path: Path, save: Any) -> None:
    """Replaces a file by what ``save`` writes, at once and only if all of it is on the disk.

    Raises:
        CannotWriteError: It cannot be written; the one before is still there.
    """
    part = path.with_name(path.name + ".part")
    try:
        save(part)
        with open(part, "rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except (OSError, RuntimeError) as error:
        part.unlink(missing_ok=True)
        raise CannotWriteError(f"{path}: {error}") from error


def read(path: Path, plan: dict[str, Any]) -> Optional[dict[str, Any]]:
    """Reads a checkpoint; ``None`` where there is none.

    Raises:
        InputError: It is no checkpoint, or one of another plan.
    """
    if not path.exists():
        return None
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise InputError(f"{path}: no checkpoint: {' '.join(str(error).split())}") from error
    if not isinstance(state, dict) or state.get("format") != _FORMAT:
        raise InputError(f"{path}: not a checkpoint of this training")
    differing = sorted(
        name for name in {*plan, *state["plan"]} if plan.get(name) != state["plan"].get(name)
    )
    if differing:
        first = differing[0]
        raise InputError(
            f"{path}: of another training: {first} was {state['plan'].get(first)}, and is "
            f"{plan.get(first)}; choose another --out, or the same options"
        )
    return dict(state)

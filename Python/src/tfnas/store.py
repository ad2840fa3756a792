"""Reading a store of results."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Optional, Union
from urllib.parse import quote

from .errors import InputError, MissingInputError
from .results import Results

__all__ = ["read_store"]

# The letters TFNS, by which a store is told from any other SQLite file.
_APPLICATION = 0x54464E53


def read_store(
    path: Union[str, os.PathLike[str]],
    *,
    space: Optional[str] = None,
    proxy: Optional[str] = None,
    seed: Optional[int] = None,
) -> Results:
    """The records of a store, which is left as it is.

    Args:
        path: The file that ``store=`` or ``--store`` names.
        space: The records of one search space alone.
        proxy: Those of one proxy alone.
        seed: Those of one seed alone.

    Returns:
        A row for each record: ``space``, ``network``, ``proxy``, ``settings``, ``seed``,
        ``version``, ``score``, ``reason`` and ``seconds``. Where ``score`` is ``None``, ``reason`` says
        why.

    Raises:
        MissingInputError: There is no such file, or it cannot be read.
        InputError: It is no store.
    """
    query = "SELECT space, architecture, proxy, settings, seed, version, score, reason, seconds FROM record"
    wanted = {"space": space, "proxy": proxy, "seed": _signed(seed)}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    if wanted:
        query += " WHERE " + " AND ".join(f"{name} = :{name}" for name in wanted)
    parsed: dict[str, Any] = {}
    rows = []
    with _opened(Path(path)) as connection:
        for record in connection.execute(query, wanted):
            settings = record[3]
            if settings not in parsed:
                parsed[settings] = json.loads(settings)
            rows.append(
                {
                    "space": record[0],
                    "network": record[1],
                    "proxy": record[2],
                    "settings": parsed[settings],
                    # SQLite has signed numbers, seeds are unsigned.
                    "seed": record[4] % (1 << 64),
                    "version": record[5],
                    "score": record[6],
                    "reason": record[7],
                    "seconds": record[8],
                }
            )
    return Results(rows)


def _signed(seed: Optional[int]) -> Optional[int]:
    if seed is None:
        return None
    if not 0 <= seed < 1 << 64:
        raise InputError(f"seed must be a whole number from 0 to 2^64 - 1, not {seed}")
    return seed - (1 << 64) if seed >= 1 << 63 else seed


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.exists():
        raise MissingInputError(f"{path}: there is no such file")
    try:
        with open(path, "rb") as file:
            if file.read(16) != b"SQLite format 3\0":
                raise InputError(f"{path}: not a store of results")
    except OSError as error:
        raise MissingInputError(f"{path}: {error.strerror}") from error
    address = "file:" + quote(str(path.resolve())) + "?mode=ro"
    try:
        try:
            connection = sqlite3.connect(address, uri=True)
            kind = connection.execute("PRAGMA application_id").fetchone()[0]
        except sqlite3.OperationalError:
            # In a folder that cannot be written, there is no room for the index of a log; without
            # a log none is needed.
            if path.with_name(path.name + "-wal").exists():
                raise
            connection = sqlite3.connect(address + "&immutable=1", uri=True)
            kind = connection.execute("PRAGMA application_id").fetchone()[0]
        with closing(connection):
            if kind != _APPLICATION:
                raise InputError(f"{path}: not a store of results")
            yield connection
    except sqlite3.Error as error:
        raise InputError(f"{path}: {error}") from error

"""One call of the command: its lines as they come, its progress, Ctrl-C, and its errors."""

from __future__ import annotations

import json
import logging
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Optional

from ._binary import binary
from .errors import InputError, Interrupted, UsageError, error_for

__all__ = ["Call", "Outcome", "documents", "options", "rows"]

logger = logging.getLogger("tfnas")

_PREFIX = "tfnas: "
_PROGRESS = re.compile(r"^([\d,]+)/([\d,]+) \w+, .* left\b")


@dataclass
class Outcome:
    """What a call gave.

    Attributes:
        text: Standard output.
        notes: The lines of standard error that are neither progress nor the error.
        exit_code: 0, or one of the codes that the caller accepts.
    """

    text: str
    notes: list[str] = field(default_factory=list)
    exit_code: int = 0


def options(**values: Any) -> list[str]:
    """Options of the command from keyword arguments.

    ``None`` and ``False`` leave an option out, ``True`` is a flag, sequences are joined with
    commas, and underscores are hyphens.
    """
    arguments = []
    for name, value in values.items():
        flag = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            arguments.append(flag)
        else:
            # One token, so that a value may begin with a hyphen.
            arguments.append(f"{flag}={_text(value, name)}")
    return arguments


def _text(value: Any, name: str) -> str:
    if isinstance(value, str):
        if "\0" in value:
            raise UsageError(f"{name}: a text with a null character")
        return value
    if isinstance(value, Mapping):
        raise UsageError(f"{name}: {value!r} is a mapping, which no option takes")
    if isinstance(value, Iterable):
        return ",".join(_text(item, name) for item in value)
    return str(value)


class Call:
    """A call of the command.

    Args:
        arguments: The arguments, the subcommand first.
        stdin: What the command reads on standard input.
        on_line: Called with each line of standard output as it comes.
        on_progress: Called with networks done and networks in all, and the line that said so.
        accepts: Exit codes besides 0 that are no error.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        stdin: Optional[str] = None,
        on_line: Optional[Callable[[str], None]] = None,
        on_progress: Optional[Callable[[int, int, str], None]] = None,
        accepts: Sequence[int] = (),
    ) -> None:
        self._arguments = list(arguments)
        self._stdin = stdin
        self._on_line = on_line
        self._on_progress = on_progress
        self._accepts = accepts
        self._notes: list[str] = []

    def run(self) -> Outcome:
        """Runs the command to its end.

        Raises:
            TfnasError: The command failed; the class follows its exit code.
            Interrupted: Ctrl-C; the command has finished and stored what was running.
        """
        try:
            process = subprocess.Popen(
                [binary(), *self._arguments],
                stdin=subprocess.DEVNULL if self._stdin is None else subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                # The terminal's Ctrl-C goes to this process alone, which passes it on.
                start_new_session=True,
            )
        except OSError as error:
            raise InputError(f"the command cannot be started: {error}") from error
        except ValueError as error:
            raise UsageError(f"the command cannot be started: {error}") from error
        assert process.stdout is not None and process.stderr is not None
        threads = [threading.Thread(target=self._listen, args=(process.stderr,), daemon=True)]
        if process.stdin is not None:
            threads.append(threading.Thread(target=self._feed, args=(process.stdin,), daemon=True))
        for thread in threads:
            thread.start()
        lines: list[str] = []
        interrupted = False
        try:
            while True:
                try:
                    self._read(process.stdout, lines)
                    code = process.wait()
                    break
                except KeyboardInterrupt:
                    # The first finishes the networks that are running, the second ends at once.
                    if interrupted:
                        process.kill()
                    interrupted = True
                    process.send_signal(signal.SIGINT)
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            for thread in threads:
                thread.join()
            process.stdout.close()
            process.stderr.close()
        if interrupted:
            raise Interrupted(self._notes[-1] if self._notes else "interrupted")
        if code != 0 and code not in self._accepts:
            raise error_for(code, self._reason(code), self._arguments)
        return Outcome("".join(lines), self._notes, code)

    def _read(self, stream: IO[str], lines: list[str]) -> None:
        for line in stream:
            lines.append(line)
            if self._on_line is not None:
                self._on_line(line)

    def _listen(self, stream: IO[str]) -> None:
        for line in stream:
            text = line.rstrip("\n")
            if text.startswith(_PREFIX):
                text = text[len(_PREFIX) :]
            progress = _PROGRESS.match(text)
            if progress is None:
                if text:
                    self._notes.append(text)
                    logger.info("%s", text)
            elif self._on_progress is not None:
                done, total = (int(number.replace(",", "")) for number in progress.groups())
                self._on_progress(done, total, text)

    def _feed(self, stream: IO[str]) -> None:
        try:
            with stream:
                stream.write(self._stdin or "")
        except BrokenPipeError:
            pass  # The command has ended, and says why.

    def _reason(self, code: int) -> str:
        if code < 0:
            name = signal.Signals(-code).name
            last = f": {self._notes[-1]}" if self._notes else ""
            return f"the command was ended by {name}{last}"
        return self._notes[-1] if self._notes else f"the command ended with exit code {code}"


def rows(text: str) -> list[dict[str, Any]]:
    """The objects of JSON lines, without the number of their schema.

    Raises:
        InputError: A line is none.
    """
    found = [documents(line) for line in text.splitlines() if line.strip()]
    for row in found:
        row.pop("schema", None)
    return found


def documents(text: str) -> Any:
    """The JSON that the command printed.

    Raises:
        InputError: It is none, as where another program is called ``tfnas``.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"the command printed no JSON: {text[:80]!r}") from error

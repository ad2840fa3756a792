"""What can go wrong, one class for each exit code of the command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

__all__ = [
    "CannotWriteError",
    "CommandNotFoundError",
    "IncompleteError",
    "InputError",
    "InternalError",
    "Interrupted",
    "MissingInputError",
    "TfnasError",
    "UnsupportedOperatorError",
    "UsageError",
]


class TfnasError(Exception):
    """An error of the command, with the line that it printed.

    Attributes:
        message: The line, without the name of the command in front.
        exit_code: The command's exit code, ``None`` where no command was run.
        arguments: The arguments of the command, empty where no command was run.
    """

    def __init__(
        self,
        message: str,
        exit_code: Optional[int] = None,
        arguments: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code
        self.arguments = list(arguments)

    def __reduce__(self) -> tuple[Any, ...]:
        # Executors send errors between processes; the default would lose the last two.
        return (type(self), (self.message, self.exit_code, self.arguments))


class CommandNotFoundError(TfnasError):
    """There is no ``tfnas`` command to call."""


class UsageError(TfnasError, ValueError):
    """An argument, or a combination of arguments, is wrong (exit code 64)."""


class InputError(TfnasError, ValueError):
    """Something that was read is wrong; the line names the token or the file and place (65)."""


class MissingInputError(InputError):
    """A file is missing or cannot be read (66)."""


class UnsupportedOperatorError(InputError):
    """A network has operators that the command does not know (69).

    Attributes:
        operators: Their names, in the order in which the command gave them.
    """

    def __init__(
        self,
        message: str,
        exit_code: Optional[int] = None,
        arguments: Sequence[str] = (),
        operators: Sequence[str] = (),
    ) -> None:
        super().__init__(message, exit_code, arguments)
        self.operators = list(operators)

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.message, self.exit_code, self.arguments, self.operators))


class InternalError(TfnasError):
    """A fault of the command itself (70, or a signal)."""


class CannotWriteError(TfnasError):
    """A file cannot be written (73)."""


class IncompleteError(TfnasError):
    """The work is not done, and it is safe to start it again (75)."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C stopped the command after it had finished what was running.

    Attributes:
        results: What was finished before, ``None`` where the call has no partial result.
        message: The command's last line.
    """

    def __init__(self, message: str, results: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.results = results

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.message, self.results))


_CLASSES: dict[int, type[TfnasError]] = {
    64: UsageError,
    65: InputError,
    66: MissingInputError,
    69: UnsupportedOperatorError,
    73: CannotWriteError,
    75: IncompleteError,
}


def error_for(exit_code: int, message: str, arguments: Sequence[str]) -> TfnasError:
    """The exception that belongs to an exit code."""
    return _CLASSES.get(exit_code, InternalError)(message, exit_code, arguments)

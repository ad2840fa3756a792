"""Progress, where somebody looks: a line in a terminal, a bar in a notebook."""

from __future__ import annotations

import html
import sys
import time
from types import TracebackType
from typing import Any, Optional

__all__ = ["Progress"]


def _in_notebook() -> bool:
    try:
        shell = sys.modules["IPython"].get_ipython()
    except (KeyError, AttributeError):
        return False
    return shell is not None and "IPKernelApp" in getattr(shell, "config", {})


class Progress:
    """A bar that is there while the work goes on.

    Args:
        total: Networks in all, 0 where that is not known yet.
        what: What is done to them, for the bar.
        shown: ``None`` shows it in a terminal and a notebook alone.
    """

    def __init__(self, total: int, what: str, shown: Optional[bool] = None) -> None:
        self._total = total
        self._done = 0
        self._what = what
        self._start = time.monotonic()
        self._last = 0.0
        self._notebook = _in_notebook() and shown is not False
        self._terminal = not self._notebook and (
            shown if shown is not None else sys.stderr is not None and sys.stderr.isatty()
        )
        self._display: Any = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if self._terminal and self._last:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
        if self._display is not None:
            self._draw(self._text())

    def advance(self, count: int = 1) -> None:
        """Counts networks that are done."""
        self.update(self._done + count, self._total)

    def update(self, done: int, total: int, note: str = "") -> None:
        """Says how many networks are done, of how many."""
        self._done, self._total = done, max(total, done)
        now = time.monotonic()
        if now - self._last < 0.1 and done < total:
            return
        self._last = now
        text = note or self._text()
        if self._notebook:
            self._draw(text)
        elif self._terminal:
            filled = 30 * self._done // max(self._total, 1)
            bar = "#" * filled + "." * (30 - filled)
            sys.stderr.write(f"\r[{bar}] {text}\x1b[K")
            sys.stderr.flush()

    def _text(self) -> str:
        seconds = time.monotonic() - self._start
        text = f"{self._what} {self._done} of {self._total} networks"
        if 0 < self._done < self._total:
            left = seconds / self._done * (self._total - self._done)
            text += f", {left:.0f} s left"
        return text

    def _draw(self, text: str) -> None:
        from IPython.display import HTML, display

        bar = HTML(
            f'<progress max="{max(self._total, 1)}" value="{self._done}"></progress> {html.escape(text)}'
        )
        if self._display is None:
            self._display = display(bar, display_id=True)
        else:
            self._display.update(bar)

"""Results: lists of plain dictionaries that `print` and a notebook show as a table."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Optional

from .errors import UsageError

if TYPE_CHECKING:
    import numpy
    import pandas

__all__ = ["Results", "Scores"]

Row = dict[str, Any]

# Rows of a table; a browser chokes on all cells of a benchmark.
_SHOWN = 100


class Results(list[Row]):
    """A list of dictionaries, one for each row.

    Attributes:
        report: What the command printed, as it printed it.
        notes: What the command said besides, a line each.
    """

    def __init__(self, rows: Iterable[Row] = (), *, report: Any = None, notes: Iterable[str] = ()) -> None:
        super().__init__(rows)
        self.report = report
        self.notes = list(notes)

    @property
    def columns(self) -> list[str]:
        """The keys of all rows, in the order in which they come up."""
        return list(dict.fromkeys(key for row in self for key in row))

    def column(self, name: str) -> numpy.ndarray[Any, Any]:
        """One column as an array; numbers that are missing are NaN.

        Raises:
            UsageError: No row has it.
        """
        import numpy

        if name not in self.columns:
            known = ", ".join(self.columns)
            raise UsageError(f"no column {name!r}; there are {known or 'no rows'}")
        values = [row.get(name) for row in self]
        if all(value is None or isinstance(value, (int, float)) for value in values):
            return numpy.array(
                [float("nan") if value is None else value for value in values],
                dtype=float if any(not isinstance(value, int) for value in values) else None,
            )
        return numpy.array(values, dtype=object)

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a data frame (needs ``tfnas[pandas]``)."""
        import pandas

        return pandas.DataFrame(list(self), columns=self.columns)

    def plot(self, x: str, y: str, label: Optional[str] = None, ax: Any = None) -> Any:
        """Draws one column against another (needs ``tfnas[plot]``).

        Args:
            x: The column across.
            y: The column upwards.
            label: A column whose texts stand beside the points.
            ax: Matplotlib axes to draw into; new ones where there are none.

        Returns:
            The axes.
        """
        import matplotlib.pyplot

        across, upwards = self.column(x), self.column(y)
        texts = None if label is None else self.column(label)
        if ax is None:
            _, ax = matplotlib.pyplot.subplots()
        ax.scatter(across, upwards)
        ax.set_xlabel(x)
        ax.set_ylabel(y)
        if texts is not None:
            for place in zip(across, upwards, texts):
                ax.annotate(str(place[2]), place[:2], xytext=(4, 4), textcoords="offset points")
        return ax

    def __str__(self) -> str:
        """The rows as a table of plain text: numbers to the right, everything else to the left."""
        columns = self.columns
        shown = self[:_SHOWN]
        texts = [[_text(row.get(name)) for name in columns] for row in shown]
        widths = [max(map(len, column)) for column in zip(columns, *texts)]
        right = [any(_is_number(row.get(name)) for row in shown) for name in columns]
        lines = (
            "  ".join(
                cell.rjust(width) if number else cell.ljust(width)
                for cell, width, number in zip(line, widths, right)
            ).rstrip()
            for line in [columns, *texts]
        )
        table = "\n".join(lines)
        return table + (f"\n{_SHOWN} of {len(self):,} rows" if len(self) > _SHOWN else "")

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.columns)
        columns = self.columns
        body = "".join(
            "<tr>" + "".join(_cell(row.get(name)) for name in columns) + "</tr>" for row in self[:_SHOWN]
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return table + (f"<p>{_SHOWN} of {len(self):,} rows</p>" if len(self) > _SHOWN else "")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if _is_number(value):
        return f"{value:,}"
    return "" if value is None else str(value)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f'<td style="text-align:right" title="{value!r}">{_text(value)}</td>'
    side = "right" if _is_number(value) else "left"
    return f'<td style="text-align:{side}">{html.escape(_text(value))}</td>'


class Scores(Results):
    """Scores of networks: a row for each, with ``network`` and a column for each proxy.

    A score that does not exist is ``None``, and `undefined` has the reason.

    Attributes:
        report: The command's records.
        higher_is_better: For each proxy, whether more of it is better.
        undefined: For each network without a score of some proxy, the reasons by proxy.
        settings: All that the scores depend on besides network and seed.
    """

    def __init__(
        self,
        records: Iterable[Mapping[str, Any]] = (),
        names: Iterable[str] = (),
        *,
        notes: Iterable[str] = (),
    ) -> None:
        records, names = list(records), list(names)
        super().__init__(report=records, notes=notes)
        self.higher_is_better: dict[str, bool] = {}
        self.undefined: dict[str, dict[str, str]] = {}
        self.settings: dict[str, Any] = dict(records[0].get("settings", {})) if records else {}
        for number, record in enumerate(records):
            name = names[number] if number < len(names) else network_of(record)
            self.append(self._row(record, name))

    def _row(self, record: Mapping[str, Any], name: str) -> Row:
        row: Row = {"network": name}
        if "position" in record:
            row["position"] = record["position"]
        for proxy, score in record.get("scores", {}).items():
            row[proxy] = score["value"]
            self.higher_is_better[proxy] = score.get("higherIsBetter", True)
            if "undefined" in score:
                self.undefined.setdefault(name, {})[proxy] = score["undefined"]
        return row

    def best(self, proxy: str, count: int = 1) -> list[Row]:
        """The rows with the best scores of a proxy, the best first; undefined ones are left out.

        Raises:
            UsageError: No network was scored by it.
        """
        if proxy not in self.higher_is_better:
            known = ", ".join(self.higher_is_better)
            raise UsageError(f"no scores of {proxy!r}; there are those of {known or 'nothing'}")
        scored = [row for row in self if row[proxy] is not None]
        return sorted(scored, key=lambda row: row[proxy], reverse=self.higher_is_better[proxy])[:count]


def network_of(record: Mapping[str, Any]) -> str:
    """The network that a record of the command is about, in the command's words."""
    return str(record.get("network", record.get("architecture", "")))

"""Rows of figures against their budgets: printed for people, written as JSON for `docs/benchmarks.md`."""

import statistics
from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table


class Row(msgspec.Struct, frozen=True):
    """One figure: the median of several rounds."""

    name: str
    unit: str
    budget: float | None
    """None where nothing was promised."""
    figure: float
    less: bool = False
    """Less is better: the budget is the most that is allowed, else it is the least."""
    ceiling: float | None = None
    """The same figure of a system that does nothing, in the same run on the same machine."""
    rounds: int = 1

    @property
    def holds(self) -> bool | None:
        """Tell whether the budget holds; None without one."""
        if self.budget is None:
            return None
        return self.figure <= self.budget if self.less else self.figure >= self.budget

    @property
    def promise(self) -> str:
        """Write the budget."""
        return "" if self.budget is None else f"{'≤' if self.less else '≥'} {number(self.budget)} {self.unit}"


def median(
    name: str,
    unit: str,
    budget: float | None,
    figures: Sequence[float],
    *,
    less: bool = False,
    ceilings: Sequence[float] = (),
) -> Row:
    """Make a row of the rounds' figures: machines are noisy, and a median forgives a bad round."""
    ceiling = statistics.median(ceilings) if ceilings else None
    return Row(name, unit, budget, statistics.median(figures), less=less, ceiling=ceiling, rounds=len(figures))


def number(value: float) -> str:
    """Write a figure with as many digits as it deserves."""
    return f"{value:,.0f}".replace(",", " ") if value >= 100 else f"{value:.3g}"


def show(rows: Sequence[Row], title: str = "") -> None:
    """Print the table."""
    table = Table(title=title or None, title_justify="left")
    for heading in ("", "budget", "figure", "of the ceiling", "budget holds"):
        table.add_column(heading, justify="left" if not heading else "right")
    words = {True: "yes", False: "[bold red]no[/]", None: ""}
    for row in rows:
        of_ceiling = f"{row.figure / row.ceiling:.0%}" if row.ceiling else ""
        table.add_row(row.name, row.promise, f"{number(row.figure)} {row.unit}", of_ceiling, words[row.holds])
    console = Console()
    Console(width=None if console.is_terminal else 120).print(table)  # a file has no width of its own


def write(rows: Sequence[Row], path: Path) -> None:
    """Keep the rows for `docs/benchmarks.md`."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(list(rows)), indent=2) + b"\n")

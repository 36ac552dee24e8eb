"""The bar that long runs show on a terminal."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

__all__ = ["show_progress"]


class RateColumn(ProgressColumn):
    """Documents a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


def show_progress(total: int | None) -> Progress:
    """Give a bar with rate and time left; it is seen on terminals only."""
    console = Console(stderr=True)
    left = (TimeRemainingColumn(),) if total else ()
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), RateColumn(), *left)
    return Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty())

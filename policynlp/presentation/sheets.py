"""A blank sheet to draw on, measured in inches, with the fonts that show Chinese everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from policynlp.presentation.fonts import chinese_text
from policynlp.presentation.harmless import harmless
from policynlp.presentation.layout import shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["INK", "MARGIN", "PALE", "QUIET", "WIDTH", "blank_sheet", "draw_title", "white_ground", "check_limit"]

WIDTH = 9.4  # inches; shrunk to the 6.3 inches of a page, labels of 9 points are still 6 points high
MARGIN = 0.3
INK = "#1c1c1c"
QUIET = "#5f6368"  # notes and axes
PALE = "#e3e6ea"  # lines that guide the eye


def check_limit(limit: int) -> None:
    """Refuse to draw less than one thing.

    Raises:
        ValueError: `limit` is below 1.
    """
    if limit < 1:
        raise ValueError(f"limit is {limit}; it must be 1 or more")


@contextmanager
def blank_sheet(width: float, height: float) -> Iterator[tuple[Figure, Axes]]:
    """Give a figure and axes that cover it, one unit an inch; what is drawn in the block has our fonts.

    Names from reports are text and never formulas, however many dollar signs they hold. The figure belongs to no pyplot state.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with chinese_text(), mpl.rc_context({"text.parse_math": False}):
        figure = Figure(figsize=(width, height), dpi=100)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, width)
        axes.set_ylim(0, height)
        yield figure, axes


def draw_title(axes: Axes, title: str, top: float) -> None:
    """Write the title in the upper left corner; `top` is the height of the sheet in inches."""
    axes.text(MARGIN, top - MARGIN, shorten(harmless(title), 44), fontsize=14, va="top", color=INK)


def white_ground() -> dict[str, object]:
    """Give the ground that keeps a label legible over lines; a halo would turn the text of PDFs into outlines."""
    return {"boxstyle": "round,pad=0", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}

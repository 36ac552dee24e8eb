"""A blank sheet to draw on, measured in inches, with the fonts that show Chinese everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from policynlp.presentation.fonts import chinese_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["INK", "PALE", "QUIET", "blank_sheet"]

INK = "#1c1c1c"
QUIET = "#5f6368"  # notes and axes
PALE = "#e3e6ea"  # lines that guide the eye


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

"""What the figures of a comparison have in common: the names of rows and columns, dots with intervals, colours of cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from policynlp.codebook import load_codebook
from policynlp.presentation.harmless import harmless
from policynlp.presentation.layout import shorten
from policynlp.presentation.messages import message
from policynlp.presentation.sheets import INK, PALE, QUIET

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = [
    "ABOVE",
    "BELOW",
    "FOCUS",
    "FONT",
    "GROUND",
    "Scale",
    "check_columns",
    "draw_cell",
    "draw_dot",
    "draw_heads",
    "draw_name",
    "name_label",
]

FONT = 8.5
ABOVE, BELOW = "#b3561d", "#1b4f8f"  # more and less than the others: their grey differs too
FOCUS = ABOVE
GROUND = "#fbf1ea"  # behind the row or column of the focus
DIGIT = 0.135  # inches that a character of a head takes up


class Scale:
    """Maps values to inches.

    Example:
        >>> Scale(0.0, 0.5, 1.0, 3.0)(0.25)
        2.0
    """

    def __init__(self, low: float, high: float, left: float, right: float) -> None:
        self.low, self.high, self.left, self.right = low, high, left, right

    def __call__(self, value: float) -> float:
        """Give the place of a value; one beyond the ends stands on the end."""
        share = (value - self.low) / (self.high - self.low or 1.0)
        return self.left + (self.right - self.left) * min(1.0, max(0.0, share))


def check_columns(table: pd.DataFrame, columns: Sequence[str], source: str) -> None:
    """Refuse a table that is not the one to draw.

    Raises:
        ValueError: a column is missing.
    """
    if missing := [column for column in columns if column not in table]:
        raise ValueError(f"the table has no column {missing[0]!r}; give the table of {source}")


def name_label(layer: str, code: str, lang: str) -> str:
    """Say what a label of a layer is called.

    Example:
        >>> name_label("class", "GOAL", "zh"), name_label("status", "done", "en")
        ('目标', 'done')
    """
    codebook = load_codebook()
    if layer == "status":
        return message("comparison", f"status_{code}", lang)
    if layer == "type":
        return codebook.types[code].label.name(lang) if code in codebook.types else code
    labels = codebook.classes if layer == "class" else codebook.instruments
    return labels[code].name(lang) if code in labels else code


def draw_dot(sheet: Axes, scale: Scale, y: float, value: float, low: float, high: float, *, colour: str, filled: bool = True) -> None:
    """Draw a value as a dot on its interval; one that is not sure is hollow."""
    x, ends = scale(value), (scale(low), scale(high))
    sheet.plot(ends, [y, y], color=colour, linewidth=1.4, solid_capstyle="butt", zorder=3)
    inside = colour if filled else "white"
    sheet.plot([x], [y], marker="o", markersize=4.6, color=colour, markerfacecolor=inside, markeredgewidth=1.1, zorder=4)


def draw_name(sheet: Axes, x: float, y: float, name: str, *, ems: float, colour: str = INK, ha: str = "right") -> None:
    """Write the name of a row."""
    sheet.text(x, y, shorten(harmless(name), ems), fontsize=FONT, ha=ha, va="center_baseline", color=colour)


def draw_heads(sheet: Axes, names: Sequence[str], lefts: Sequence[float], wide: float, bottom: float, *, focus: str | None) -> None:
    """Write the names of columns upright, their first characters on top."""
    for name, left in zip(names, lefts, strict=True):
        text = shorten(harmless(name), 8)
        upright = all(ord(c) > 0x2E7F or c == "…" for c in text)
        said = "\n".join(text) if upright else text
        style = {"linespacing": 1.0} if upright else {"rotation": 90}
        colour = FOCUS if name == focus else INK
        sheet.text(left + wide / 2, bottom + 0.05, said, fontsize=8, ha="center", va="bottom", color=colour, **style)


def draw_cell(
    sheet: Axes, box: tuple[float, float, float, float], colour: str, strength: float, text: str = "", *, hatched: bool = False
) -> None:
    """Draw a cell of a heat map: left, bottom, width and height; as strong as what it stands for, hatched where that is not sure."""
    from matplotlib.patches import Rectangle

    left, bottom, wide, high = box
    sheet.add_patch(Rectangle((left, bottom), wide, high, facecolor="white", edgecolor=PALE, linewidth=0.6, zorder=1))
    if strength:
        sheet.add_patch(Rectangle((left, bottom), wide, high, facecolor=colour, alpha=strength, edgecolor="white", linewidth=0.6, zorder=2))
    if hatched:
        sheet.add_patch(Rectangle((left, bottom), wide, high, facecolor="none", edgecolor="#dcdfe2", hatch="///", linewidth=0, zorder=2))
    if text:
        ink = "white" if strength > 0.65 else INK if not hatched else QUIET
        sheet.text(left + wide / 2, bottom + high / 2, text, fontsize=7.5, ha="center", va="center_baseline", color=ink, zorder=3)

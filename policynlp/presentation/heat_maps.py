"""Draws the alignment table as a heat map: what goals, measures and institutions touch a name."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from policynlp.codebook import load_codebook
from policynlp.presentation.harmless import harmless
from policynlp.presentation.layout import shorten
from policynlp.presentation.markers import KEY_LINE, draw_key, draw_marks, key_rows
from policynlp.presentation.messages import check_language, message
from policynlp.presentation.sheets import INK, MARGIN, PALE, QUIET, WIDTH, blank_sheet, check_limit, draw_title

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_alignment"]

NAMES = 2.6  # inches for the names
CELL = (0.66, 0.25)  # inches
HEAD = 0.36  # inches for the heads of the columns
BREAK = 0.12  # inches between goals, measures and institutions
FONT = 9.0


def draw_alignment(table: pd.DataFrame, *, title: str = "", lang: str = "zh", limit: int = 30) -> Figure:
    """Draw how many goals, measures by family of instruments, and institutions touch each name; the numbers stand in the cells.

    The darker a cell the more statements, on one scale for all cells (by square roots, so that small numbers differ too). What a
    name lacks stands on the right.

    Args:
        table: of `align_goals`.
        title: whose alignment it is; "" for no title.
        lang: language of the captions, zh or en.
        limit: the most rows to draw, in the order of the table; the note says how many there are.

    Returns:
        A matplotlib `Figure`; nothing is saved.

    Raises:
        ValueError: `lang` is unknown, `limit` below 1, or a column is missing.

    Example:
        >>> import policynlp
        >>> from policynlp.network.alignment import align_goals
        >>> table = align_goals(policynlp.analyze("培育壮大数字经济。设立1亿元种子基金。"))
        >>> type(draw_alignment(table)).__name__
        'Figure'
    """
    check_language(lang)
    check_limit(limit)
    families = [letter for letter in load_codebook().families if letter in table]
    columns = ["goals", "measures", *families, "institutions"]
    if missing := [column for column in ("name", "type", *columns, "gap") if column not in table]:
        raise ValueError(f"the table has no column {missing[0]!r}; give the table of align_goals")
    shown = table.head(limit)
    top = MARGIN + 0.4 * bool(title) + KEY_LINE + 0.15
    height = top + HEAD + CELL[1] * max(len(shown), 4) + 0.62
    with blank_sheet(WIDTH, height) as (figure, sheet):
        if title:
            draw_title(sheet, title, height)
        if shown.empty:
            sheet.text(WIDTH / 2, height / 2, message("charts", "no_alignment", lang), ha="center", fontsize=12, color=QUIET)
            return figure
        lefts = place_columns(columns)
        draw_heads(sheet, shown, lefts, height - top, lang)
        most = max(int(shown[columns].max().max()), 1)
        for number, (_, row) in enumerate(shown.iterrows()):
            y = height - top - HEAD - (number + 0.5) * CELL[1]
            draw_name(sheet, str(row["name"]), str(row["type"]), y)
            for column, x in lefts.items():
                draw_cell(sheet, x, y, int(row[column]), most, colour_of(column))
            draw_gap(sheet, str(row["gap"]), lefts["institutions"] + CELL[0] + 0.1, y, lang)
        note = message("charts", "alignment_note", lang, shown=len(shown), names=len(table))
        sheet.text(MARGIN, MARGIN * 0.6, note, fontsize=7.5, color=QUIET)
    return figure


def place_columns(columns: list[str]) -> dict[str, float]:
    """Give the left edge of each column; goals, measures and institutions stand a little apart."""
    lefts: dict[str, float] = {}
    x = MARGIN + NAMES
    for column in columns:
        x += BREAK * (column in ("measures", "institutions"))
        lefts[column] = x
        x += CELL[0]
    return lefts


def colour_of(column: str) -> str:
    classes = load_codebook().classes
    return classes[{"goals": "GOAL", "institutions": "INSTITUTION"}.get(column, "MEASURE")].colour


def draw_heads(sheet: Axes, shown: pd.DataFrame, lefts: dict[str, float], top: float, lang: str) -> None:
    codebook = load_codebook()
    present = set(shown["type"])
    entries = [(code, t.label.colour, t.label.name(lang)) for code, t in codebook.types.items() if code in present]
    draw_key(sheet, key_rows(entries, WIDTH - 2 * MARGIN), left=MARGIN, top=top + KEY_LINE + 0.15)
    for column, x in lefts.items():
        label = codebook.families[column].name(lang) if column in codebook.families else message("charts", column, lang)
        colour = INK if column in codebook.families else colour_of(column)
        sheet.text(x + CELL[0] / 2, top - HEAD + 0.08, label, fontsize=8.5, ha="center", va="bottom", color=colour)
    x = lefts["institutions"] + CELL[0] + 0.1
    sheet.text(x, top - HEAD + 0.08, message("charts", "gap", lang), fontsize=8.5, va="bottom", color=QUIET)


def draw_name(sheet: Axes, name: str, kind: str, y: float) -> None:
    x = MARGIN + NAMES - 0.18
    types = load_codebook().types
    draw_marks(sheet, [(x, y, 0.055, kind, types[kind].label.colour if kind in types else QUIET)])
    sheet.text(x - 0.14, y, shorten(harmless(name), 18), fontsize=FONT, ha="right", va="center_baseline", color=INK)


def draw_cell(sheet: Axes, x: float, y: float, count: int, most: int, colour: str) -> None:
    """Draw a cell: the class's colour, as strong as the count, with the number on it."""
    from matplotlib.patches import Rectangle

    strength = 0.12 + 0.88 * math.sqrt(count / most) if count else 0.0
    wide, high = CELL
    sheet.add_patch(Rectangle((x, y - high / 2), wide, high, facecolor="white", edgecolor=PALE, linewidth=0.6, zorder=1))
    sheet.add_patch(Rectangle((x, y - high / 2), wide, high, facecolor=colour, alpha=strength, edgecolor="white", linewidth=0.6, zorder=2))
    ink = "white" if strength > 0.75 else INK if count else "#a9aeb4"
    sheet.text(x + wide / 2, y, f"{count:,}", fontsize=FONT, ha="center", va="center_baseline", color=ink, zorder=3)


def draw_gap(sheet: Axes, gap: str, x: float, y: float, lang: str) -> None:
    """Say what is missing."""
    if gap:
        sheet.text(x, y, message("charts", gap.replace(" ", "_"), lang), fontsize=8, va="center_baseline", color=QUIET)

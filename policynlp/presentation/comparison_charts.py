"""Draws the words that are typical of groups, and what became of promises."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from policynlp.presentation.comparison_sheets import Scale, check_columns, draw_name
from policynlp.presentation.layout import text_width
from policynlp.presentation.messages import check_language, message
from policynlp.presentation.sheets import INK, MARGIN, QUIET, WIDTH, blank_sheet, check_limit, draw_title

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["MOST_PANELS", "draw_keywords", "draw_promises"]

ROW = 0.22  # inches
VERDICTS = {"met": "#1f7a5c", "missed": "#e0a57f", "not comparable": "#c3c7cb", "not reported": "#dcdfe2", "not due": "#f1f2f3"}
MOST_PANELS = 6


def draw_keywords(
    keywords: pd.DataFrame, *, groups: Sequence[str] | None = None, title: str = "", lang: str = "zh", limit: int = 15
) -> Figure:
    """Draw the words that each group uses more than the others, by z, a panel a group; behind each how often here / elsewhere.

    Args:
        keywords: of `find_keywords`.
        groups: those to draw; by default the first six.
        title: "" for none.
        lang: zh or en.
        limit: the most words of a group.

    Returns:
        A matplotlib `Figure`; nothing is saved.

    Raises:
        ValueError: `lang` is unknown, `limit` below 1, or a column is missing.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.comparison import compare
        >>> texts = {"甲": "设立种子基金。", "乙": "发展数字经济。"}
        >>> found = compare([policynlp.analyze(policynlp.make_report(t, path=name)) for name, t in texts.items()], by="report")
        >>> type(draw_keywords(found.table("keywords"))).__name__
        'Figure'
    """
    from matplotlib.patches import Rectangle

    check_language(lang)
    check_columns(keywords, ("group", "term", "count", "elsewhere", "z"), "find_keywords")
    check_limit(limit)
    chosen = list(groups or list(dict.fromkeys(keywords["group"]))[:MOST_PANELS])
    parts = [(name, keywords[keywords["group"] == name].head(limit)) for name in chosen]
    across = min(3, max(1, len(parts)))
    tall = 0.4 + ROW * max((len(rows) for _, rows in parts), default=3)
    top, lines = MARGIN + 0.4 * bool(title), math.ceil(max(len(parts), 1) / across)
    height = top + lines * (tall + 0.25) + 0.45
    wide = (WIDTH - 2 * MARGIN - 0.3 * (across - 1)) / across
    most = float(keywords["z"].max()) if len(keywords) else 1.0
    with blank_sheet(WIDTH, height) as (figure, sheet):
        if title:
            draw_title(sheet, title, height)
        for number, (name, rows) in enumerate(parts):
            left, y = MARGIN + number % across * (wide + 0.3), height - top - number // across * (tall + 0.25)
            draw_name(sheet, left, y - 0.1, name, ems=20, ha="left")
            scale = Scale(0.0, most, left + 1.15, left + wide - 0.75)
            for place, row in enumerate(rows.to_dict("records")):
                middle = y - 0.4 - (place + 0.5) * ROW
                draw_name(sheet, left + 1.07, middle, str(row["term"]), ems=8)
                size = scale(float(row["z"])) - scale.left
                sheet.add_patch(Rectangle((scale.left, middle - ROW * 0.32), size, ROW * 0.64, facecolor="#7f9ab8", edgecolor="none"))
                said = f"{row['z']:.1f}  {row['count']}/{row['elsewhere']}"
                sheet.text(scale.left + size + 0.06, middle, said, fontsize=7.5, va="center_baseline", color=QUIET)
        sheet.text(MARGIN, MARGIN * 0.6, message("comparison_figures", "keywords_note", lang), fontsize=7.5, color=QUIET)
    return figure


def draw_promises(promises: pd.DataFrame, *, title: str = "", lang: str = "zh") -> Figure:
    """Draw for each zone how many of its promises were met, missed, reported otherwise, not reported, or are not due.

    Args:
        promises: of `match_promises`.
        title: "" for none.
        lang: zh or en.

    Returns:
        A matplotlib `Figure`; nothing is saved.

    Raises:
        ValueError: `lang` is unknown or a column is missing.

    Example:
        >>> import pandas as pd
        >>> type(draw_promises(pd.DataFrame({"zone": ["甲", "甲"], "verdict": ["met", "missed"]}))).__name__
        'Figure'
    """
    from matplotlib.patches import Rectangle

    check_language(lang)
    check_columns(promises, ("zone", "verdict"), "match_promises")
    zones = sorted(set(promises["zone"]))
    top, row = MARGIN + 0.4 * bool(title), 0.34
    height = top + 0.4 + row * max(len(zones), 2) + 0.45
    with blank_sheet(WIDTH, height) as (figure, sheet):
        if title:
            draw_title(sheet, title, height)
        x = MARGIN
        for verdict, colour in VERDICTS.items():
            sheet.add_patch(Rectangle((x, height - top - 0.17), 0.16, 0.14, facecolor=colour, edgecolor=QUIET, linewidth=0.5))
            text = message("comparison", f"verdict_{verdict.replace(' ', '_')}", lang)
            sheet.text(x + 0.22, height - top - 0.1, text, fontsize=8, va="center_baseline", color=INK)
            x += 0.5 + text_width(text) * 8 / 72
        most = max((int((promises["zone"] == zone).sum()) for zone in zones), default=1)
        scale = Scale(0, most, MARGIN + 1.5, WIDTH - MARGIN - 1.2)
        for number, zone in enumerate(zones):
            y = height - top - 0.4 - (number + 0.5) * row
            counts = promises[promises["zone"] == zone]["verdict"].value_counts()
            draw_name(sheet, MARGIN + 1.4, y, zone, ems=11)
            start = 0
            for verdict, colour in VERDICTS.items():
                count = int(counts.get(verdict, 0))
                box = (scale(start), y - row * 0.34), scale(start + count) - scale(start), row * 0.68
                if count:
                    sheet.add_patch(Rectangle(*box, facecolor=colour, edgecolor="white", linewidth=0.8))
                    ink = "white" if verdict == "met" else INK
                    if box[1] > 0.09 * len(str(count)) + 0.04:
                        sheet.text(box[0][0] + box[1] / 2, y, str(count), fontsize=8, ha="center", va="center_baseline", color=ink)
                start += count
            told = int(counts.get("met", 0) + counts.get("missed", 0))
            said = message("comparison_figures", "met_of", lang, met=int(counts.get("met", 0)), told=told)
            sheet.text(WIDTH - MARGIN, y, said, fontsize=8, ha="right", va="center_baseline", color=INK)
        sheet.text(MARGIN, MARGIN * 0.6, message("comparison_figures", "promises_note", lang), fontsize=7.5, color=QUIET)
    return figure

"""Draws who has what, what each group is specialised in, and how alike the groups are, as tables of coloured cells."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from policynlp.codebook import load_codebook
from policynlp.comparison.likeness import make_matrix
from policynlp.comparison.maps import cluster_groups
from policynlp.presentation.comparison_sheets import ABOVE, BELOW, DIGIT, FOCUS, Scale, check_columns, draw_cell, draw_heads, draw_name
from policynlp.presentation.layout import shorten, text_width
from policynlp.presentation.markers import draw_marks
from policynlp.presentation.messages import check_language, message
from policynlp.presentation.sheets import INK, MARGIN, QUIET, WIDTH, blank_sheet, check_limit, draw_title

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_likeness", "draw_presence", "draw_specialisation"]

NAMES = 2.3  # inches for the names of rows
ROW = 0.22  # inches
WIDEST = 0.6  # inches of a cell
TREE = 1.5  # inches for the tree
MOST_LOG = 2.5  # log2 of a location quotient that has the full colour
LEVEL = 0.05
MOST_GROUPS = 30  # that a figure of this width can hold

Cell = tuple[str, float, str, bool]  # colour, strength, text, hatched


def draw_presence(presence: pd.DataFrame, *, focus: str, title: str = "", lang: str = "zh", limit: int = 36) -> Figure:
    """Draw which groups name what the focus names: the surest first, then its own names, then what it shares.

    The numbers are statements; the deeper the colour the more. Names in orange are those that the focus names more than chance would have
    it (q < 0.05), names in blue its own proper names, which are not tested.

    Args:
        presence: of `compare_presence`, all groups.
        focus: the group.
        title: "" for none.
        lang: zh or en.
        limit: the most rows; the note says how many there are.

    Returns:
        A matplotlib `Figure`; nothing is saved.

    Raises:
        ValueError: `lang` is unknown, `limit` below 1, or a column is missing.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.comparison import compare
        >>> texts = {"甲": "设立种子基金。", "乙": "发展数字经济。"}
        >>> found = compare([policynlp.analyze(policynlp.make_report(t, path=name)) for name, t in texts.items()], by="report")
        >>> type(draw_presence(found.table("presence"), focus="甲")).__name__
        'Figure'
    """
    check_language(lang)
    check_columns(presence, ("name", "kind", "zone", "shared", "group", "count", "p", "p_bh"), "compare_presence")
    check_limit(limit)
    mine = presence[presence["group"] == focus]
    order = mine.assign(rank=mine["p"].fillna(LEVEL / 10)).sort_values(["rank", "count", "name"], ascending=[True, False, True])
    counts = {(row["name"], row["zone"], row["group"]): int(row["count"]) for row in presence.to_dict("records")}
    shown = [(str(row["name"]), str(row["zone"]), row) for row in order.head(limit).to_dict("records")]
    groups = sorted(set(presence["group"]) - {focus})
    held = {group: sum((name, zone, group) in counts for name, zone, _ in shown) for group in groups}
    columns = [focus, *few(groups, held, MOST_GROUPS - 1)]
    most = max((counts[name, zone, focus] for name, zone, _ in shown), default=1)

    def cell(row: tuple[str, str, dict[str, Any]], column: str) -> Cell:
        count = counts.get((row[0], row[1], column), 0)
        strength = min(1.0, 0.15 + 0.85 * math.sqrt(count / most)) if count else 0.0
        return FOCUS if column == focus else BELOW, strength, str(count) if count else "", False

    def head(sheet: Axes, row: tuple[str, str, dict[str, Any]], right: float, y: float) -> None:
        types, kind = load_codebook().types, str(row[2]["kind"])
        draw_marks(sheet, [(right - 0.11, y, 0.05, kind, types[kind].label.colour if kind in types else QUIET)])
        colour = BELOW if row[2]["p"] != row[2]["p"] else FOCUS if row[2]["p_bh"] < LEVEL else INK
        draw_name(sheet, right - 0.24, y, row[0], ems=15, colour=colour)

    note = message(
        "comparison_figures", "presence_note", lang, shown=len(shown), names=len(order), groups=len(columns), all=len(groups) + 1
    )
    return draw_table(shown, columns, cell, head, focus=focus, title=title, note=note, lang=lang)


def draw_specialisation(
    specialisation: pd.DataFrame, *, focus: str | None = None, title: str = "", lang: str = "zh", limit: int = 30
) -> Figure:
    """Draw the location quotients of industries: red-brown above 1, blue below; hatched and pale where the interval holds 1.

    The colour follows the smoothed binary logarithm, the numbers are mentions.

    Args:
        specialisation: of `compare_specialisation`.
        focus: the group whose column comes first, its industries on top.
        title: "" for none.
        lang: zh or en.
        limit: the most industries: those of the focus, then those that are sure somewhere, then the commonest.

    Returns:
        A matplotlib `Figure`; nothing is saved.

    Raises:
        ValueError: `lang` is unknown, `limit` below 1, or a column is missing.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> from policynlp.comparison.specialisation import compare_specialisation
        >>> groups = group_analyses([policynlp.analyze("发展数字经济。")], by="report")
        >>> type(draw_specialisation(compare_specialisation(groups, min_count=1))).__name__
        'Figure'
    """
    check_language(lang)
    check_columns(specialisation, ("group", "name", "count", "log2_lq", "sure"), "compare_specialisation")
    check_limit(limit)
    found = {(row["name"], row["group"]): row for row in specialisation.to_dict("records")}
    groups = sorted(set(specialisation["group"]))
    said = specialisation.groupby("group")["count"].sum().to_dict()
    others = few([name for name in groups if name != focus], said, MOST_GROUPS - 1)
    columns = [focus, *others] if focus is not None and focus in groups else others
    totals = specialisation.groupby("name")["count"].sum()
    sure = specialisation[specialisation["sure"] > 0].groupby("name").size()

    def rank(name: str) -> tuple[float, int, int, str]:
        here = found.get((name, focus), {"count": 0, "log2_lq": 0.0})
        return -float(here["log2_lq"]) if here["count"] else 0.0, -int(sure.get(name, 0)), -int(totals[name]), name

    names = sorted({str(name) for name in specialisation["name"]}, key=rank)

    def cell(name: str, column: str) -> Cell:
        row = found[name, column]
        strong = min(1.0, abs(float(row["log2_lq"])) / MOST_LOG)
        colour, said = ABOVE if row["log2_lq"] > 0 else BELOW, str(row["count"] or "")
        if row["sure"]:
            return colour, 0.35 + 0.65 * strong, said, False
        return colour, 0.22 * strong if said else 0.0, said, bool(said)

    def head(sheet: Axes, name: str, right: float, y: float) -> None:
        draw_name(sheet, right - 0.06, y, name, ems=16)

    numbers = {"shown": min(limit, len(names)), "names": len(names), "groups": len(columns), "all": len(groups)}
    note = message("comparison_figures", "specialisation_note", lang, **numbers)
    return draw_table(names[:limit], columns, cell, head, focus=focus, title=title, note=note, lang=lang)


def few(names: Sequence[str], weights: Mapping[Any, float], most: int) -> list[str]:
    """Keep the names that weigh most, in their order.

    Example:
        >>> few(["甲", "乙", "丙"], {"甲": 1, "乙": 3, "丙": 2}, 2)
        ['乙', '丙']
    """
    kept = set(sorted(names, key=lambda name: (-weights[name], name))[:most])
    return [name for name in names if name in kept]


def head_height(names: Sequence[str]) -> float:
    return 0.12 + DIGIT * max((math.ceil(text_width(shorten(name, 8))) for name in names), default=1)


def draw_table(
    rows: Sequence[Any],
    columns: Sequence[str],
    cell: Callable[[Any, str], Cell],
    head: Callable[[Axes, Any, float, float], None],
    *,
    focus: str | None,
    title: str,
    note: str,
    lang: str,
) -> Figure:
    """Draw a table of coloured cells, the names of rows on the left and of columns above."""
    from matplotlib.patches import Rectangle

    top = MARGIN + 0.4 * bool(title)
    heads = head_height(columns)
    height = top + heads + ROW * max(len(rows), 3) + 0.6
    wide = min(WIDEST, (WIDTH - 2 * MARGIN - NAMES) / max(len(columns), 1))
    lefts = [MARGIN + NAMES + i * wide for i in range(len(columns))]
    with blank_sheet(WIDTH, height) as (figure, sheet):
        if title:
            draw_title(sheet, title, height)
        if not rows:
            sheet.text(WIDTH / 2, height / 2, message("figure", "no_entities", lang), ha="center", fontsize=12, color=QUIET)
            return figure
        draw_heads(sheet, columns, lefts, wide, height - top - heads, focus=focus)
        for number, row in enumerate(rows):
            bottom = height - top - heads - (number + 1) * ROW
            head(sheet, row, MARGIN + NAMES, bottom + ROW / 2)
            for column, left in zip(columns, lefts, strict=True):
                colour, strength, text, hatched = cell(row, column)
                draw_cell(sheet, (left, bottom, wide, ROW), colour, strength, text, hatched=hatched)
        if focus is not None and focus in columns:
            left = lefts[list(columns).index(focus)]
            frame = (left, height - top - heads - ROW * len(rows)), wide, ROW * len(rows)
            sheet.add_patch(Rectangle(*frame, facecolor="none", edgecolor=FOCUS, linewidth=1, zorder=4))
        sheet.text(MARGIN, MARGIN * 0.6, note, fontsize=7.5, color=QUIET)
    return figure


def draw_likeness(pairs: pd.DataFrame, *, value: str = "likeness", focus: str | None = None, title: str = "", lang: str = "zh") -> Figure:
    """Draw how alike every two groups are, in the order of the tree that stands on the right; of many, those most like the focus.

    The tree joins groups at the height of 1 - their mean likeness (average linkage). The numbers are hundredths.

    Args:
        pairs: of `compare_likeness`.
        value: the column to draw, a likeness of 0 to 1.
        focus: the group to set off.
        title: "" for none.
        lang: zh or en.

    Returns:
        A matplotlib `Figure`; nothing is saved.

    Raises:
        ValueError: `lang` is unknown, a column is missing, or there are fewer than two groups.

    Example:
        >>> import pandas as pd
        >>> pairs = pd.DataFrame({"group_a": ["甲", "甲", "乙"], "group_b": ["乙", "丙", "丙"], "likeness": [0.5, 0.2, 0.1]})
        >>> type(draw_likeness(pairs)).__name__
        'Figure'
    """
    from scipy.cluster.hierarchy import dendrogram

    check_language(lang)
    check_columns(pairs, ("group_a", "group_b", value), "compare_likeness")
    whole = make_matrix(pairs, value)
    names, likeness = [str(name) for name in whole.index], whole.to_numpy(float)
    near = likeness[names.index(focus)] if focus is not None and focus in names else likeness.mean(axis=0)
    kept = few(names, dict(zip(names, near.tolist(), strict=True)), MOST_GROUPS)
    matrix = whole.loc[kept, kept]
    tree = dendrogram(cluster_groups(matrix), no_plot=True)
    order = list(tree["leaves"] or [])
    names, likeness = [str(matrix.index[i]) for i in order], matrix.to_numpy(float)[order][:, order]
    top, heads = MARGIN + 0.4 * bool(title), head_height(names)
    wide = min(0.42, (WIDTH - 2 * MARGIN - 1.35 - TREE) / len(names))
    tall = min(0.27, wide * 0.85)
    height = top + heads + tall * len(names) + 0.85
    low, high = float(pairs[value].min()), float(pairs[value].max())
    with blank_sheet(WIDTH, height) as (figure, sheet):
        if title:
            draw_title(sheet, title, height)
        left, upper = MARGIN + 1.35, height - top - heads
        draw_heads(sheet, names, [left + i * wide for i in range(len(names))], wide, upper, focus=focus)
        for i, one in enumerate(names):
            bottom = upper - (i + 1) * tall
            draw_name(sheet, left - 0.1, bottom + tall / 2, one, ems=10, colour=FOCUS if one == focus else INK)
            for j in range(len(names)):
                if i != j:
                    number = float(likeness[i, j])
                    strength = 0.06 + 0.94 * (number - low) / (high - low or 1)
                    draw_cell(sheet, (left + j * wide, bottom, wide, tall), BELOW, strength, f"{100 * number:.0f}")
        right = left + len(names) * wide
        draw_tree(sheet, tree["icoord"], tree["dcoord"], (right + 0.1, upper, min(TREE, WIDTH - MARGIN - right) - 0.15, tall))
        sheet.text(
            MARGIN,
            MARGIN * 0.6,
            message("comparison_figures", "likeness_note", lang, groups=len(kept), all=len(whole)),
            fontsize=7.5,
            color=QUIET,
        )
    return figure


def draw_tree(
    sheet: Axes, leaves: Sequence[Sequence[float]], heights: Sequence[Sequence[float]], box: tuple[float, float, float, float]
) -> None:
    """Draw a tree to the right of its leaves, the root outermost; scipy gives leaves as 5, 15, 25 and so on."""
    left, top, wide, row = box
    root = max(max(height) for height in heights)
    first = 0.8 * min(height[1] for height in heights)  # leaves begin there: real groups all part high up
    scale = Scale(first, root, left, left + wide)
    for leaf, height in zip(leaves, heights, strict=True):
        sheet.plot([scale(h) for h in height], [top - y / 10 * row for y in leaf], color="#57606a", linewidth=1)
    bottom = top - row * (len(leaves) + 1)
    for tick, ha in ((first, "left"), (root, "right")):
        sheet.text(scale(tick), bottom - 0.05, f"{tick:.2f}", fontsize=7, ha=ha, va="top", color=QUIET)

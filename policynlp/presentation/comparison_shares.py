"""Draws the shares of groups with their intervals, and how far one group differs from the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from policynlp.presentation.comparison_sheets import (
    ABOVE,
    BELOW,
    FOCUS,
    FONT,
    GROUND,
    Scale,
    check_columns,
    draw_dot,
    draw_name,
    name_label,
)
from policynlp.presentation.layout import shorten
from policynlp.presentation.messages import check_language, message
from policynlp.presentation.sheets import INK, MARGIN, PALE, QUIET, WIDTH, blank_sheet, check_limit, draw_title

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_differences", "draw_group_shares", "draw_yearly_shares"]

ROW = 0.23  # inches
HEAD = 0.55  # inches above the rows: title of a panel, and its scale
NAMES = 1.35  # inches
GAP = 0.25  # inches between panels
STEPS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
LEVEL = 0.05
LABELS = {"zh": 1.7, "en": 2.9}  # inches left of the forest
FIGURES = {"zh": 2.55, "en": 2.55}  # inches right of it


def draw_group_shares(
    profiles: pd.DataFrame, *, layer: str = "class", focus: str | None = None, title: str = "", lang: str = "zh", limit: int = 4
) -> Figure:
    """Draw the share of each label in each group with its interval, a panel a label; the focus stands out.

    Groups stand in the same order in all panels, by the share of the first label. Panels have a scale of their own.

    Args:
        profiles: of `compare_profiles`.
        layer: class, instrument, status or type.
        focus: the group to set off.
        title: "" for none.
        lang: zh or en.
        limit: the most panels: the labels that are commonest in all groups together and in the focus.

    Returns:
        A matplotlib `Figure`; nothing is saved.

    Raises:
        ValueError: `lang` is unknown, `limit` below 1, or a column is missing.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.comparison import compare
        >>> texts = {"甲": "设立种子基金。", "乙": "发展数字经济。"}
        >>> found = compare([policynlp.analyze(policynlp.make_report(t, path=name)) for name, t in texts.items()], by="report")
        >>> type(draw_group_shares(found.table("profiles"))).__name__
        'Figure'
    """
    check_language(lang)
    check_columns(profiles, ("group", "layer", "label", "count", "total", "share", "low", "high"), "compare_profiles")
    check_limit(limit)
    shown = profiles[profiles["layer"] == layer]
    totals = shown.groupby("label", sort=False)["count"].sum().sort_values(ascending=False, kind="stable")
    labels = pick_labels(shown, totals, focus, limit)
    first = shown[shown["label"] == labels[0]] if labels else shown
    groups = first.sort_values(["share", "group"], ascending=[False, True])["group"].tolist()
    top = MARGIN + 0.4 * bool(title)
    height = top + HEAD + ROW * max(len(groups), 3) + 0.6
    with blank_sheet(WIDTH, height) as (figure, sheet):
        if title:
            draw_title(sheet, title, height)
        if not groups:
            sheet.text(WIDTH / 2, height / 2, message("charts", "no_statements", lang), ha="center", fontsize=12, color=QUIET)
            return figure
        draw_group_names(sheet, groups, focus, height - top - HEAD)
        wide = (WIDTH - 2 * MARGIN - NAMES - GAP * (len(labels) - 1)) / len(labels)
        for number, label in enumerate(labels):
            left = MARGIN + NAMES + number * (wide + GAP)
            rows = shown[shown["label"] == label].set_index("group").loc[groups]
            draw_share_panel(sheet, rows, name_label(layer, label, lang), (left, left + wide), height - top, focus)
        note = message("comparison_figures", "shares_note", lang, labels=len(labels), all=len(totals))
        sheet.text(MARGIN, MARGIN * 0.6, note, fontsize=7.5, color=QUIET)
    return figure


def pick_labels(shown: pd.DataFrame, totals: pd.Series[int], focus: str | None, limit: int) -> list[str]:
    """Give the labels that are common in all groups together or in the focus, the commonest in all first."""
    mine = shown[shown["group"] == focus].set_index("label")["share"]
    weights = (totals / max(1, totals.sum())).add(mine, fill_value=0)
    picked = set(weights.sort_values(ascending=False, kind="stable").head(limit).index)
    return [str(label) for label in totals.index if label in picked]


def draw_group_names(sheet: Axes, groups: Sequence[str], focus: str | None, top: float) -> None:
    """Write the names of the groups, one a row, and set off the row of the focus."""
    from matplotlib.patches import Rectangle

    for number, name in enumerate(groups):
        y = top - (number + 0.5) * ROW
        if name == focus:
            sheet.add_patch(Rectangle((MARGIN, y - ROW / 2), WIDTH - 2 * MARGIN, ROW, facecolor=GROUND, edgecolor="none", zorder=0))
        draw_name(sheet, MARGIN + NAMES - 0.12, y, name, ems=10, colour=FOCUS if name == focus else INK)


def draw_share_panel(sheet: Axes, rows: pd.DataFrame, title: str, sides: tuple[float, float], top: float, focus: str | None) -> None:
    """Draw a panel: its title, a scale that fits, and a dot with its interval for each group."""
    left, right = sides
    known = rows[rows["total"] > 0]
    most = next(step for step in STEPS if step >= min(1.0, float(known["high"].max() if len(known) else 1)))
    scale = Scale(0.0, most, left, right)
    bottom = top - HEAD - ROW * len(rows)
    sheet.text(left, top, shorten(title, (right - left + GAP / 2) * 72 / (FONT + 0.5)), fontsize=FONT + 0.5, va="top", color=INK)
    for tick in (0.0, most / 2, most):
        place = {0.0: "left", most: "right"}.get(tick, "center")
        sheet.text(scale(tick), top - HEAD + 0.1, f"{tick:.0%}", fontsize=7.5, ha=place, va="bottom", color=QUIET)
        sheet.plot([scale(tick)] * 2, [bottom, top - HEAD + 0.05], color=PALE, linewidth=0.8, zorder=1)
    for number, (name, row) in enumerate(rows.iterrows()):
        if row["total"]:
            y = top - HEAD - (number + 0.5) * ROW
            draw_dot(sheet, scale, y, row["share"], row["low"], row["high"], colour=FOCUS if name == focus else BELOW)


def draw_differences(
    differences: pd.DataFrame, *, focus: str, layers: Sequence[str] = ("class", "instrument", "type"), title: str = "", lang: str = "zh"
) -> Figure:
    """Draw how far the shares of one group lie from those of all others together: a forest plot, layer by layer.

    A full dot in colour is a difference that Holm's correction leaves below 0.05; a hollow grey one may be chance.

    Args:
        differences: of `find_differences`, against the rest.
        focus: the group.
        layers: those to draw.
        title: "" for none.
        lang: zh or en.

    Returns:
        A matplotlib `Figure`; nothing is saved.

    Raises:
        ValueError: `lang` is unknown or a column is missing.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.comparison import compare
        >>> texts = {"甲": "设立种子基金。", "乙": "发展数字经济。"}
        >>> found = compare([policynlp.analyze(policynlp.make_report(t, path=name)) for name, t in texts.items()], by="report")
        >>> type(draw_differences(found.table("differences"), focus="甲")).__name__
        'Figure'
    """
    check_language(lang)
    columns = ("group_a", "group_b", "layer", "label", "share_a", "share_b", "difference", "low", "high", "p_holm")
    check_columns(differences, columns, "find_differences")
    mine = differences[(differences["group_a"] == focus) & (differences["group_b"] == "*")]
    parts = [(layer, mine[mine["layer"] == layer].sort_values("difference", ascending=False, kind="stable")) for layer in layers]
    parts = [(layer, rows) for layer, rows in parts if len(rows)]
    top = MARGIN + 0.4 * bool(title) + 0.35
    height = top + ROW * max(3, sum(len(rows) + 1.6 for _, rows in parts)) + 0.6
    with blank_sheet(WIDTH, height) as (figure, sheet):
        if title:
            draw_title(sheet, title, height)
        if not parts:
            sheet.text(WIDTH / 2, height / 2, message("charts", "no_statements", lang), ha="center", fontsize=12, color=QUIET)
            return figure
        edge = min(1.0, max(0.1, -(-max(abs(rows[["low", "high"]]).max().max() for _, rows in parts) // 0.1) / 10))
        scale = Scale(-edge, edge, MARGIN + LABELS[lang], WIDTH - MARGIN - FIGURES[lang])
        draw_difference_axis(sheet, scale, edge, height - top, 0.55)
        heads = (scale.right + 0.85, "shares", "right"), (scale.right + 0.98, "difference", "left"), (WIDTH - MARGIN, "p", "right")
        for x, key, ha in heads:
            said = message("comparison_figures", f"head_{key}", lang)
            sheet.text(x, height - top + 0.05, said, fontsize=7.5, ha=ha, va="bottom", color=QUIET)
        y = height - top
        for layer, rows in parts:
            y -= ROW * 1.1
            sheet.text(MARGIN, y, message("comparison", f"layer_{layer}", lang), fontsize=FONT, va="center_baseline", color=QUIET)
            for row in rows.to_dict("records"):
                y -= ROW
                draw_difference(sheet, scale, y, row, name_label(layer, str(row["label"]), lang))
            y -= ROW * 0.5
        sheet.text(MARGIN, MARGIN * 0.6, message("comparison_figures", "differences_note", lang), fontsize=7.5, color=QUIET)
    return figure


def draw_difference_axis(sheet: Axes, scale: Scale, edge: float, top: float, bottom: float) -> None:
    for tick in (-edge, -edge / 2, 0.0, edge / 2, edge):
        sheet.plot([scale(tick)] * 2, [bottom, top], color=PALE if tick else QUIET, linewidth=0.8, zorder=1)
        text = f"{100 * tick:+.0f}".replace("-", "−") if tick else "0"
        sheet.text(scale(tick), top + 0.05, text, fontsize=7.5, ha="center", va="bottom", color=QUIET)


def draw_difference(sheet: Axes, scale: Scale, y: float, row: dict[str, object] | dict[object, object], label: str) -> None:
    numbers = {key: float(row[key]) for key in ("share_a", "share_b", "difference", "low", "high", "p_holm")}  # type: ignore[arg-type]
    sure = numbers["p_holm"] < LEVEL
    colour = (ABOVE if numbers["difference"] > 0 else BELOW) if sure else "#8b949e"
    draw_dot(sheet, scale, y, numbers["difference"], numbers["low"], numbers["high"], colour=colour, filled=sure)
    sheet.text(scale.left - 0.15, y, label, fontsize=FONT, ha="right", va="center_baseline", color=INK if sure else QUIET)
    text = f"{numbers['share_a']:.0%} / {numbers['share_b']:.0%}"
    interval = f"{points(numbers['difference'], '+')} [{points(numbers['low'])}, {points(numbers['high'])}]"
    p = f"{'<0.001' if numbers['p_holm'] < 0.001 else format(numbers['p_holm'], '.3f')}{'*' if sure else ''}"
    for x, said, ha in ((scale.right + 0.85, text, "right"), (scale.right + 0.98, interval, "left"), (WIDTH - MARGIN, p, "right")):
        sheet.text(x, y, said, fontsize=8, ha=ha, va="center_baseline", color=INK if sure else QUIET)


def points(share: float, sign: str = "") -> str:
    """Give percentage points without a decimal; 0 has no sign."""
    rounded = round(100 * share)
    return f"{rounded:{sign if rounded else ''}d}".replace("-", "−")


def draw_yearly_shares(profiles: pd.DataFrame, *, layer: str = "class", title: str = "", lang: str = "zh", limit: int = 6) -> Figure:
    """Draw the shares of a layer over the years, a panel a zone, with intervals.

    Args:
        profiles: as `compare_profiles` gives it for groups that are a zone's year, with the columns `zone` and `year` added.
        layer: class, instrument, status or type.
        title: "" for none.
        lang: zh or en.
        limit: the most zones, in order of names.

    Returns:
        A matplotlib `Figure`; nothing is saved.

    Raises:
        ValueError: `lang` is unknown or a column is missing.

    Example:
        >>> import pandas as pd
        >>> row = {"zone": "甲", "year": "2022", "layer": "class", "label": "GOAL", "share": 0.4, "low": 0.3, "high": 0.5}
        >>> type(draw_yearly_shares(pd.DataFrame([row, row | {"year": "2023"}]))).__name__
        'Figure'
    """
    check_language(lang)
    check_columns(profiles, ("zone", "year", "layer", "label", "share", "low", "high"), "compare_profiles with zone and year")
    shown = profiles[profiles["layer"] == layer]
    zones = sorted(set(shown["zone"]))[:limit]
    labels = list(dict.fromkeys(shown["label"]))[:5]
    across, tall, top = 3, 1.9, MARGIN + 0.4 * bool(title)
    lines = -(-max(len(zones), 1) // across)
    height = top + lines * (tall + 0.75) + 0.5
    wide = (WIDTH - 2 * MARGIN - 0.35 - 0.35 * (across - 1)) / across
    with blank_sheet(WIDTH, height) as (figure, sheet):
        if title:
            draw_title(sheet, title, height)
        most = next(step for step in STEPS if step >= min(1.0, float(shown["high"].max() if len(shown) else 1)))
        for number, zone in enumerate(zones):
            left = MARGIN + 0.35 + number % across * (wide + 0.35)
            upper = height - top - number // across * (tall + 0.75)
            draw_year_panel(sheet, shown[shown["zone"] == zone], labels, (left, upper - 0.35 - tall, wide, tall), most)
            draw_name(sheet, left, upper - 0.12, zone, ems=16, ha="left")
        draw_line_key(sheet, [(name_label(layer, label, lang), *STYLES[i]) for i, label in enumerate(labels)])
    return figure


STYLES = (("#1b4f8f", "o", "-"), ("#1f7a5c", "s", "--"), ("#b3561d", "^", "-."), ("#8b949e", "D", ":"), ("#7b2352", "v", "-"))


def draw_year_panel(sheet: Axes, rows: pd.DataFrame, labels: Sequence[str], box: tuple[float, float, float, float], most: float) -> None:
    """Draw the lines of one zone; those of a year stand a little apart, so that intervals can be told."""
    left, bottom, wide, tall = box
    years = sorted(set(rows["year"]))
    upright = Scale(0.0, most, bottom, bottom + tall)
    for tick in (0.0, most / 2, most):
        sheet.plot([left, left + wide], [upright(tick)] * 2, color=PALE, linewidth=0.8, zorder=1)
        sheet.text(left - 0.05, upright(tick), f"{tick:.0%}", fontsize=7, ha="right", va="center_baseline", color=QUIET)
    step = wide / max(len(years), 1)
    for place, year in enumerate(years):
        sheet.text(left + (place + 0.5) * step, bottom - 0.07, str(year), fontsize=7.5, ha="center", va="top", color=QUIET)
    for number, label in enumerate(labels):
        mine = rows[rows["label"] == label].sort_values("year")
        colour, marker, line = STYLES[number]
        xs = [left + (years.index(year) + 0.5) * step + 0.07 * (number - (len(labels) - 1) / 2) for year in mine["year"]]
        ys = [upright(share) for share in mine["share"]]
        sheet.plot(xs, ys, color=colour, marker=marker, markersize=4, linestyle=line, linewidth=1.2, zorder=3)
        for x, low, high in zip(xs, mine["low"], mine["high"], strict=True):
            sheet.plot([x, x], [upright(low), upright(high)], color=colour, linewidth=0.8, alpha=0.6, zorder=2)


def draw_line_key(sheet: Axes, entries: Sequence[tuple[str, str, str, str]]) -> None:
    x = MARGIN
    for text, colour, marker, line in entries:
        sheet.plot([x, x + 0.3], [0.24, 0.24], color=colour, marker=marker, markersize=4, markevery=[1], linestyle=line, linewidth=1.2)
        sheet.text(x + 0.4, 0.24, text, fontsize=8, va="center_baseline", color=INK)
        x += 1.6

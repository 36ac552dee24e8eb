"""Draws the map of groups and names of a correspondence analysis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from policynlp.presentation.comparison_sheets import BELOW, FOCUS, FONT, Scale, check_columns
from policynlp.presentation.harmless import harmless
from policynlp.presentation.labels import place_beside
from policynlp.presentation.layout import shorten, text_width
from policynlp.presentation.messages import check_language, message
from policynlp.presentation.sheets import INK, MARGIN, PALE, QUIET, WIDTH, blank_sheet, draw_title, white_ground

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_group_map"]

MAP = 6.6  # inches upright
NAMED = 24  # names on the map
GOOD = 0.2  # quality from which a group is filled


def draw_group_map(points: pd.DataFrame, *, focus: str | None = None, title: str = "", lang: str = "zh") -> Figure:
    """Draw the map of groups and names of a correspondence analysis; what it shows badly (quality below 0.2) is hollow.

    Args:
        points: of `map_groups`.
        focus: the group to set off.
        title: "" for none.
        lang: zh or en.

    Returns:
        A matplotlib `Figure`; nothing is saved.

    Raises:
        ValueError: `lang` is unknown or a column is missing.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> texts = {"a": "发展数字经济。发展海洋经济。发展海洋经济。", "b": "发展数字经济。发展数字经济。发展海洋经济。"}
        >>> groups = group_analyses([policynlp.analyze(policynlp.make_report(t, path=name)) for name, t in texts.items()], by="report")
        >>> from policynlp.comparison.maps import map_groups
        >>> type(draw_group_map(map_groups(groups))).__name__
        'Figure'
    """
    check_language(lang)
    check_columns(points, ("kind", "name", "x", "y", "quality", "inertia_x", "inertia_y"), "map_groups")
    height = MAP + 0.4 * bool(title) + 0.9
    frame = (MARGIN + 0.2, 0.65, WIDTH - MARGIN, 0.65 + MAP)
    groups = points[points["kind"] == "group"]
    shown = pd.concat([groups, points[points["kind"] != "group"].head(NAMED)])
    shown = shown.assign(first=(shown["name"] != focus) & (shown["kind"] == "group")).sort_values(["kind", "first"], kind="stable")
    shown = pd.concat([shown[shown["kind"] == "group"], shown[shown["kind"] != "group"]])
    with blank_sheet(WIDTH, height) as (figure, sheet):
        if title:
            draw_title(sheet, title, height)
        if shown.empty:
            sheet.text(WIDTH / 2, height / 2, message("figure", "no_entities", lang), ha="center", fontsize=12, color=QUIET)
            return figure
        across, upright = fit_axes(shown, frame)
        sheet.plot([frame[0], frame[2]], [upright(0)] * 2, color=PALE, linewidth=0.9, zorder=0)
        sheet.plot([across(0)] * 2, [frame[1], frame[3]], color=PALE, linewidth=0.9, zorder=0)
        draw_points(sheet, shown, across, upright, frame, focus)
        share = {axis: f"{float(points[f'inertia_{axis}'].iloc[0]):.0%}" for axis in "xy"}
        sheet.text(MARGIN, MARGIN * 0.6, message("comparison_figures", "map_note", lang, **share), fontsize=7.5, color=QUIET)
    return figure


def fit_axes(points: pd.DataFrame, frame: tuple[float, float, float, float]) -> tuple[Scale, Scale]:
    """Fit both axes into the frame at one scale, so that distances are true."""
    left, bottom, right, top = frame
    spans = [float(points[axis].max() - points[axis].min()) or 1.0 for axis in "xy"]
    unit = max(spans[0] / (right - left - 1.6), spans[1] / (top - bottom - 0.8))
    scales = []
    for axis, low, high in (("x", left, right), ("y", bottom, top)):
        middle, half = float(points[axis].max() + points[axis].min()) / 2, unit * (high - low) / 2
        scales.append(Scale(middle - half, middle + half, low, high))
    return scales[0], scales[1]


def draw_points(
    sheet: Axes, shown: pd.DataFrame, across: Scale, upright: Scale, frame: tuple[float, float, float, float], focus: str | None
) -> None:
    """Draw groups as dots and names as crosses, with labels where there is room."""
    places = [(across(x), upright(y)) for x, y in zip(shown["x"], shown["y"], strict=True)]
    labels = [shorten(harmless(str(name)), 12) for name in shown["name"]]
    sizes = [FONT if kind == "group" else 7.5 for kind in shown["kind"]]
    boxes = place_beside(
        [(x, y, 0.07) for x, y in places],
        [(text_width(label) * size / 72 + 0.04, size / 72 * 1.3) for label, size in zip(labels, sizes, strict=True)],
        frame,
    )
    for (x, y), label, size, box, row in zip(places, labels, sizes, boxes, shown.to_dict("records"), strict=True):
        group, colour = row["kind"] == "group", FOCUS if row["name"] == focus else BELOW
        if group:
            sheet.plot([x], [y], "o", markersize=6, color=colour, markerfacecolor=colour if row["quality"] >= GOOD else "white", zorder=3)
        else:
            sheet.plot([x], [y], "+", markersize=5, color="#8b949e", zorder=2)
        if box is not None:
            ink = colour if row["name"] == focus else INK if group else QUIET
            middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            near = min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3])
            if math.dist((x, y), near) > 0.22:
                sheet.plot([x, near[0]], [y, near[1]], color="#c3c7cb", linewidth=0.5, zorder=1)
            sheet.text(*middle, label, fontsize=size, ha="center", va="center_baseline", color=ink, zorder=4, bbox=white_ground())

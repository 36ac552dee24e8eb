"""Draws the strategic diagram of themes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from policynlp.presentation.harmless import harmless
from policynlp.presentation.labels import place_beside
from policynlp.presentation.layout import shorten, text_width
from policynlp.presentation.messages import check_language, message
from policynlp.presentation.sheets import INK, MARGIN, QUIET, WIDTH, blank_sheet, check_limit, draw_title, white_ground

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_themes"]

Frame = tuple[float, float, float, float]
Bubble = tuple[float, float, float]  # x, y, radius
COLUMNS = ("label", "size", "centrality", "density", "quadrant")
FRAME = (0.75, 0.95, WIDTH - MARGIN, 6.7)  # inches: left, bottom, right, top of the diagram
KEY = 2.75  # inches to the right of the diagram for the names of numbered themes
LEADER = 0.3  # inches between a bubble and its label; where one must stand further off, the themes are numbered
FONT = 8.5
RADIUS = (0.07, 0.32)  # inches: the least, and that of the largest theme
EDGE = 0.65  # inches between the outermost themes and the frame
QUADRANTS = {"motor": "#1b4f8f", "niche": "#e6a01a", "basic": "#1f7a5c", "emerging": "#8b949e"}
CENTRAL, DENSE = ("motor", "basic"), ("motor", "niche")


def draw_themes(table: pd.DataFrame, *, title: str = "", lang: str = "zh", limit: int = 20) -> Figure:
    """Draw themes by centrality (across) and density (upright), each as large as it has members.

    Both axes show order, not distance: Callon's values are so skewed that most themes would lie on one spot. The lines between
    the quadrants are the medians of the whole table, and each theme stands in the quadrant that the table gives it: one without
    ties to others on the left, even where the median is 0. No label covers another.

    Args:
        table: of `find_themes`.
        title: whose themes they are; "" for no title.
        lang: language of the captions, zh or en.
        limit: the most themes to draw; the largest are kept, and the note says how many there are.

    Returns:
        A matplotlib `Figure`; nothing is saved.

    Raises:
        ValueError: `lang` is unknown, `limit` below 1, or a column is missing.

    Source:
        Callon, M., Courtial, J.-P., & Laville, F. (1991). Co-word analysis as a tool for describing the network of
        interactions between basic and technological research. Scientometrics, 22, 155-205. Order instead of values, and the
        names of the quadrants: Cobo, M. J., et al. (2011). An approach for detecting, quantifying, and visualizing the evolution
        of a research field. Journal of Informetrics, 5, 146-166.

    Example:
        >>> import policynlp
        >>> from policynlp.network.themes import find_themes
        >>> graph = policynlp.build_graph(policynlp.analyze("支持龙头企业发展数字经济和海洋经济。"))
        >>> type(draw_themes(find_themes(graph))).__name__
        'Figure'
    """
    check_language(lang)
    check_limit(limit)
    if missing := [column for column in COLUMNS if column not in table]:
        raise ValueError(f"the table has no column {missing[0]!r}; give the table of find_themes")
    left, bottom, right, top = FRAME
    height = top + MARGIN + 0.4 * bool(title)
    with blank_sheet(WIDTH, height) as (figure, sheet):
        if title:
            draw_title(sheet, title, height)
        if table.empty:
            sheet.text(WIDTH / 2, height / 2, message("charts", "no_themes", lang), ha="center", fontsize=12, color=QUIET)
            return figure
        shown = table.sort_values(["size", "label"], ascending=[False, True], kind="stable").head(limit)
        labels = [f"{shorten(harmless(label), 15)} ({size})" for label, size in zip(shown["label"], shown["size"], strict=True)]
        points = place_themes(shown, FRAME)
        boxes = place_labels(points, labels)
        numbered = any(box is None or distance(point, box) > LEADER for point, box in zip(points, boxes, strict=True))
        frame = (left, bottom, right - KEY, top) if numbered else FRAME
        points = place_themes(shown, frame)
        draw_frame(sheet, frame, lang)
        draw_bubbles(sheet, points, [QUADRANTS[quadrant] for quadrant in shown["quadrant"]])
        if numbered:
            draw_key(sheet, points, labels, frame)
        else:
            draw_labels(sheet, points, labels, boxes)
        note = message("charts", "theme_note", lang, themes=len(table), shown=len(shown))
        sheet.text(MARGIN, MARGIN * 0.6, note, fontsize=7.5, color=QUIET)
    return figure


def place_themes(shown: pd.DataFrame, frame: Frame) -> list[Bubble]:
    """Give each theme its place in the frame and its radius."""
    left, bottom, right, top = frame
    across = place_in_order(shown["centrality"], shown["quadrant"].isin(CENTRAL), left, right)
    upright = place_in_order(shown["density"], shown["quadrant"].isin(DENSE), bottom, top)
    largest = float(shown["size"].max())
    radii = [max(RADIUS[0], RADIUS[1] * math.sqrt(size / largest)) for size in shown["size"]]
    return list(zip(across, upright, radii, strict=True))


def place_in_order(values: Iterable[float], upper: Iterable[bool], low: float, high: float) -> list[float]:
    """Place values between `low` and `high` in their order, equal ones on one spot, those marked `upper` in the upper half.

    Example:
        >>> place_in_order([0, 5, 5, 9], [False, True, True, True], 0.0, 10.0)
        [2.825, 6.0875, 6.0875, 8.2625]
    """
    pairs = list(zip(values, upper, strict=True))
    half = (high - low) / 2 - EDGE
    spots: dict[tuple[float, bool], float] = {}
    for side, start in ((False, low + EDGE), (True, (low + high) / 2)):
        distinct = sorted({value for value, up in pairs if up is side})
        spots |= {(value, side): start + half * (i + 0.5) / len(distinct) for i, value in enumerate(distinct)}
    return [round(spots[pair], 6) for pair in pairs]


def draw_frame(sheet: Axes, frame: Frame, lang: str) -> None:
    """Draw the frame, the lines of the medians, and what the axes and quadrants are."""
    from matplotlib.patches import Rectangle

    left, bottom, right, top = frame
    middle, level = (left + right) / 2, (bottom + top) / 2
    sheet.add_patch(Rectangle((left, bottom), right - left, top - bottom, facecolor="none", edgecolor=QUIET, linewidth=0.8))
    sheet.plot([middle, middle], [bottom, top], color=QUIET, linewidth=0.7, linestyle=(0, (4, 3)))
    sheet.plot([left, right], [level, level], color=QUIET, linewidth=0.7, linestyle=(0, (4, 3)))
    for key, colour in QUADRANTS.items():
        x = right - 0.1 if key in CENTRAL else left + 0.1
        y = top - 0.1 if key in DENSE else bottom + 0.1
        ha, va = ("right" if key in CENTRAL else "left"), ("top" if key in DENSE else "bottom")
        sheet.text(x, y, message("charts", key, lang), fontsize=FONT, color=colour, ha=ha, va=va)
    for x, y, key, turn in ((middle, bottom - 0.22, "centrality", 0), (left - 0.2, level, "density", 90)):
        sheet.text(x, y, message("charts", key, lang), fontsize=FONT, rotation=turn, ha="center", va="center", color=INK)


def draw_bubbles(sheet: Axes, points: Sequence[tuple[float, float, float]], colours: Sequence[str]) -> None:
    """Draw the themes, the large ones first."""
    from matplotlib.patches import Circle

    for (x, y, radius), colour in zip(points, colours, strict=True):
        sheet.add_patch(Circle((x, y), radius, facecolor=colour, edgecolor="white", linewidth=0.8, alpha=0.75, zorder=2))


def place_labels(points: Sequence[Bubble], labels: Sequence[str]) -> list[Frame | None]:
    """Find room beside the bubbles: the box of each label, None where there is none."""
    left, bottom, right, top = FRAME
    sizes = [(text_width(label) * FONT / 72 + 0.04, FONT / 72 * 1.3) for label in labels]
    return place_beside(points, sizes, (left + 0.05, bottom + 0.3, right - 0.05, top - 0.3))


def distance(point: Bubble, box: Frame) -> float:
    """Give how far a label stands from the rim of its bubble, in inches."""
    x, y, radius = point
    return math.dist((x, y), (min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3]))) - radius


def draw_labels(sheet: Axes, points: Sequence[Bubble], labels: Sequence[str], boxes: Sequence[Frame | None]) -> None:
    """Write the labels beside their bubbles, with a line to the bubble where they do not touch it."""
    for (x, y, radius), label, box in zip(points, labels, boxes, strict=True):
        if box is None:
            continue
        if distance((x, y, radius), box) > LEADER / 2:
            sheet.plot([x, min(max(x, box[0]), box[2])], [y, min(max(y, box[1]), box[3])], color=QUIET, linewidth=0.5, zorder=1)
        across, upright = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        sheet.text(across, upright, label, fontsize=FONT, ha="center", va="center_baseline", color=INK, zorder=3, bbox=white_ground())


def draw_key(sheet: Axes, points: Sequence[Bubble], labels: Sequence[str], frame: Frame) -> None:
    """Number the bubbles, and write beside the diagram what each number is."""
    step = min(0.27, (frame[3] - frame[1]) / len(labels))
    for number, ((x, y, _), label) in enumerate(zip(points, labels, strict=True), 1):
        sheet.text(x, y, str(number), fontsize=FONT, ha="center", va="center_baseline", color="white", zorder=4)
        line = frame[3] - (number - 0.5) * step
        sheet.text(frame[2] + 0.45, line, str(number), fontsize=FONT, ha="right", va="center_baseline", color=INK)
        sheet.text(frame[2] + 0.55, line, label, fontsize=FONT, ha="left", va="center_baseline", color=INK)

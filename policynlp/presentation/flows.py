"""Draws which policy instruments serve the names that goals speak of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policynlp.codebook import load_codebook
from policynlp.presentation.harmless import harmless
from policynlp.presentation.layout import shorten
from policynlp.presentation.markers import KEY_LINE, draw_key, draw_marks, key_rows
from policynlp.presentation.messages import check_language, message
from policynlp.presentation.sheets import INK, MARGIN, QUIET, WIDTH, blank_sheet, check_limit, draw_title

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_goal_instruments"]

LEFT, RIGHT = 3.3, 6.7  # inches; where the ribbons begin and end
POST = 0.1  # inches; the width of the posts at the ends of the ribbons
PITCH = 0.24  # inches; the least distance between labels
FONT = 9.0
ROOM = 4.0  # inches that all ribbons together are high, at most
THICKEST = 0.16  # inches a statement, at most


@dataclass(frozen=True, slots=True)
class Service:
    """What serves a name: the goals that speak of it, and how many of the measures that do have each primary instrument."""

    name: str
    kind: str
    goals: int
    instruments: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.instruments.values())


def draw_goal_instruments(table: pd.DataFrame, *, title: str = "", lang: str = "zh", limit: int = 20) -> Figure:
    """Draw the names that goals speak of on the left, the policy instruments that serve them on the right.

    A ribbon is as thick as there are measures that speak of the name and have the instrument for their primary one. A name
    without a ribbon stands in goals and in no measure: a goal without means.

    Args:
        table: of `align_goals`.
        title: whose goals they are; "" for no title.
        lang: language of the labels, zh or en.
        limit: the most names to draw; those of the most goals are kept, then those of the most measures. The note says how many
            there are in all.

    Returns:
        A matplotlib `Figure`; nothing is saved.

    Raises:
        ValueError: `lang` is unknown, `limit` below 1, or a column is missing.

    Example:
        >>> import policynlp
        >>> from policynlp.network.alignment import align_goals
        >>> table = align_goals(policynlp.analyze("培育壮大数字经济。设立1亿元种子基金，支持数字经济。"))
        >>> type(draw_goal_instruments(table)).__name__
        'Figure'
    """
    check_language(lang)
    check_limit(limit)
    services = find_services(table)
    shown = sort_to_uncross(services[:limit])
    used = {code: sum(s.instruments.get(code, 0) for s in shown) for code in load_codebook().instruments}
    codes = [code for code in used if used[code]]
    inch = min(THICKEST, ROOM / max(sum(used.values()), 1))
    posts = [stack([s.total * inch for s in shown]), stack([used[code] * inch for code in codes])]
    tall = max(posts[0][1], posts[1][1], 1.0)
    top = MARGIN + 0.4 * bool(title) + KEY_LINE + 0.5
    height = top + tall + 0.75
    with blank_sheet(WIDTH, height) as (figure, sheet):
        if title:
            draw_title(sheet, title, height)
        if not shown:
            sheet.text(WIDTH / 2, height / 2, message("charts", "no_goals", lang), ha="center", fontsize=12, color=QUIET)
            return figure
        # Both columns are centred on the same height.
        lefts, rights = ([height - top - (tall - total) / 2 - y for y in ys] for ys, total in posts)
        draw_heads(sheet, shown, height - top, lang)
        draw_ribbons(sheet, shown, dict(zip(codes, rights, strict=True)), lefts, inch)
        draw_names(sheet, shown, lefts, inch)
        draw_instruments(sheet, used, dict(zip(codes, rights, strict=True)), inch, lang)
        note = message("charts", "goal_note", lang, shown=len(shown), names=len(services), bare=sum(not s.total for s in services))
        sheet.text(MARGIN, MARGIN * 0.6, note, fontsize=7.5, color=QUIET)
    return figure


def find_services(table: pd.DataFrame) -> list[Service]:
    """Give the names that goals speak of, those of the most goals first, then those of the most measures."""
    if missing := [column for column in ("name", "type", "goals") if column not in table]:
        raise ValueError(f"the table has no column {missing[0]!r}; give the table of align_goals")
    codes = [code for code in load_codebook().instruments if code in table]
    services = [
        Service(str(row["name"]), str(row["type"]), int(row["goals"]), {code: int(row[code]) for code in codes if row[code]})
        for _, row in table[table["goals"] > 0].iterrows()
    ]
    return sorted(services, key=lambda s: (-s.goals, -s.total, s.name))


def sort_to_uncross(services: Sequence[Service]) -> list[Service]:
    """Order names by the middle of their instruments, so that few ribbons cross; those without any come last."""
    places = {code: i for i, code in enumerate(load_codebook().instruments)}

    def middle(service: Service) -> float:
        return sum(places[code] * number for code, number in service.instruments.items()) / service.total if service.total else float("inf")

    return sorted(services, key=lambda s: (middle(s), -s.total, -s.goals, s.name))


def stack(heights: Sequence[float]) -> tuple[list[float], float]:
    """Stack posts with room for their labels; give how far below the top the middle of each is, and the height of all."""
    middles: list[float] = []
    y = 0.0
    for tall in heights:
        slot = max(tall + 0.07, PITCH)
        middles.append(y + slot / 2)
        y += slot
    return middles, y


def draw_heads(sheet: Axes, shown: Sequence[Service], top: float, lang: str) -> None:
    """Write what the columns are, and the key of types."""
    types = load_codebook().types
    present = {service.kind for service in shown}
    entries = [(code, t.label.colour, t.label.name(lang)) for code, t in types.items() if code in present]
    draw_key(sheet, key_rows(entries, WIDTH - 2 * MARGIN), left=MARGIN, top=top + 0.5 + KEY_LINE)
    sheet.text(LEFT - POST - 0.1, top + 0.14, message("charts", "goal_names", lang), fontsize=8, ha="right", color=QUIET)
    heading = "measure_instruments" if any(service.total for service in shown) else "no_measures"
    sheet.text(RIGHT + POST + 0.1, top + 0.14, message("charts", heading, lang), fontsize=8, ha="left", color=QUIET)


def draw_ribbons(sheet: Axes, shown: Sequence[Service], rights: Mapping[str, float], lefts: Sequence[float], inch: float) -> None:
    """Draw the ribbons, stacked on both sides in the order of the other side."""
    ends = {code: y + sum(s.instruments.get(code, 0) for s in shown) * inch / 2 for code, y in rights.items()}
    for service, middle in zip(shown, lefts, strict=True):
        start = middle + service.total * inch / 2
        for code in rights:
            if thick := service.instruments.get(code, 0) * inch:
                draw_ribbon(sheet, start, ends[code], thick, family_colour(code))
                start, ends[code] = start - thick, ends[code] - thick


def draw_ribbon(sheet: Axes, start: float, end: float, thick: float, colour: str) -> None:
    """Draw a ribbon from the left column to the right; `start` and `end` are its upper edges."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    middle = (LEFT + RIGHT) / 2
    upper = [(LEFT, start), (middle, start), (middle, end), (RIGHT, end)]
    lower = [(x, y - thick) for x, y in reversed(upper)]
    steps = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    path = Path([*upper, *lower, upper[0]], steps)
    sheet.add_patch(PathPatch(path, facecolor=colour, alpha=0.38, edgecolor="white", linewidth=0.4))


def family_colour(code: str) -> str:
    return load_codebook().families[code[0]].colour


def draw_names(sheet: Axes, shown: Sequence[Service], lefts: Sequence[float], inch: float) -> None:
    """Draw posts, names with the number of goals, and an empty post where no measure follows."""
    types = load_codebook().types
    for service, y in zip(shown, lefts, strict=True):
        draw_post(sheet, LEFT - POST, y, service.total * inch, types[service.kind].label.colour)
        draw_marks(sheet, [(LEFT - POST - 0.16, y, 0.055, service.kind, types[service.kind].label.colour)])
        label = shorten(harmless(service.name), 17)
        sheet.text(LEFT - POST - 0.3, y, f"{label}  {service.goals}", fontsize=FONT, ha="right", va="center_baseline", color=INK)


def draw_instruments(sheet: Axes, used: Mapping[str, int], rights: Mapping[str, float], inch: float, lang: str) -> None:
    """Draw posts and names of instruments, with the number of measures, and the family beside its first."""
    codebook = load_codebook()
    family = ""
    for code, y in rights.items():
        draw_post(sheet, RIGHT, y, used[code] * inch, family_colour(code))
        text = f"{used[code]}  {codebook.instruments[code].name(lang)}"
        sheet.text(RIGHT + POST + 0.1, y, text, fontsize=FONT, va="center_baseline", color=INK)
        if code[0] != family:
            family = code[0]
            name = codebook.families[family].name(lang)
            sheet.text(WIDTH - MARGIN, y, name, fontsize=FONT, ha="right", va="center_baseline", color=family_colour(code))


def draw_post(sheet: Axes, x: float, y: float, tall: float, colour: str) -> None:
    from matplotlib.patches import Rectangle

    if tall:
        sheet.add_patch(Rectangle((x, y - tall / 2), POST, tall, facecolor=colour, edgecolor="none"))
    else:
        sheet.add_patch(Rectangle((x, y - 0.05), POST, 0.1, facecolor="white", edgecolor=colour, linewidth=0.8))

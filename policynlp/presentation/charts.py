"""Draws the shares of statement classes and of policy instruments, with intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policynlp.codebook import load_codebook, shipped_codebook
from policynlp.comparison.intervals import wilson_interval
from policynlp.network.counts import each_report
from policynlp.presentation.messages import check_language, message
from policynlp.presentation.sheets import INK, MARGIN, QUIET, WIDTH, blank_sheet, draw_title
from policynlp.schema import Analysis

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_shares"]

ROW = 0.25  # inches
LABELS = {"zh": 2.4, "en": 3.4}  # inches left of the bars
NUMBERS = 1.3  # inches right of them
FONT = 9.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: what it is called, how many there are of it, its colour, and the group whose bars stand together."""

    label: str
    count: int
    colour: str
    group: str = ""


def draw_shares(analyses: Analysis | Iterable[Analysis], *, title: str = "", lang: str = "zh") -> Figure:
    """Draw the shares of statement classes and of policy instruments, with counts, per cent and 95 % Wilson intervals.

    Classes are shares of all statements but titles and page furniture. Instruments are shares of the measures by their
    primary instrument, in families, so they add up to 100 %; several reports are taken together, a second copy counts for nothing.
    The intervals take statements for independent draws: they say how far a share of so few statements can be trusted,
    not how well the classes were recognised.

    Args:
        analyses: one analysis or several.
        title: whose shares they are; "" for no title.
        lang: language of the labels, zh or en.

    Returns:
        A matplotlib `Figure`; nothing is saved.

    Raises:
        ValueError: `lang` is unknown.

    Source:
        Instruments by supply, environment and demand: Rothwell, R., & Zegveld, W. (1985). Reindustrialization and technology.
        Longman.

    Example:
        >>> import policynlp
        >>> type(draw_shares(policynlp.analyze("设立种子基金，支持科技型中小企业。"))).__name__
        'Figure'
    """
    check_language(lang)
    statements = [s for _, a in each_report(analyses) for s in a.statements if s.role not in ("title", "boilerplate")]
    classes = class_bars(Counter(s.kind for s in statements), lang)
    instruments = instrument_bars(Counter(s.instruments[0] for s in statements if s.kind == "MEASURE" and s.instruments), lang)
    panels = [(message("charts", "classes", lang, total=len(statements)), classes)]
    if instruments:
        panels.append((message("charts", "instruments", lang, total=sum(bar.count for bar in instruments)), instruments))
    heights = [0.5 + ROW * (len(bars) + 0.6 * (len({bar.group for bar in bars}) - 1)) for _, bars in panels]
    top = MARGIN + 0.4 * bool(title)
    height = top + sum(heights) + 0.3 * (len(panels) - 1) + 0.62
    with blank_sheet(WIDTH, height) as (figure, sheet):
        if title:
            draw_title(sheet, title, height)
        if not statements:
            sheet.text(WIDTH / 2, height / 2, message("charts", "no_statements", lang), ha="center", fontsize=12, color=QUIET)
            return figure
        # One scale for both panels, so that bars can be compared across them.
        most = max(float(wilson_interval(bar.count, sum(b.count for b in bars))[1]) for _, bars in panels for bar in bars)
        for (heading, bars), tall in zip(panels, heights, strict=True):
            draw_bars(sheet, bars, heading, height - top, most, LABELS[lang])
            top += tall + 0.3
        sheet.text(MARGIN, MARGIN * 0.6, message("charts", "interval", lang), fontsize=7.5, color=QUIET)
    return figure


def class_bars(counts: Counter[str], lang: str) -> list[Bar]:
    shipped = shipped_codebook().classes
    shown = {code: label for code, label in load_codebook().classes.items() if code in shipped or counts[code]}
    return [Bar(label.name(lang), counts[code], label.colour) for code, label in shown.items()]


def instrument_bars(counts: Counter[str], lang: str) -> list[Bar]:
    """Give the instruments that occur, family by family, the commonest of a family first."""
    codebook = load_codebook()
    order = {code: i for i, code in enumerate(codebook.instruments)}
    bars = []
    for letter, family in codebook.families.items():
        codes = sorted((code for code in counts if code[0] == letter), key=lambda code: (-counts[code], order[code]))
        bars += [Bar(codebook.instruments[code].name(lang), counts[code], family.colour, family.name(lang)) for code in codes]
    return bars


def draw_bars(sheet: Axes, bars: Sequence[Bar], heading: str, top: float, most: float, labels: float) -> None:
    """Draw a panel of bars; `most` is the share that fills the width, `labels` the room for labels."""
    from matplotlib.patches import Rectangle

    total = sum(bar.count for bar in bars)
    left, room = MARGIN + labels, WIDTH - 2 * MARGIN - labels - NUMBERS
    groups = Counter({bar.group: 0 for bar in bars})
    for bar in bars:
        groups[bar.group] += bar.count
    sheet.text(MARGIN, top, heading, fontsize=FONT + 1.5, va="top", color=INK)
    y = top - 0.5 + ROW / 2
    for before, bar in zip([bars[0], *bars], bars, strict=False):
        y -= ROW * (1.6 if bar.group != before.group else 1) if bar is not bars[0] else ROW / 2
        if bar.group and (bar is bars[0] or bar.group != before.group):
            sheet.text(MARGIN, y, f"{bar.group} {groups[bar.group] / total:.1%}", fontsize=FONT, va="center_baseline", color=bar.colour)
        share = bar.count / total
        low, high = map(float, wilson_interval(bar.count, total))
        sheet.add_patch(Rectangle((left, y - ROW * 0.34), room * share / most, ROW * 0.68, facecolor=bar.colour, edgecolor="none"))
        draw_whisker(sheet, left + room * low / most, left + room * high / most, y)
        sheet.text(left - 0.08, y, bar.label, fontsize=FONT, ha="right", va="center_baseline", color=INK)
        sheet.text(WIDTH - MARGIN - 0.65, y, f"{bar.count:,}", fontsize=FONT, ha="right", va="center_baseline", color=INK)
        sheet.text(WIDTH - MARGIN, y, f"{share:.1%}", fontsize=FONT, ha="right", va="center_baseline", color=INK)
    sheet.plot([left, left], [top - 0.42, y - ROW / 2], color=QUIET, linewidth=0.8)


def draw_whisker(sheet: Axes, low: float, high: float, y: float) -> None:
    sheet.plot([low, high], [y, y], color="white", linewidth=3, solid_capstyle="butt")
    sheet.plot([low, low, low, high, high, high], [y + 0.045, y - 0.045, y, y, y - 0.045, y + 0.045], color=INK, linewidth=1.1)

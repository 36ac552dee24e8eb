"""Quantified targets and results: what is measured, how much of it, by when, promised or done (codebook T1-T3).

Values live with their statements; they never become entities.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from policynlp.annotation.periods import YearMark, find_years, reviewed_year, section_year, this_year
from policynlp.annotation.quantities import plain_text
from policynlp.annotation.values import NamedValue, read_values
from policynlp.schema import Analysis, Indicator, Statement

__all__ = ["find_indicators"]

BOUNDARY = re.compile("[，,。；;：:！？!?\n]")
NUMERAL = re.compile(r"[\d一二两三四五六七八九十百千万双首榜]")
REVIEW = re.compile("回顾|总结|成效|成绩|完成情况")
REACH = 200  # characters before a number in which a word of intention or a year that it is compared with may stand
MOST_MARKS = 20  # years before a number that are looked at
OPENING = 8  # characters within which a year must stand to hold for the parts behind the semicolon
WISH = re.compile("力争|确保|预期|计划|目标|争取|将(?!近)|拟")


def find_indicators(analysis: Analysis) -> list[Indicator]:
    """Find the quantified targets and results of a report.

    A number counts as an indicator if it has a unit and a name: before it (地区生产总值增长6%), behind it (新建30个基站), or in
    a clause before (高新技术企业200家，总数居全省第3位). What merely describes something does not (50亿元以上项目, 三年行动), nor do
    rates of support (给予最高200万元奖励), dates, ratios and formulas.

    Args:
        analysis: of one report; where its year is not known, 今年 and 去年 stay undated.

    Returns:
        The indicators in the order of the text. `status` is told by, in this order: the year named, where it is not the one that the
        report looks back on (later: planned, earlier: done); a heading of a later year (planned); the statement's own status; a heading
        that looks back (done); the statement's class (a goal is planned, an achievement done) or a word of intention (力争). Otherwise it
        is unmarked.

    Example:
        >>> import policynlp
        >>> analysis = policynlp.analyze("到2025年，园区规上工业总产值突破1200亿元，高新技术企业达到300家以上。")
        >>> [(i.name, i.comparator, i.value, i.unit, i.bound, i.deadline) for i in find_indicators(analysis)]
        [('规模以上工业总产值', 'exceed', 1200.0, '亿元', 'at_least', 2025), ('高新技术企业', 'reach', 300.0, '家', 'at_least', 2025)]
    """
    statements, year = analysis.statements, reviewed_year(analysis)
    now = this_year(analysis, year)
    indicators: list[Indicator] = []
    carried: YearMark | None = None  # a year named before a semicolon holds behind it
    for before, statement in zip([None, *statements], statements, strict=False):
        if statement.role in ("title", "boilerplate") or not NUMERAL.search(statement.text):
            continue
        if before is None or before.paragraph != statement.paragraph or not before.text.endswith(("；", ";", "：", ":")):
            carried = None
        text = plain_text(statement.text)
        of = section_year(statement)
        marks = find_years(text, now if now is not None else of, of if of is not None else year)
        for found in read_values(text):
            indicators.append(dated(found, statement, text, marks, carried, year))
        carried = next((mark for mark in marks if mark.start < OPENING and not mark.base), carried)
    return indicators


def dated(
    found: NamedValue, statement: Statement, text: str, marks: Sequence[YearMark], carried: YearMark | None, year: int | None
) -> Indicator:
    """Give an indicator its years and status."""
    q = found.quantity
    before = marks[: bisect_right(marks, q.start, key=lambda mark: mark.end)][-MOST_MARKS:]
    said = next((mark.year for mark in reversed(before) if not mark.base), carried.year if carried else None)
    near = [mark for mark in before if mark.base and mark.end >= q.start - REACH]
    base = next((mark.year for mark in reversed(near) if not BOUNDARY.search(text, mark.end, q.start)), None)
    return Indicator(
        name=found.name,
        text=statement.text[q.start : q.end],
        value=q.value,
        unit=q.unit,
        comparator=found.comparator,
        status=status_of(statement, text[max(0, q.start - REACH) : q.start], said, year),
        statement=statement.id,
        start=statement.start + q.start,
        end=statement.start + q.end,
        high=q.high,
        bound=found.bound,
        baseline=found.baseline,
        base_year=base,
        deadline=said if said is not None else section_year(statement),
        name_start=statement.start + found.span[0],
        name_end=statement.start + found.span[1],
    )


def status_of(statement: Statement, before: str, said: int | None, year: int | None) -> str:
    """Give done, planned or unmarked: by the year said, the statement, its section."""
    if said is not None and year is not None and said != year:
        return "planned" if said > year else "done"
    of = section_year(statement)
    ahead = said is None and of is not None and year is not None and of > year
    if statement.status != "unmarked" and not ahead:
        return statement.status
    if not ahead and any(REVIEW.search(title) for title in statement.section):
        return "done"
    if not ahead and statement.kind == "OTHER":
        return "done" if statement.subtype == "achievement" else "unmarked"
    return "planned" if ahead or statement.kind == "GOAL" or WISH.search(before) else "unmarked"

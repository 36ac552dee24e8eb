"""Reads the years that a report speaks of: 到2025年, 今年, 年底, “十四五”末, 比2020年."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from policynlp.schema import Analysis, Statement

__all__ = ["YearMark", "find_years", "reviewed_year", "section_year", "this_year"]

FIVE = {"十一": 2010, "十二": 2015, "十三": 2020, "十四": 2025, "十五": 2030, "十六": 2035}
MARK = re.compile(
    r"(?=[比较在自与从同“\"十12今本去上明下来当年过这])(?P<base>同比|[比较自与从在])?(?:到|至)?(?:"
    r"(?<!\d)(?P<year>(?:19|20)\d\d)年(?!度|来|间)"
    r"|[“\"]?(?P<five>十[一二三四五六])五[”\"]?(?P<part>末|期末|期间|时期|以来)"
    r"|(?P<next>明年|下一年|来年)"
    r"|(?P<last>去年|上年|上一年|过去(?:的)?一年)"
    r"|(?P<now>今年|本年)"
    r"|(?P<here>年内|年底|年末|全年|当年|这一年)"
    r")?(?P<behind>以来|的?基础|起|底|末|同期)?"
)
HEADING = re.compile(r"(?<!\d)((?:19|20)\d\d)年|[“\"](十[一二三四五六])五[”\"](?=时期|期间|末|主要|发展|的)")
REVIEWED = re.compile(r"(?<!\d)((?:19|20)\d\d)年[^，。]{0,12}(?:回顾|总结|成效|成绩|完成情况|工作情况)")
SPEECH = re.compile("代表[^，,。]{0,16}(?:政府|行署)")  # a government reports to its congress
OPENING = 2000  # characters in which it says so
NEXT = re.compile("明年|下一年|来年")


class YearMark(NamedTuple):
    """A year named in a text; `base` tells that the year is one compared with."""

    start: int
    end: int
    year: int
    base: bool


def find_years(text: str, now: int | None, here: int | None = None) -> list[YearMark]:
    """Find the years that a text names.

    Args:
        text: of a statement.
        now: the year that 今年 means, where it is known.
        here: the year that the section is about, which 这一年 and 年底 mean; `now` by default.

    Returns:
        The marks in order; 今年, 去年 and 明年 are left out where `now` is not known.

    Example:
        >>> [(m.year, m.base) for m in find_years("到“十四五”末翻番，今年比2020年增长10%，同比增长5%。", 2023)]
        [(2025, False), (2023, False), (2020, True), (2022, True)]
    """
    marks = []
    for match in MARK.finditer(text):
        compared = match["base"] in ("比", "较", "与", "自", "从", "同比") or match["behind"] in ("以来", "起", "同期", "基础", "的基础")
        year = named_year(match, now, here or now)
        if year is not None:
            marks.append(YearMark(match.start(), match.end(), year, compared or match["part"] == "以来"))
    return marks


def named_year(match: re.Match[str], now: int | None, here: int | None) -> int | None:
    if match["year"]:
        return int(match["year"])
    if match["five"]:
        return FIVE[match["five"]]
    if match["here"] or match["base"] == "同比":
        return here if here is None or match["here"] else here - 1
    if now is None:
        return None
    return now + 1 if match["next"] else now - 1 if match["last"] else now if match["now"] else None


def section_year(statement: Statement) -> int | None:
    """Give the year that the nearest enclosing heading names (2024年重点工作, “十四五”时期目标); None where none names one."""
    return heading_year(statement.section)


@lru_cache(maxsize=4096)
def heading_year(section: tuple[str, ...]) -> int | None:
    """Give the year that the nearest of the enclosing headings names."""
    for title in reversed(section):
        years = {int(m[1]) if m[1] else FIVE[m[2]] for m in HEADING.finditer(title)}
        if len(years) == 1:
            return years.pop()
    return None


def reviewed_year(analysis: Analysis) -> int | None:
    r"""Give the year that a report looks back on.

    A work summary is named for it; a government's report to its congress of January 2024 looks back on 2023 and calls 2024 今年.

    Example:
        >>> import policynlp
        >>> report = policynlp.make_report("2024年政府工作报告\n一、2023年工作回顾\n高新技术企业达到90家。")
        >>> report.year, reviewed_year(policynlp.analyze(report))
        (2024, 2023)
    """
    year = analysis.report.year
    if year is None:
        return None
    titles = {title for statement in analysis.statements for title in statement.section}
    reviewed = {int(match[1]) for title in titles if (match := REVIEWED.search(title))}
    if year in reviewed:
        return year
    speech = "政府工作报告" in analysis.report.title or SPEECH.search(analysis.report.text, 0, OPENING)
    return year - 1 if year - 1 in reviewed or speech else year


def this_year(analysis: Analysis, reviewed: int | None) -> int | None:
    """Give the year that 今年 means in a report.

    It is the report's; but a summary whose plans for the next year speak of 今年, and which never says 明年, means that one.

    Args:
        analysis: of the report.
        reviewed: the year that the report looks back on.
    """
    year = analysis.report.year
    if year is None or reviewed is None or reviewed < year:
        return year
    ahead = any("今年" in statement.text for statement in analysis.statements if section_year(statement) == year + 1)
    return year + 1 if ahead and not any(NEXT.search(statement.text) for statement in analysis.statements) else year

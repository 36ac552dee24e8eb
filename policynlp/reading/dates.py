"""The date of a report and the year that it is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

from policynlp.reading.lines import Line
from policynlp.schema import Fact

__all__ = ["find_date", "find_year", "parse_date"]

DATE = re.compile(r"((?:19|20)\d\d)\s?[年./-]\s?(\d{1,2})\s?[月./-]\s?(\d{1,2})")
DIGITS = {
    "〇": 0,
    "○": 0,
    "零": 0,
    "Ｏ": 0,
    "O": 0,
    "０": 0,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
CHINESE = "[〇○零ＯO０一二三四五六七八九]"
WRITTEN = re.compile(rf"([一二]{CHINESE}{{3}})年([一二三四五六七八九十]{{1,3}})月([一二三四五六七八九十]{{1,3}})日")
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
YEAR_IN_TEXT = re.compile(r"(?<!\d)((?:19|20)\d\d)年")
PLAN_YEAR = re.compile(r"((?:19|20)\d\d)年?[^。\n]{0,16}(?:总结|回顾|工作报告|工作要点|工作情况)")
HEAD = 12  # lines that may name the session
LONGEST = 60  # characters of a line that states a date and little else
# A government reports in January on the year past: its 今年 is the year of the session.
SESSION = re.compile("会议|大会")
REVIEWED = re.compile(r"(?<!\d)(?:19|20)\d\d年[^。\n，]{0,16}回顾")
HEADING = re.compile(r"(?<!\d)((?:19|20)\d\d)年")
LONGEST_HEADING = 36
REVIEWS = re.compile(r"(?<!\d)((?:19|20)\d\d)年(?:是全面贯彻党的|[^。\n，]{0,10}(?:回顾|极不平凡|极为不易))|过去的((?:19|20)\d\d)年")
CLEAR = 3  # a year that the text names less often says nothing about the report


def parse_date(written: str) -> date | None:
    """Read a date as 2015年01月10日, 2015-1-10, 2015.1.10 or 二〇一五年一月十日; None where it is none.

    Example:
        >>> parse_date("2015年01月10日 16:45"), parse_date("二○二三年十二月二十五日")
        (datetime.date(2015, 1, 10), datetime.date(2023, 12, 25))
    """
    if match := DATE.search(written):
        year, month, day = map(int, match.groups())
    elif match := WRITTEN.search(written):
        year = int("".join(str(DIGITS[c]) for c in match[1]))
        month, day = tens(match[2]), tens(match[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def tens(written: str) -> int:
    """Read 一 to 九十九; a sequence that is no number gives 0, which no date has."""
    before, ten, after = written.partition("十")
    if not ten:
        return DIGITS.get(before, 0)
    return DIGITS.get(before, 0 if before else 1) * 10 + (DIGITS.get(after, 0) if after else 0)


def find_date(stated: Fact | None, head: Sequence[Line], tail: Sequence[Line]) -> Fact | None:
    """Find the date of a report: stated by its page, in a short line at its head (a session, a signature), or at its end."""
    if stated and parse_date(stated.value):
        return stated
    for line in (*head, *reversed(tail)):
        match = DATE.search(line.text) or WRITTEN.search(line.text) if len(line.text) <= LONGEST and not line.text.endswith("。") else None
        if match and parse_date(match.group()):
            end = match.end() + (line.text[match.end() : match.end() + 1] == "日")
            return Fact("published", line.text[match.start() : end], "text", line.start + match.start(), line.start + end)
    return None


def find_year(
    title: Fact | None, name: str, text: str, lines: Sequence[Line], published: Fact | None, *, speech: bool = False
) -> Fact | None:
    """Find the year that 今年 means in a report.

    In order: the title; for a government's report to its congress the year of the session: its date, the latest year in a
    heading, the year after the one reviewed; else «2014年…总结/回顾» in the text; the file name; the year named most often,
    if at least three times; the year of publication.

    Args:
        title: of the report.
        name: of its file.
        text: of the report.
        lines: of the text.
        published: its date.
        speech: whether a government speaks to its congress.

    Example:
        >>> find_year(None, "benxi", "现将2014年科技工作总结如下", [], None)
        Fact(field='year', value='2014', origin='text', start=2, end=6)
        >>> find_year(None, "岭上", "现在，我代表市人民政府报告工作。2023年工作回顾", [], None, speech=True)
        Fact(field='year', value='2024', origin='text', start=16, end=20)
    """
    stated = title and not REVIEWED.search(title.value) and YEAR.search(title.value)
    if title and stated:
        return Fact("year", stated[1], "text", title.start + stated.start(1), title.start + stated.end(1))
    if speech and (found := year_of_session(text, lines)):
        return found
    if match := PLAN_YEAR.search(text):
        return Fact("year", match[1], "text", match.start(1), match.end(1))
    if match := YEAR.search(name):
        return Fact("year", match[1], "file name")
    years = Counter(YEAR_IN_TEXT.findall(text))
    year = min(years, key=lambda y: (-years[y], y), default="")
    if years[year] >= CLEAR:
        at = text.index(f"{year}年")
        return Fact("year", year, "text", at, at + 4)
    when = parse_date(published.value) if published else None
    return Fact("year", str(when.year), "published") if when else None


def year_of_session(text: str, lines: Sequence[Line]) -> Fact | None:
    """Find the year of the session: its date at the head, else the latest year in a heading, else the year after the one reviewed."""
    for line in lines[:HEAD]:
        if len(line.text) <= LONGEST and (match := DATE.search(line.text)) and SESSION.search(line.text):
            return Fact("year", match[1], "text", line.start + match.start(1), line.start + match.end(1))
    headings = [line for line in lines if len(line.text) <= LONGEST_HEADING and not line.text.endswith(("。", "；"))]
    planned = [(m[1], line.start + m.start(1)) for line in headings if not REVIEWED.search(line.text) and (m := HEADING.search(line.text))]
    if planned:
        year, at = max(planned, key=lambda found: (found[0], -found[1]))
        return Fact("year", year, "text", at, at + 4)
    if match := REVIEWS.search(text):
        group = match.lastindex or 1
        return Fact("year", str(int(match[group]) + 1), "text", match.start(group), match.end(group))
    return None

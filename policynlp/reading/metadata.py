"""Zone, year and date, read from the title, the text and the file name."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

from policynlp.reading.gazetteer import load_gazetteer

__all__ = ["parse_date", "read_region", "read_year", "read_zone"]

DATE = re.compile(r"((?:19|20)\d\d)[年./-](\d{1,2})[月./-](\d{1,2})")
ZONE = re.compile(
    r"[\u4e00-\u9fff]{2,8}?(?:高新技术产业开发区|高新技术开发区|高新区|经济技术开发区|经济开发区|经开区|农高区|综合保税区|自贸试验区|新区|软件园|科学城|科技城)"
)
# What may stand before a name without belonging to it: «推动本溪高新区», «在青岭高新区».
LEAD = re.compile(
    r"^.*(?:推动|促进|支持|围绕|根据|按照|建设|建立|作为|关于|实现|加快|提高|增强|国家级|省级|全国|[在对以把将向与和及为的了是到使让由从])"
)
CITY_REPORT = re.compile(r"[-_—]?(?:(?:19|20)\d\d年?)?[-_—]?(?:市)?(?:政府)?(?:工作报告)?(?:[(（][^)）]{0,20}[)）])?$")
CLEAR_LEAD = 2  # how many times more often than the next city
GOVERNMENT = re.compile(r"代表[^，,。]{0,12}(?:人民)?政府")
PLAN_YEAR = re.compile(r"((?:19|20)\d\d)年?[^。\n]{0,16}(?:总结|回顾|工作报告|工作要点|工作情况)")
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
YEAR_IN_TEXT = re.compile(r"(?<!\d)((?:19|20)\d\d)年")


def parse_date(written: str) -> date | None:
    """Read a date as 2015年01月10日, 2015-1-10 or 2015.1.10; None where it is none.

    Example:
        >>> parse_date("2015年01月10日 16:45")
        datetime.date(2015, 1, 10)
    """
    match = DATE.search(written)
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def read_zone(title: str, name: str, text: str) -> str:
    """Read whose report it is: from the title, else the file name, else the zone named most often in the text.

    A zone in the text counts only if it is named twice. Where a government speaks (我代表市人民政府) it is the city that
    the text names by far most often.

    Returns:
        The zone's name, or "" where none is found.

    Example:
        >>> read_zone("本溪高新区", "report", "")
        '本溪高新区'
    """
    divisions = load_gazetteer()
    for place in (title, name):
        if zones := zone_names(place):
            return zones[0]
        if division := divisions.get(CITY_REPORT.sub("", place)):
            return division.name
    if GOVERNMENT.search(text[:2000]):
        return commonest_city(text)
    counts = Counter(zone_names(text))
    best = counts.most_common(1)
    return best[0][0] if best and best[0][1] >= 2 else ""


def commonest_city(text: str) -> str:
    """Give the prefecture-level city named by far most often, or ""."""
    counts: Counter[str] = Counter()
    for name, division in load_gazetteer().items():
        if division.level == "city" and name != division.name:
            counts[division.name] = text.count(name)
    (first, most), (_, second) = counts.most_common(2)
    return first if most >= CLEAR_LEAD * max(second, 2) else ""


def read_region(zone: str) -> str:
    """Read the province of a zone from the division that its name begins with; "" where it names none.

    Example:
        >>> read_region("本溪高新区")
        '辽宁省'
    """
    divisions = load_gazetteer()
    for end in range(len(zone), 1, -1):
        if division := divisions.get(zone[:end]):
            return next((d.name for d in divisions.values() if d.code == division.code[:2]), "")
    return ""


def zone_names(text: str) -> list[str]:
    names = (LEAD.sub("", match.group()) for match in ZONE.finditer(text))
    return [n for n in names if not re.fullmatch(r"(?:本|我|全|各|该|国家)?(?:高新区|经开区|新区|软件园|科学城|科技城)", n) and len(n) > 3]


def read_year(title: str, name: str, text: str, published: date | None) -> int | None:
    """Read the year that the report is about.

    In order: the title; «2014年…总结/回顾» in the text; the file name; the year met most often; the year of publication.

    Example:
        >>> read_year("本溪高新区", "benxi", "现将2014年科技工作总结如下", date(2015, 1, 10))
        2014
    """
    for pattern, place in ((YEAR, title), (PLAN_YEAR, text), (YEAR, Path(name).stem)):
        if match := pattern.search(place):
            return int(match[1])
    if years := Counter(YEAR_IN_TEXT.findall(text)):
        return int(min(years, key=lambda y: (-years[y], y)))
    return published.year if published else None

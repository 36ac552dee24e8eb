"""Zone, region, year, issuing body, number, date, source, title and genre: read from the text and the file name, each with its place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from policynlp.reading.dates import find_date, find_year, parse_date
from policynlp.reading.furniture import find_page_facts
from policynlp.reading.gazetteer import find_division, load_gazetteer, load_zones, province_of
from policynlp.reading.lines import Line
from policynlp.schema import Fact, Furniture

__all__ = ["FIELDS", "field_values", "find_facts", "parse_date", "read_region", "region_fact"]

FIELDS = ("title", "zone", "region", "year", "source", "published", "issuer", "number", "genre")
READ = 200_000  # metadata stand in the first characters of a report; a longer text costs no more time
HEAD = 12  # lines that may hold a number, an issuer or a date by themselves
ZONE = re.compile(
    r"[\u4e00-\u9fff]{2,8}?(?:高新技术产业开发区|高新技术开发区|高新区|经济技术开发区|经济开发区|经开区|农高区|综合保税区|自贸试验区|新区|软件园|科学城|科技城)"
)
# What may stand before a name without belonging to it: «推动本溪高新区», «在青岭高新区».
LEAD = re.compile(
    r"^.*(?:推动|促进|支持|围绕|根据|按照|建设|建立|作为|关于|实现|加快|提高|增强|国家级|省级|全国|[在对以把将向与和及为的了是到使让由从])"
)
GENERIC = re.compile(r"(?:本|我|全|各|该|国家)?(?:高新区|经开区|新区|软件园|科学城|科技城)")
CITY_REPORT = re.compile(
    r"^(?:19|20)\d\d年?|[-_—]?(?:(?:19|20)\d\d年?)?[-_—]?(?:市(?=.))?(?:(?:人民)?政府)?(?:工作报告)?(?:[(（][^)）]{0,20}[)）])?$"
)
CLEAR_LEAD = 2  # how many times more often than the next city
SPEAKER = re.compile(r"代表[^，,。]{0,12}?(?P<unit>[省市州盟县区旗]?)(?P<body>人民政府|政府|行政公署|行署)")
ADDRESS = re.compile("各位代表[:：,，!！]|各位主任、委员[:：]")
# A speech names its own place: «我代表沈阳市人民政府», «在亳州市第五届人民代表大会第三次会议上».
OWN_PLACE = re.compile(r"(?:代表|在)(?P<place>[\u4e00-\u9fff]{2,12}?[省市州盟县区旗])(?:(?:人民)?政府|第[^，,。\n]{1,6}届)")
OPENING = 2000  # characters in which a speaker says for whom he speaks
NUMBER = re.compile(r"[\u4e00-\u9fff]{2,12}[〔﹝\[［【(（](?:19|20)\d\d[〕﹞\]］】)）]\s{0,2}第?\s{0,2}\d{1,5}\s{0,2}号")
ISSUER = re.compile(
    r"(?P<issuer>[\u4e00-\u9fff]{2,30}?(?:人民政府(?:办公[厅室])?|管理委员会|管委会|党工委|委员会|委办公[厅室]|领导小组|[厅局委部]|办公[厅室]))(?:文件)?"
)
ISSUED = re.compile(ISSUER.pattern + r"(?:\s{0,2}关于|印发)")
SIGNED = 4  # the last lines, where a body signs with the date
GENRES = (
    "政府工作报告", "工作报告", "工作总结", "工作要点", "行动计划", "行动方案", "实施方案", "工作方案", "发展规划", "规划纲要", "规划",
    "实施意见", "指导意见", "意见", "若干措施", "政策措施", "若干政策", "实施细则", "实施办法", "管理办法", "办法", "条例", "规定",
    "通知", "公报", "总结", "方案", "计划", "措施", "政策",
)  # fmt: skip


def find_facts(text: str, lines: Sequence[Line], furniture: Iterable[Furniture], *, name: str = "") -> tuple[Fact, ...]:
    r"""Find the metadata of a report, each piece with the place it was read from.

    Args:
        text: of the report; the first 200,000 characters are read.
        lines: its lines.
        furniture: its title and page furniture, which state most of it.
        name: of its file, without the ending.

    Returns:
        At most one fact a field, in the order of `FIELDS`; a field that nothing states has none.

    Example:
        >>> from policynlp.reading.furniture import find_furniture
        >>> from policynlp.reading.lines import find_lines
        >>> text = "本溪高新区2014年工作总结\n日期：2015-01-10　来源：科技部\n成效明显。"
        >>> for fact in find_facts(text, find_lines(text), find_furniture(find_lines(text))):
        ...     print(fact.field, fact.value, fact.origin, fact.start, fact.end)
        title 本溪高新区2014年工作总结 text 0 14
        zone 本溪高新区 text 0 5
        region 辽宁省 zone 0 0
        year 2014 text 5 9
        source 科技部 text 32 35
        published 2015-01-10 text 18 28
        genre 工作总结 text 10 14
    """
    text = text[:READ]
    known: dict[str, Fact] = {}
    for fact in find_page_facts(furniture):
        known.setdefault(fact.field, fact)
    title = known.get("title")
    head = [line for line in lines[:HEAD] if line.end <= READ]
    zone = find_zone(title, name, text)
    drafts = [
        title,
        zone,
        region_fact(zone),
        known.get("issuer") or find_issuer(title, head, lines) or speaker(zone, text),
        known.get("source"),
        known.get("number") or find_number(title, head),
        find_genre(title, text),
    ]
    published = find_date(known.get("published"), head, lines[-SIGNED:])
    drafts += [published, find_year(title, name, text, lines, published, speech=is_speech(title, text))]
    facts = {fact.field: fact for fact in drafts if fact}
    return tuple(facts[field] for field in FIELDS if field in facts)


def field_values(facts: Iterable[Fact]) -> dict[str, Any]:
    """Give the values of facts as a `Report` holds them: year as int, published as date, the others as they are.

    Example:
        >>> field_values([Fact("year", "2014", "file name"), Fact("published", "2015-01-10", "text", 3, 13)])
        {'year': 2014, 'published': datetime.date(2015, 1, 10)}
    """
    values: dict[str, Any] = {fact.field: fact.value for fact in facts}
    if "year" in values:
        values["year"] = int(values["year"])
    if "published" in values:
        values["published"] = parse_date(values["published"])
    return values


def find_zone(title: Fact | None, name: str, text: str) -> Fact | None:
    """Find whose report it is: from the title, else the file name, else the zone named most often in the text.

    A zone in the text counts only if it is named twice. Where a government speaks (我代表市人民政府) it is the city that
    the text names by far most often.
    """
    speech = SPEAKER.search(text[:OPENING])
    for place, start in ((title.value, title.start) if title else ("", 0), (name, -1)):
        if zones := zone_names(place):
            at = place.find(zones[0])
            return (
                Fact("zone", zones[0], "text", start + at, start + at + len(zones[0]))
                if start >= 0
                else Fact("zone", zones[0], "file name")
            )
        if written := CITY_REPORT.sub("", place):
            division = city_of(written, speech["unit"] if speech else "")
            if division:
                return Fact("zone", division, "text", start, start + len(written)) if start >= 0 else Fact("zone", division, "file name")
    if is_speech(title, text):
        return own_place(text) or commonest_city(text)
    counts = Counter(zone_names(text))
    best = counts.most_common(1)
    if best and best[0][1] >= 2:
        at = text.find(best[0][0])
        return Fact("zone", best[0][0], "text", at, at + len(best[0][0]))
    return None


def city_of(written: str, unit: str) -> str:
    """Give the full name of the division written; where a 市人民政府 speaks, 吉林 is the city and not the province."""
    if unit in ("市", "州", "盟") and (division := load_gazetteer().get(written + unit)):
        return division.name
    found = load_gazetteer().get(written)
    return found.name if found else ""


def is_speech(title: Fact | None, text: str) -> bool:
    """Tell whether a government reports to its congress."""
    opening = text[:OPENING]
    return bool(SPEAKER.search(opening) or ADDRESS.search(opening) or (title and "政府工作报告" in title.value))


def own_place(text: str) -> Fact | None:
    """Find the division that a government names where it says for whom it speaks."""
    for match in OWN_PLACE.finditer(text, 0, OPENING):
        if division := load_gazetteer().get(match["place"]):
            return Fact("zone", division.name, "text", match.start("place"), match.end("place"))
    return None


def speaker(zone: Fact | None, text: str) -> Fact | None:
    """Give the government that speaks: 本溪市人民政府 where the report is Benxi's and says 我代表市人民政府."""
    speech = SPEAKER.search(text[:OPENING])
    if not zone or not speech or not speech["unit"] or not zone.value.endswith(speech["unit"]):
        return None
    return Fact("issuer", f"{zone.value}人民政府", "text", speech.start("unit"), speech.end("body"))


def commonest_city(text: str) -> Fact | None:
    """Find the city at or directly under a prefecture's level that is named by far most often."""
    shorts, names, matcher = city_matcher()
    found = matcher.find_matches_as_indexes(text, overlapping=True)
    counts = Counter(dict.fromkeys(names, 0))
    counts.update(names[number] for number, _, _ in found)
    (first, most), (_, second) = counts.most_common(2)
    if most < CLEAR_LEAD * max(second, 2):
        return None
    short = shorts[names.index(first)]
    at = text.find(short)
    return Fact("zone", first, "text", at, at + len(short))


@cache
def city_matcher() -> tuple[list[str], list[str], AhoCorasick]:
    """Give the short names of cities at or directly under a prefecture's level, their full names, and what finds the short ones."""
    cities = {
        name: division.name
        for name, division in load_gazetteer().items()
        if name != division.name and (division.level == "city" or division.code[2:4] == "90")
    }
    return list(cities), list(cities.values()), AhoCorasick(list(cities), matchkind=MatchKind.Standard)


def read_region(zone: str) -> str:
    """Read the province of a zone: that of the national zone of this name, else of the division that its name begins with.

    Where divisions of several provinces have that name it gives "", as it does where the name begins with none.

    Example:
        >>> read_region("本溪高新区"), read_region("东湖高新区"), read_region("鼓楼区")
        ('辽宁省', '湖北省', '')
    """
    if known := load_zones().get(zone):
        return known.province
    for end in range(len(zone), 1, -1):
        if zone[:end] in load_gazetteer():
            division = find_division(zone[:end])
            return province_of(division) if division else ""
    return ""


def region_fact(zone: Fact | None) -> Fact | None:
    """Give the province that a zone implies.

    Example:
        >>> region_fact(Fact("zone", "本溪高新区", "file name"))
        Fact(field='region', value='辽宁省', origin='zone', start=0, end=0)
    """
    region = read_region(zone.value) if zone else ""
    return Fact("region", region, "zone") if region else None


def zone_names(text: str) -> list[str]:
    names = (LEAD.sub("", match.group()) for match in ZONE.finditer(text))
    return [n for n in names if not GENERIC.fullmatch(n) and len(n) > 3]


def find_issuer(title: Fact | None, head: Sequence[Line], lines: Sequence[Line]) -> Fact | None:
    """Find the issuing body: «X人民政府关于…» in the title, a line of its own at the head, or the signature at the end."""
    if title and (match := ISSUED.match(title.value)):
        return Fact("issuer", match["issuer"], "text", title.start, title.start + len(match["issuer"]))
    for before, line in zip(lines[-SIGNED:], lines[-SIGNED + 1 :], strict=False):
        if len(line.text) <= 20 and parse_date(line.text) and (match := ISSUER.fullmatch(before.text)):
            return Fact("issuer", match["issuer"], "text", before.start, before.start + len(match["issuer"]))
    for line in head:
        if len(line.text) <= 40 and (match := ISSUER.fullmatch(line.text)):
            return Fact("issuer", match["issuer"], "text", line.start, line.start + len(match["issuer"]))
    return None


def find_number(title: Fact | None, head: Sequence[Line]) -> Fact | None:
    """Find the document's own number: at the start of a line at the head, or in the title; a number cited in the text is none."""
    for line in head:
        titled = title is not None and line.start == title.start
        own = NUMBER.search(line.text) if titled else NUMBER.match(line.text)
        if own and (titled or not line.text[own.end() :].strip() or line.text[own.end()].isspace()):
            return Fact("number", own.group(), "text", line.start + own.start(), line.start + own.end())
    return None


def find_genre(title: Fact | None, text: str) -> Fact | None:
    """Find the genre: the last genre word of the title, else 政府工作报告 where a government reports to its congress."""
    if title:
        bare = re.sub(r"\s+", "", title.value)
        if hits := [(bare.rfind(word) + len(word), len(word), word) for word in GENRES if word in bare]:
            _, _, word = max(hits)
            at = title.value.rfind(word)
            return (
                Fact("genre", word, "text", title.start + at, title.start + at + len(word))
                if at >= 0
                else Fact("genre", word, "text", title.start, title.end)
            )
    speech = SPEAKER.search(text[:OPENING]) or ADDRESS.search(text[:OPENING])
    return Fact("genre", "政府工作报告", "text", speech.start(), speech.end()) if speech else None

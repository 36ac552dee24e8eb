"""Span rules: what belongs to the name of an entity and what does not (codebook E1-E3, E14, E17)."""

from __future__ import annotations

import re
from typing import NamedTuple

from policynlp.codebook import Codebook

__all__ = ["Draft", "is_entity_name", "is_whole", "may_widen", "members_of", "trim_span", "widen_span"]

QUOTES = {"“": "”", "《": "》", "「": "」", "『": "』", "‘": "’"}
PAIRS = (*QUOTES.items(), ("（", "）"), ("(", ")"))
MARK = re.compile("[" + re.escape("".join(mark for pair in PAIRS for mark in pair)) + "]")
EDGE = "，,。；;、：:！!？? \t\u3000和及与等—－-"
NO_CONJUNCTION = ("和美", "和谐", "和平", "和田", "和县", "及第", "与时俱进")  # words that begin like a conjunction
# Words that may stand before a name and never belong to it (E1, E1b).
LEAD = re.compile(
    r"(?:一批|一系列|各类|各级|各种|若干|多家|更多|新一轮|新一批|首批|首届|首个|首家|首条|第一批|我市|我省|我县|我区|我州|本地|区内|园区内|市内|州内|县内"
    r"|新开工|新创建|新建成?|新增|新获批|新认定|获批|备案|入库|引进|(?:全国|国内|世界|国际|全球|亚洲|行业)?(?:一流|领先|知名)|国内(?!.{0,8}强)|国内外|优质|高标准|高水平|高质量"
    r"|[一二三四五六七八九十两\d]{1,4}(?:个|家|所|项|支|座|条|处|类|批|户|名|位)(?!\+))"
)
TAILS = ("队伍", "等", "建设", "领域", "方面", "板块")
# Rank words alone are no content (E3).
RANK = re.compile(
    r"(?:主导|支柱|重点|优势|特色|优质|优秀|相关|有关|配套|本地|当地|现有|新|大|好|一流|龙头骨干|各|全部|广大|各类|同类|其他|大型|重大)*"
)
WINDOW = 40
# The first and last characters of what may have to be trimmed: most spans begin and end with others.
TRIMMED_FIRST = (
    frozenset(EDGE) | frozenset("一各若多更新首第我本区园市州县获备入引全国世领优高两二三四五六七八九十0123456789") | frozenset(QUOTES)
)
TRIMMED_LAST = frozenset(EDGE) | frozenset(tail[-1] for tail in TAILS) | frozenset(QUOTES.values())
BOUNDARY = r"(?:^|[，,。；;：:、！!的和及与为对在建设创建新增支持推进打造培育引进完善组建])"
TYPES = re.compile(r"(?P<front>(?:[\u4e00-\u9fff]{2,5}型[、和]){1,6})$")
TYPE_OPENING = re.compile(r"[\u4e00-\u9fff]{2,5}型")
QUOTED = re.compile(r"(?P<front>(?:“[^“”]{1,12}”、?){1,6})$")
# A quoted word right before a name belongs to it (E16, E17): “一带一路”技术转移中心.
QUOTED_WORD = re.compile(r"(?P<front>“[^“”，,。；;：:]{1,12}”)$")
LEVEL = re.compile(r"(?P<front>(?:(?:国家|省|市|县|区|州|自治区)级(?:以上|及以上)?|省市级))$")
AUTHORITY = re.compile(BOUNDARY + r"(?P<front>省|市|州|自治区)$")
# (what stands in front, the types that take it in; none: all)
FRONTS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (TYPES, ()),
    (QUOTED, ("PROGRAM",)),
    (QUOTED_WORD, ()),
    (LEVEL, ()),
    (AUTHORITY, ("PLATFORM",)),
)
FRONT_ENDS = ("型、", "型和", "”", "”、", *"级上省市州区")  # what the fronts can end with
FRONT_LAST = frozenset([front[-1] for front in FRONT_ENDS])
SPLIT = re.compile(r"[、，,]|和|及|与|以及")
NUMERAL = re.compile(r"[一二三四五六七八九十两\d]{1,3}[个家所项支座大]")


class Draft(NamedTuple):
    """An entity in the making: type, place in its statement, probability and rule."""

    kind: str
    start: int
    end: int
    score: float
    rule: str


def trim_span(text: str, start: int, end: int) -> tuple[int, int]:
    """Trim a span to the name: no enclosing quotes, no unmatched marks, no numerals or quantifiers in front.

    Returns:
        The new start and end; equal where nothing is left.

    Example:
        >>> text = "实施“安薪工程”，引进一批科技企业"
        >>> [text[a:b] for a, b in (trim_span(text, 2, 8), trim_span(text, 11, 17))]
        ['安薪工程', '科技企业']
    """
    if start < end and text[start] not in TRIMMED_FIRST and text[end - 1] not in TRIMMED_LAST and not MARK.search(text, start, end):
        return start, end
    seen: set[tuple[int, int]] = set()  # marks that match nothing could be taken in and dropped for ever
    before = (-1, -1)
    while start < end and (start, end) != before and (start, end) not in seen:
        before = (start, end)
        seen.add(before)
        while start < end and text[start] in EDGE and not text.startswith(NO_CONJUNCTION, start):
            start += 1
        while end > start and text[end - 1] in EDGE:
            end -= 1
        if end - start < 2:
            break
        name = text[start:end]
        if name[0] in QUOTES and matching(name) == len(name) - 1:
            start, end = start + 1, end - 1
            continue
        start, end = balance(text, start, end)
        name = text[start:end]
        # Right behind an opening quote a numeral belongs to the slogan: “四个规模”.
        quoted = text[start - 1 : start] in QUOTES and start > 0
        if not quoted and (match := LEAD.match(name)) and match.end() < len(name):
            start += match.end()
        for tail in TAILS:
            if name.endswith(tail) and len(name) > len(tail) + 1:
                end -= len(tail)
                break
    return start, end


def is_whole(name: str) -> bool:
    """Tell whether `trim_span` leaves a name as it is in any text: nothing is to be trimmed, and no mark in it lacks its partner."""
    paired = not MARK.search(name) or all(name.count(opener) == name.count(closer) for opener, closer in PAIRS)
    return paired and trim_span(name, 0, len(name)) == (0, len(name))


def widen_span(text: str, start: int, end: int, kind: str, acts: frozenset[str] = frozenset()) -> tuple[int, int]:
    """Take in what E1 and E14 count to the name and the tagger often leaves out in front of it.

    That is a level word (市级以上, 省 before a laboratory), a quoted word, and the earlier conjuncts of «X型、Y型» and of a row of
    quoted names.

    Args:
        text: of the statement.
        start: of the span.
        end: of the span.
        kind: its type.
        acts: verbs that are never inside a name.

    Example:
        >>> text = "新增省级以上重点实验室；实施“启航”“续航”计划"
        >>> [text[a:b] for a, b in (widen_span(text, 6, 11, "PLATFORM"), widen_span(text, 18, 24, "PROGRAM"))]
        ['省级以上重点实验室', '“启航”“续航”计划']
    """
    if not may_widen(text, start):
        return start, end
    before = text[max(0, start - WINDOW) : start]
    for pattern, kinds in FRONTS:
        if (not kinds or kind in kinds) and (match := pattern.search(before)):
            if pattern is TYPES and not TYPE_OPENING.match(text[start:end]):
                continue
            if pattern is QUOTED and not text.startswith("“", start):
                continue
            start -= len(before) - match.start("front")
            start += text[start - 1 : start + 1] in acts  # 推进 人才友好型、…: the front began inside a verb
            before = text[max(0, start - WINDOW) : start]
    return start, end


def may_widen(text: str, start: int) -> bool:
    """Tell at a glance whether `widen_span` may take in what stands in front of a span: mostly not."""
    return text[start - 1 : start] in FRONT_LAST and text.endswith(FRONT_ENDS, 0, start)


def matching(name: str) -> int:
    """Give the index of the mark that closes the first one."""
    opener, closer, depth = name[0], QUOTES[name[0]], 0
    for i, c in enumerate(name):
        depth += (c == opener) - (c == closer)
        if depth == 0:
            return i
    return -1


def balance(text: str, start: int, end: int) -> tuple[int, int]:
    """Take in the missing partner of a quote or bracket where it stands right beside the span, else drop the lone mark."""
    if not MARK.search(text, start, end):
        return start, end
    for opener, closer in PAIRS:
        name = text[start:end]
        missing = name.count(opener) - name.count(closer)
        if missing > 0:
            if text[end : end + 1] == closer:
                end += 1
            elif name[0] == opener:
                start += 1
            elif name.rindex(opener) > 0:
                end = start + name.rindex(opener)
        elif missing < 0:
            if name[0] == closer:
                start += 1
            elif start and text[start - 1] == opener:
                start -= 1
            elif name[-1] == closer:
                end -= 1
            elif name.index(closer) < len(name) - 1:
                opened = text.rfind(opener, max(0, start - 12), start)
                start = opened if opened >= 0 else start + name.index(closer) + 1
    return start, end


def is_entity_name(name: str, codebook: Codebook) -> bool:
    """Tell whether a trimmed span may be an entity: not empty, no bare head, not a head with mere rank words (E2, E3)."""
    if len(name) < 2 or name in codebook.bare:
        return False
    if codebook.terms.get(name) or name in codebook.brands:
        return True
    match = RANK.match(name)
    rest = name[match.end() :] if match else name
    return bool(rest) and not (match and match.end() and rest in codebook.bare)


def members_of(name: str, codebook: Codebook) -> tuple[str, ...]:
    """Expand a headless coordination (E14); give () where the span is one name.

    Example:
        >>> from policynlp.codebook import load_codebook
        >>> members_of("国家、省技术中心", load_codebook())
        ('国家技术中心', '省技术中心')
    """
    if "、" not in name or "“" in name or "《" in name:
        return ()
    parts = [p for p in SPLIT.split(NUMERAL.sub("、", name)) if p]
    head = codebook.head_of(name)
    if len(parts) < 2 or head is None:
        return ()
    last = parts[-1]
    if last == head.text:  # 激光、红外、半导体照明三个省级产业技术研究院: the head stands apart
        parts, tail = parts[:-1], last
    else:
        tail = last[1:] if parts[0] in LEVELS and last[:1] in LEVELS else head.text
    return tuple(p if p.endswith(head.text) else p + tail for p in parts)


LEVELS = ("国家", "省", "市", "县", "区", "州")

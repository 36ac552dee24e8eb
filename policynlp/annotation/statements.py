"""Splits a report into statements, exactly and by rule (codebook S4-S9)."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from operator import itemgetter

from policynlp.annotation.outline import LONGEST_HEADING, OutlineLine, close_sections, find_outline, section_of
from policynlp.schema import Report, Section, Statement

__all__ = ["find_statements", "split_line"]

PAIRS = {"”": "“", "’": "‘", "》": "《", "）": "（", ")": "(", "】": "【", "」": "「", "』": "『", "〉": "〈", "］": "［", "]": "["}
OPENERS = frozenset(PAIRS.values())
BRACKET = re.compile("[" + re.escape("".join([*PAIRS, *PAIRS.values()])) + "]")
CLOSERS = frozenset([*PAIRS, '"'])
ENDING = re.compile("[。！？；!?;][。！？；!?;" + re.escape("".join(sorted(CLOSERS))) + "]*")
EDGE = " \t\u3000\u00a0\u200b\ufeff"
NUMBER = "[一二三四五六七八九十]"
ORDINAL = re.compile(
    # Which character can begin an ordinal at all is asked first, because it is asked at every character.
    "(?=[一二三四五六七八九十第首其再然最①-⑳(（])(?:"
    f"(?P<shi>{NUMBER}{{1,2}}是(?:要)?(?![否非因由])|{NUMBER}{{1,2}}要(?=[\u4e00-\u9fff]))[，,：:]?"
    f"|(?P<di>第{NUMBER}{{1,2}})[，,：:、]"
    r"|(?P<shou>首先|其次|再次|然后|最后)[，,：:]"
    r"|(?P<circle>[①-⑳])"
    r"|(?P<round>[(（](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）])[、.．]?)"
)
BEFORE_ORDINAL = frozenset("，,：:。！？；!?;")


def find_statements(report: Report) -> tuple[list[Section], list[Statement]]:
    r"""Find the sections and statements of a report, in reading order.

    Offsets lie in the first copy of what stands twice. Markers and inline ordinals are outside the statements. Title
    and boilerplate lines stay in the list with their role and the class OTHER.

    Returns:
        The sections (headings and run-in headings) and the statements, ids `s0001` onwards, without class except for
        furniture.

    Example:
        >>> from policynlp.reading import make_report
        >>> sections, statements = find_statements(make_report("一、目标。到2025年翻番。\n二、措施\n设立基金；建设平台。"))
        >>> [(s.role, s.text, s.section) for s in statements][:3]
        [('runin_heading', '目标。', ()), ('body', '到2025年翻番。', ('目标',)), ('heading', '措施', ())]
    """
    sections: list[Section] = []
    statements: list[Statement] = []
    stack: list[tuple[int, str]] = []
    for line in find_outline(report):
        if line.level:  # a marked line closes the sections of its level, whether it is a heading itself or not
            close_sections(stack, line.level)
        for role, marker, start, end in units_of(report.text, line):
            text = report.text[start:end]
            path = tuple(title for _, title in stack)
            first, last = start - line.home, end - line.home
            if role in ("heading", "runin_heading"):
                section = section_of(text.rstrip("。！？；;!?：: "), line.level, line.marker, first, last, stack)
                sections.append(section)
                path = section.path
            furniture = role in ("title", "boilerplate")
            statements.append(
                Statement(
                    id=f"s{len(statements) + 1:04d}",
                    role=role,
                    start=first,
                    end=last,
                    text=text,
                    marker=marker,
                    section=() if furniture else path,
                    paragraph=line.line.start - line.home,
                    kind="OTHER" if furniture else "",
                    score=1.0 if furniture else 0.0,
                    subtype="boilerplate" if furniture else "",
                    rule="C0" if furniture else "",
                    copies=tuple((first + shift, last + shift) for shift in line.copies),
                )
            )
    return sections, statements


def units_of(text: str, line: OutlineLine) -> Iterator[tuple[str, str, int, int]]:
    """Give role, marker, start and end of each statement of a line."""
    if line.role != "body":
        yield line.role, line.marker, line.body, line.line.end
        return
    units = split_line(text[line.body : line.line.end])
    for number, (marker, start, end) in enumerate(units):
        runin = number == 0 and line.level > 0 and len(units) > 1 and end - start <= LONGEST_HEADING
        yield "runin_heading" if runin else "body", line.marker + marker if number == 0 else marker, line.body + start, line.body + end


def split_line(text: str) -> list[tuple[str, int, int]]:
    """Split one line into statements.

    Returns:
        Inline ordinal («一是» or ""), start and end of each, without outer white space.

    Example:
        >>> split_line("做好两件事：一是设立基金；二是建设平台。")
        [('', 0, 6), ('一是', 8, 13), ('二是', 15, 20)]
        >>> split_line("实施“做强！做大！”行动。完成。")
        [('', 0, 13), ('', 13, 16)]
    """
    quoted = quoted_parts(text)
    cuts = {run.end() for run in ENDING.finditer(text) if not is_within(run.start(), quoted)}  # closing quotes go with the sentence
    ordinals = [m for m in ORDINAL.finditer(text) if m["round"] or not is_within(m.start(), quoted)]
    ordinals = [m for m in ordinals if is_item_start(text, m.start(), cuts)]
    families = Counter(m.lastgroup for m in ordinals)
    # At the start of a line one «四是» is enough: its sisters open the lines above and below.
    items = {m.start(): m for m in ordinals if families[m.lastgroup] >= 2 or (m["shi"] and not m.start())}
    bounds = sorted({0, *cuts, *items, len(text)})
    units = []
    for start, end in itertools.pairwise(bounds):
        marker = ""
        if start in items:
            marker, start = text[start : items[start].end()].rstrip("，,：:、"), items[start].end()
        body = text[start:end]
        start += len(body) - len(body.lstrip(EDGE))
        end -= len(body) - len(body.rstrip(EDGE))
        if end > start:
            units.append((marker, start, end))
    return units


def is_item_start(text: str, at: int, cuts: set[int]) -> bool:
    before = at - 1
    while before >= 0 and text[before] in EDGE:
        before -= 1
    return before < 0 or at in cuts or text[before] in BEFORE_ORDINAL


def quoted_parts(text: str) -> list[tuple[int, int]]:
    """Find the parts in matched quotes and brackets, outermost ones, in order; unmatched marks enclose nothing."""
    waiting: dict[str, list[int]] = {opener: [] for opener in OPENERS}
    parts: list[tuple[int, int]] = []
    for match in BRACKET.finditer(text):
        mark = match.group()
        if mark in OPENERS:
            waiting[mark].append(match.start())
        elif waiting[PAIRS[mark]]:
            start = waiting[PAIRS[mark]].pop()
            while parts and parts[-1][1] > start:  # this pair reaches over the last ones
                start = min(start, parts.pop()[0])
            parts.append((start, match.end()))
    return parts


def is_within(at: int, parts: list[tuple[int, int]]) -> bool:
    i = bisect_right(parts, at, key=itemgetter(0)) - 1
    return i >= 0 and at < parts[i][1]

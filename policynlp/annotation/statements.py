"""Splits a report into statements, exactly and by rule (codebook S4-S9)."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections import Counter
from dataclasses import replace
from functools import lru_cache

from policynlp.annotation.outline import LONGEST_HEADING, OutlineLine, close_sections, find_outline, section_of
from policynlp.schema import Report, Section, Statement, maker

__all__ = ["find_statements", "split_line"]

PAIRS = {"”": "“", "’": "‘", "》": "《", "）": "（", ")": "(", "】": "【", "」": "「", "』": "『", "〉": "〈", "］": "［", "]": "["}
CLOSERS = frozenset([*PAIRS, '"'])
ENDING = re.compile("[。！？；!?;][。！？；!?;" + re.escape("".join(sorted(CLOSERS))) + "]*")
EDGE = " \t\u3000\u00a0\u200b\ufeff"
NUMBER = "[一二三四五六七八九十]"
ORDINAL = re.compile(
    f"(?P<shi>{NUMBER}{{1,2}}是(?:要)?(?![否非因由])|{NUMBER}{{1,2}}要(?=[\u4e00-\u9fff]))[，,：:]?"
    f"|(?P<di>第{NUMBER}{{1,2}})[，,：:、]"
    r"|(?P<shou>首先|其次|再次|然后|最后)[，,：:]"
    r"|(?P<circle>[①-⑳])"
    r"|(?P<round>[(（](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）])[、.．]?"
)
BEFORE_ORDINAL = frozenset("，,：:。！？；!?;")
# What an ordinal can stand behind, so that it isn't looked for at every character.
LEAD = re.compile(
    f"[{re.escape(''.join(sorted(BEFORE_ORDINAL | CLOSERS)))}][{EDGE}]*(?=[一二三四五六七八九十第首其再然最①-⑳(（])(?={ORDINAL.pattern})"
)
HELD = re.escape("".join(sorted({*PAIRS.values()} | CLOSERS | BEFORE_ORDINAL)))
# A quote or bracket, or a pair of them that holds nothing where a statement could end or begin.
BRACKET = re.compile("|".join(rf"\{opener}(?:[^{HELD}]*\{closer})?|\{closer}" for closer, opener in PAIRS.items()))
make_statement = maker(Statement)


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
        path = tuple([title for _, title in stack])
        home, paragraph = line.home, line.line.start - line.home
        for role, marker, start, end in units_of(report.text, line):
            number, text, first, last = statement_id(len(statements) + 1), report.text[start:end], start - home, end - home
            copies = tuple([(first + shift, last + shift) for shift in line.copies]) if line.copies else ()
            if role in ("title", "boilerplate"):
                decided = make_statement(
                    number, role, first, last, text, marker, (), paragraph, "OTHER", 1.0, (), "C0", "boilerplate", copies=copies
                )
                statements.append(decided)
                continue
            read = make_statement(number, role, first, last, text, marker, path, paragraph)
            statements.append(replace(read, copies=copies) if copies else read)
            if role != "body":
                section = section_of(text.rstrip("。！？；;!?：: "), line.level, line.marker, first, last, stack)
                sections.append(section)
                path = (*path, section.title)
    return sections, statements


@lru_cache(maxsize=16_384)
def statement_id(number: int) -> str:
    """Give the id of the statement with this number: the same strings serve every report."""
    return f"s{number:04d}"


def units_of(text: str, line: OutlineLine) -> list[tuple[str, str, int, int]]:
    """Give role, marker, start and end of each statement of a line."""
    if line.role != "body":
        return [(line.role, line.marker, line.body, line.line.end)]
    body = line.body
    units = [("body", marker, body + start, body + end) for marker, start, end in split_line(text[body : line.line.end])]
    if units and line.marker:
        _, marker, start, end = units[0]
        runin = len(units) > 1 and end - start <= LONGEST_HEADING
        units[0] = "runin_heading" if runin else "body", line.marker + marker, start, end
    return units


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
    items = find_items(text, quoted, cuts)
    bounds = sorted({0, *cuts, *items, len(text)})
    units = []
    for start, end in itertools.pairwise(bounds):
        marker = ""
        if start in items:
            marker, start = text[start : items[start]].rstrip("，,：:、"), items[start]
        body = text[start:end].lstrip(EDGE)
        if body:
            start = end - len(body)
            units.append((marker, start, start + len(body.rstrip(EDGE))))
    return units


def find_items(text: str, quoted: list[int], cuts: set[int]) -> dict[int, int]:
    """Find the inline ordinals that open items: where each begins and ends."""
    places = [len(text) - len(text.lstrip(EDGE)), *[lead.end() for lead in LEAD.finditer(text)]]
    ordinals = [m for place in places if (m := ORDINAL.match(text, place)) and (m["round"] or not is_within(place, quoted))]
    ordinals = [m for m in ordinals if is_item_start(text, m.start(), cuts)]
    families = Counter([m.lastgroup for m in ordinals]) if len(ordinals) > 1 else {}
    # At the start of a line one «四是» is enough: its sisters open the lines above and below.
    return {m.start(): m.end() for m in ordinals if families.get(m.lastgroup, 0) >= 2 or (m["shi"] and not m.start())}


def is_item_start(text: str, at: int, cuts: set[int]) -> bool:
    before = at - 1
    while before >= 0 and text[before] in EDGE:
        before -= 1
    return before < 0 or at in cuts or text[before] in BEFORE_ORDINAL


def quoted_parts(text: str) -> list[int]:
    """Find the parts in matched quotes and brackets, outermost ones: where each begins and ends, in one row.

    Unmatched marks enclose nothing. Parts in which nothing could end or begin are left out.
    """
    waiting: dict[str, list[int]] = {}
    edges: list[int] = []
    for match in BRACKET.finditer(text):
        mark = match[0]
        if len(mark) > 1:
            continue
        opener = PAIRS.get(mark)
        if opener is None:
            waiting.setdefault(mark, []).append(match.start())
        elif opened := waiting.get(opener):
            start = opened.pop()
            while edges and edges[-1] > start:  # this pair reaches over the last ones
                edges.pop()
                start = min(start, edges.pop())
            edges += start, match.end()
    return edges


def is_within(at: int, edges: list[int]) -> bool:
    """Tell whether a place lies in one of the parts with these edges."""
    return bool(edges) and bisect_right(edges, at) % 2 == 1

"""Headings and reading order: which lines count, in what order, under which headings (codebook S1-S4)."""

from __future__ import annotations

import re
from typing import NamedTuple

from policynlp.reading.lines import Line, find_lines
from policynlp.schema import Report, Section

__all__ = ["LONGEST_HEADING", "MARKER", "OutlineLine", "close_sections", "find_outline", "match_marker", "section_of"]

LONGEST_HEADING = 50
NUMERALS = "一二三四五六七八九十百零〇两"
# Outer to inner. A dot before a digit is a decimal and no marker.
LEVELS = (
    rf"第[{NUMERALS}\d]{{1,4}}[章篇编]",
    rf"第[{NUMERALS}\d]{{1,4}}节",
    rf"[{NUMERALS}]{{1,4}}、",
    rf"[(（][{NUMERALS}]{{1,4}}[)）]、?",
    r"\d{1,3}(?:[.．](?!\d)|、)",
    r"[(（]\d{1,3}[)）]、?",
)
MARKER = re.compile("|".join(f"(?P<l{level}>{pattern})" for level, pattern in enumerate(LEVELS, 1)))
SPACE = re.compile(r"[ \t\u3000\u00a0]*")
TERMINATORS = "。！？；!?;：:"


class OutlineLine(NamedTuple):
    """A line in reading order.

    Attributes:
        line: the stripped line; its offsets lie in the copy that decides the order.
        home: what to subtract from its offsets to reach the first copy.
        copies: what to add to the first copy's offsets to reach the other copies.
        role: title, boilerplate, heading or body.
        marker: its heading marker, or "".
        body: the offset where the text after the marker begins.
        level: 1 to 6 by marker, 0 without one.
    """

    line: Line
    home: int
    copies: tuple[int, ...]
    role: str
    marker: str
    body: int
    level: int


def match_marker(text: str) -> tuple[str, int, int]:
    """Match a heading marker at the start of a line.

    Returns:
        The marker, its level (1 to 6; 0 without one) and the index where the text after it begins.

    Example:
        >>> match_marker("(一) 培育产业"), match_marker("3.5亿元")
        (('(一)', 4, 4), ('', 0, 0))
    """
    match = MARKER.match(text)
    if not match or match.lastgroup is None:
        return "", 0, 0
    space = SPACE.match(text, match.end())
    return match.group(), int(match.lastgroup[1:]), space.end() if space else match.end()


def find_outline(report: Report) -> list[OutlineLine]:
    r"""Put the lines of a report in reading order and find their role.

    Of a block that stands several times the last copy decides the place; the first gives the offsets.

    Returns:
        One `OutlineLine` a line that is read, second copies left out.

    Example:
        >>> from policynlp.reading import make_report
        >>> [(o.role, o.marker) for o in find_outline(make_report("一、目标\n力争翻番。"))]
        [('heading', '一、'), ('body', '')]
    """
    furniture = {f.start: f.kind for f in report.furniture}
    outline = []
    lines = find_lines(report.text)
    skipped, homes, copies = copy_tables(report, lines)
    for line in lines:
        if line.start in skipped:
            continue
        home = homes.get(line.start, 0)
        role = furniture.get(line.start, "")
        marker, level, body = ("", 0, 0) if role else match_marker(line.text)
        if not role:
            role = "heading" if marker and is_heading(line.text[body:]) else "body"
        outline.append(OutlineLine(line, home, copies.get(line.start - home, ()), role, marker, line.start + body, level))
    return outline


def copy_tables(report: Report, lines: list[Line]) -> tuple[set[int], dict[int, int], dict[int, tuple[int, ...]]]:
    """Work out which lines to skip, how far the kept ones are from their first copy, and where the others stand.

    Several copies of one block chain: each copy points to the first, and all but the last are skipped.
    """
    first: dict[int, int] = {}  # start of a line in a copy -> start of the same line in the first copy
    spans = sorted(report.duplicates, key=lambda d: d.copy_start)
    position = 0
    for duplicate in spans:
        while position < len(lines) and lines[position].start < duplicate.copy_start:
            position += 1
        k = position
        while k < len(lines) and lines[k].start < duplicate.copy_end:
            origin = lines[k].start - duplicate.shift
            first[lines[k].start] = first.get(origin, origin)
            k += 1
    last: dict[int, int] = {}
    places: dict[int, list[int]] = {}
    for start, origin in first.items():
        last[origin] = max(last.get(origin, origin), start)
        places.setdefault(origin, []).append(start - origin)
    skipped = {*first, *last} - set(last.values())
    homes = {start: start - origin for origin, start in last.items()}
    return skipped, homes, {origin: tuple(shifts) for origin, shifts in places.items()}


def is_heading(rest: str) -> bool:
    """Tell whether a marked line is a heading: one unit of at most 50 characters without terminator or colon at its end."""
    return 0 < len(rest) <= LONGEST_HEADING and rest[-1] not in TERMINATORS and not any(c in "。！？；;!?" for c in rest)


def close_sections(stack: list[tuple[int, str]], level: int) -> None:
    """Leave the sections of this level and below."""
    while stack and stack[-1][0] >= level:
        stack.pop()


def section_of(title: str, level: int, marker: str, start: int, end: int, stack: list[tuple[int, str]]) -> Section:
    """Give the section that a heading opens, and enter it into the stack of enclosing headings."""
    path = tuple(t for _, t in stack)
    stack.append((level, title))
    return Section(level, marker, title, start, end, path)

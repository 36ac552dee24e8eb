"""From the lines of printed pages to paragraphs: page numbers and running heads go, broken lines are rejoined."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from policynlp.reading.content import CELL, clean_line, join_cells

__all__ = ["CELL_GAP", "PageLine", "join_pages"]

CELL_GAP = 1.0  # heights between two pieces of one line from which they are cells of a table row

EDGE_LINES = 2  # how many lines from the top and the bottom of a page may be running heads
REPEATED = 0.5  # of the pages must bear a line at the same edge for it to be a running head
LONGEST_HEAD = 60
DIGITS = re.compile(r"\d{1,6}")
BARE_NUMBER = re.compile(r"(\d{1,4})")
# «- 3 -», «第 3 页», «第3页 共9页», «3/9»: a page number whatever the others are.
PAGE_NUMBER = re.compile(
    r"[-—–·•]{1,3}\s?\d{1,4}\s?[-—–·•]{1,3}|第\s?\d{1,4}\s?页(?:\s?[/，,]?\s?共\s?\d{1,4}\s?页)?|\d{1,4}\s?/\s?\d{1,4}"
)
SPACES = re.compile(r"\s+")
ENDED = "。！？；!?;：:"
# What opens a paragraph of its own even where the line before it is full.
OPENING = re.compile(
    r"第[一二三四五六七八九十百\d]{1,4}[章节篇编]|[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,3}[.．、](?!\d)"
)
WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…]")
FULL_WITHIN = 2.0  # character heights between the end of a line and the right edge of the column
NEARLY_FULL = 0.8  # of the column's width
INDENTED_FROM = 1.2  # character heights between the left edge of the column and the start of a line
GAP = 1.6  # times the usual distance between two lines


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line on a page: its text and its box; units don't matter, `top` grows downwards.

    The cells of a table row are parted by tabs.
    """

    text: str
    left: float
    right: float
    top: float
    height: float


def join_pages(pages: Sequence[Sequence[PageLine]]) -> tuple[list[str], list[str]]:
    """Join the lines of all pages to paragraphs.

    Returns:
        The paragraphs, and the lines that were left out as page numbers and running heads.

    Example:
        >>> line = PageLine("支持企业建设创新平", 10, 100, 10, 10)
        >>> join_pages([[line, PageLine("台。", 10, 30, 22, 10), PageLine("- 1 -", 50, 60, 90, 10)]])
        (['支持企业建设创新平台。'], ['- 1 -'])
    """
    heads = running_heads(pages)
    omitted = [pages[page][i].text for page, i in sorted(heads)]
    paragraphs: list[str] = []
    open_end = False
    for number, page in enumerate(pages):
        kept = [line for i, line in enumerate(page) if (number, i) not in heads]
        edges = columns(kept)
        pitch = line_pitch(kept)
        for i, (line, (left, right)) in enumerate(zip(kept, edges, strict=True)):
            apart = i > 0 and line.top - kept[i - 1].top > GAP * pitch > 0
            indented = line.left - left > INDENTED_FROM * line.height
            opens = OPENING.match(line.text) and (not paragraphs or paragraphs[-1][-1:] in ENDED)
            row = CELL in line.text
            if open_end and paragraphs and not apart and not indented and not opens and not row:
                paragraphs[-1] = glue(paragraphs[-1], line.text)
            else:
                paragraphs.append(line.text)
            # A ragged edge comes from digits and Latin letters; a line that breaks off inside a sentence goes on.
            broken = line.text[-1:] not in ENDED and line.right - left >= NEARLY_FULL * (right - left)
            open_end = not row and (broken or right - line.right <= FULL_WITHIN * line.height)
    return [tidy for tidy in map(tidy_paragraph, paragraphs) if tidy], omitted


def tidy_paragraph(text: str) -> str:
    return join_cells(text.split(CELL)) if CELL in text else clean_line(text)


def glue(before: str, after: str) -> str:
    """Join two halves of a paragraph: a space between words of Latin letters, none between characters."""
    if before.endswith("\u00ad"):
        return before[:-1] + after
    if not before or not after or WIDE.match(before[-1]) or WIDE.match(after[0]):
        return before + after
    return f"{before} {after}"


def columns(lines: Sequence[PageLine]) -> list[tuple[float, float]]:
    """Give each line the left and right edge of its column: those of the lines that stand above or below it."""
    if not lines:
        return []
    middle = (min(line.left for line in lines) + max(line.right for line in lines)) / 2
    sides = [("left" if line.right <= middle else "right" if line.left >= middle else "both") for line in lines]
    edges = {}
    for side in set(sides):
        # A page in two columns has full lines on both sides; else short lines belong to the wide column.
        alone = side != "both" and Counter(sides)[side] > len(lines) / 4 and Counter(sides)["both"] < len(lines) / 4
        group = [line for line, own in zip(lines, sides, strict=True) if own == side or not alone]
        edges[side] = (min(line.left for line in group), max(line.right for line in group))
    return [edges[side] for side in sides]


def line_pitch(lines: Sequence[PageLine]) -> float:
    steps = [b.top - a.top for a, b in pairwise(lines) if b.top > a.top]
    return median(steps) if steps else 0.0


def running_heads(pages: Sequence[Sequence[PageLine]]) -> set[tuple[int, int]]:
    """Find page numbers and running heads: (page, line)."""
    edges = [(number, i, place) for number, page in enumerate(pages) for i, place in edge_places(len(page))]
    needed = max(2, REPEATED * sum(bool(page) for page in pages))
    shapes: Counter[tuple[str, int]] = Counter()
    offsets: Counter[int] = Counter()
    for number, i, place in edges:
        text = SPACES.sub("", pages[number][i].text)
        if match := BARE_NUMBER.fullmatch(text):
            offsets[int(match[1]) - number] += 1
        elif len(text) <= LONGEST_HEAD:
            shapes[DIGITS.sub("#", text), place] += 1
    if len(pages) == 1:
        needed, offsets = 2, Counter({1: 2})  # a lone page can only be number 1
    found = set()
    for number, i, place in edges:
        text = SPACES.sub("", pages[number][i].text)
        bare = BARE_NUMBER.fullmatch(text)
        if (
            PAGE_NUMBER.fullmatch(text)
            or (bare and offsets[int(bare[1]) - number] >= needed)
            or shapes[DIGITS.sub("#", text), place] >= needed
        ):
            found.add((number, i))
    return found


def edge_places(count: int) -> list[tuple[int, int]]:
    """Give the lines at the top and bottom of a page with their place: 0, 1 from above, -1, -2 from below."""
    top = min(EDGE_LINES, count)
    return [(i, i) for i in range(top)] + [(i, i - count) for i in range(max(top, count - EDGE_LINES), count)]

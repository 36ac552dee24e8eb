"""Blocks of lines that stand twice in one file (codebook S3), exactly or nearly."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from policynlp.reading.lines import Line
from policynlp.schema import Duplicate

__all__ = ["find_duplicates", "find_near_duplicates"]

MIN_LINES = 3
MIN_CHARS = 60
# A line that recurs more often than this is furniture; following all its pairs would cost quadratic time.
MAX_PLACES = 20
CLAUSE = re.compile(r"[^，,；;。！？!?：:、\s]{6,}")  # shorter clauses are set phrases
GRAM = 3
MIN_NEAR = 40  # characters of a line that is compared with others
ANCHORS = 8  # the longest clauses of a line lead to the lines that resemble it
LONGEST = 3000  # of a longer line only the beginning is compared, so that one line costs bounded time


def find_duplicates(lines: Sequence[Line]) -> list[Duplicate]:
    r"""Find second copies: at least three consecutive lines of together 60 characters, or one line of 60.

    Each line belongs to at most one copy. A single short line is never a duplicate by itself. Time grows linearly.

    Example:
        >>> from policynlp.reading.lines import find_lines
        >>> block = "一、总体要求\n" + "坚持创新发展。" * 9 + "\n二、重点工作\n"
        >>> find_duplicates(find_lines(block + "新的引言。\n" + block))
        [Duplicate(start=0, end=77, copy_start=84, copy_end=161, lines=3, similarity=1.0)]
    """
    duplicates = []
    taken: set[int] = set()
    for first, copy, n in sorted(find_runs(lines), key=lambda run: (-run[2], run)):
        n = min(n, copy - first)  # a run that overlaps itself is a repeated line, not a copied block
        lengths = [len(lines[copy + k].text) for k in range(n)]
        if sum(lengths) < MIN_CHARS or (1 < n < MIN_LINES and max(lengths) < MIN_CHARS):
            continue
        if taken.isdisjoint(range(copy, copy + n)):
            taken.update(range(copy, copy + n))
            last = n - 1
            duplicates.append(Duplicate(lines[first].start, lines[first + last].end, lines[copy].start, lines[copy + last].end, n))
    return sorted(duplicates, key=lambda d: d.copy_start)


def find_runs(lines: Sequence[Line]) -> list[tuple[int, int, int]]:
    """Find runs of equal lines: the index of the first line, of its copy, and the number of lines."""
    again = repeated_texts(lines)
    if not again:
        return []
    places: dict[str, list[int]] = defaultdict(list)
    running: dict[int, int] = {}  # index of the earlier line -> length of the run that ends there
    found: list[tuple[int, int, int]] = []
    for i, line in enumerate(lines):
        earlier = places[line.text] if line.text in again else []
        grown = {j: running.get(j - 1, 0) + 1 for j in earlier[-MAX_PLACES:]}
        found.extend((j - n + 1, i - n, n) for j, n in running.items() if j + 1 not in grown)
        running = grown
        earlier.append(i)
    found.extend((j - n + 1, len(lines) - n, n) for j, n in running.items())
    return found


def repeated_texts(lines: Iterable[Line]) -> set[str]:
    """The lines that stand more than once; a place is kept for no other, which saves a list a line."""
    seen: set[str] = set()
    again: set[str] = set()
    for line in lines:
        (again if line.text in seen else seen).add(line.text)
    return again


def find_near_duplicates(lines: Sequence[Line], duplicates: Iterable[Duplicate] = (), *, min_similarity: float = 0.8) -> list[Duplicate]:
    r"""Find blocks that stand twice with small differences. They are reported, never merged.

    Lines of at least 40 characters are compared with the earlier line with which they share the most text in clauses;
    neighbouring pairs form a block. Time grows linearly.

    Args:
        lines: of the text.
        duplicates: the exact second copies, which are left out.
        min_similarity: the least share of three-character pieces that both lines have (Dice), from 0 to 1.

    Returns:
        Blocks in order, `similarity` weighted by length; `lines` counts those of the later one.

    Source: clauses as anchors follow the idea of Manber 1994, Finding similar files in a large file system.

    Example:
        >>> from policynlp.reading.lines import find_lines
        >>> line = "全年新增高新技术企业22家，研发投入强度达到2.9%，药业二期等9个项目竣工投产，完成工业投资41亿元，健康食品产业加快发展。"
        >>> [found] = find_near_duplicates(find_lines(line + "\n" + line.replace("22", "23")))
        >>> found.lines, round(found.similarity, 2)
        (1, 0.95)
    """
    copied = {start for d in duplicates for start in starts_in(lines, d.copy_start, d.copy_end)}
    index = [i for i, line in enumerate(lines) if len(line.text) >= MIN_NEAR and line.start not in copied]
    pairs = []
    for later, earlier in match_lines([lines[i].text for i in index]):
        likeness = dice(lines[index[earlier]].text, lines[index[later]].text)
        if likeness >= min_similarity:
            pairs.append((earlier, later, likeness))
    return [join_block(lines, index, block) for block in blocks_of(pairs)]


def starts_in(lines: Sequence[Line], start: int, end: int) -> Iterable[int]:
    at = bisect_left(lines, start, key=lambda line: line.start)
    while at < len(lines) and lines[at].start < end:
        yield lines[at].start
        at += 1


def match_lines(texts: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Give each text with the earlier one that shares most of its rarer clauses: index of the later, of the earlier."""
    places: dict[str, list[int]] = {}
    for later, text in enumerate(texts):
        shared: Counter[int] = Counter()
        clauses = sorted(set(CLAUSE.findall(text[:LONGEST])), key=lambda clause: (-len(clause), clause))[:ANCHORS]
        for clause in clauses:
            for earlier in places.get(clause, ()):
                shared[earlier] += len(clause)
        for clause in clauses:
            known = places.setdefault(clause, [])
            if len(known) < MAX_PLACES:
                known.append(later)
        if shared:
            yield later, max(shared, key=lambda earlier: (shared[earlier], -earlier))


def dice(one: str, other: str) -> float:
    """Give the share of three-character pieces that two texts have in common, counted as often as they stand."""
    a, b = grams(one), grams(other)
    return 2 * (a & b).total() / max(1, a.total() + b.total())


def grams(text: str) -> Counter[str]:
    return Counter(text[k : k + GRAM] for k in range(min(len(text) - GRAM + 1, LONGEST)))


def blocks_of(pairs: Sequence[tuple[int, int, float]]) -> list[list[tuple[int, int, float]]]:
    """Put pairs whose both members follow each other into one block."""
    blocks = [[pair] for pair in pairs[:1]]
    for before, pair in pairwise(pairs):
        if pair[0] == before[0] + 1 and pair[1] == before[1] + 1 and pair[0] < blocks[-1][0][1]:
            blocks[-1].append(pair)
        else:
            blocks.append([pair])
    return blocks


def join_block(lines: Sequence[Line], index: Sequence[int], block: Sequence[tuple[int, int, float]]) -> Duplicate:
    first, copy = index[block[0][0]], index[block[0][1]]
    last, copy_last = index[block[-1][0]], index[block[-1][1]]
    weights = [len(lines[index[later]].text) for _, later, _ in block]
    likeness = sum(weight * share for weight, (_, _, share) in zip(weights, block, strict=True)) / sum(weights)
    return Duplicate(lines[first].start, lines[last].end, lines[copy].start, lines[copy_last].end, copy_last - copy + 1, round(likeness, 4))

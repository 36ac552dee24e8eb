"""Blocks of lines that stand twice in one file (codebook S3)."""

from __future__ import annotations

from collections import defaultdict

from policynlp.reading.lines import Line
from policynlp.schema import Duplicate

__all__ = ["find_duplicates"]

MIN_LINES = 3
MIN_CHARS = 60
# A line that recurs more often than this is furniture; following all its pairs would cost quadratic time.
MAX_PLACES = 20


def find_duplicates(lines: list[Line]) -> list[Duplicate]:
    r"""Find second copies: at least three consecutive lines of together 60 characters, or one line of 60.

    Each line belongs to at most one copy. A single short line is never a duplicate by itself.

    Example:
        >>> from policynlp.reading.lines import find_lines
        >>> block = "一、总体要求\n" + "坚持创新发展。" * 9 + "\n二、重点工作\n"
        >>> find_duplicates(find_lines(block + "新的引言。\n" + block))
        [Duplicate(start=0, end=77, copy_start=84, copy_end=161, lines=3)]
    """
    places: dict[str, list[int]] = defaultdict(list)
    running: dict[int, int] = {}  # index of the earlier line -> length of the run that ends there
    found: list[tuple[int, int, int]] = []  # first line, copy line, number of lines
    for i, line in enumerate(lines):
        earlier = places[line.text]
        grown = {j: running.get(j - 1, 0) + 1 for j in earlier[-MAX_PLACES:]}
        found.extend((j - n + 1, i - n, n) for j, n in running.items() if j + 1 not in grown)
        running = grown
        earlier.append(i)
    found.extend((j - n + 1, len(lines) - n, n) for j, n in running.items())

    duplicates = []
    taken: set[int] = set()
    for first, copy, n in sorted(found, key=lambda run: (-run[2], run)):
        n = min(n, copy - first)  # a run that overlaps itself is a repeated line, not a copied block
        chars = sum(len(lines[copy + k].text) for k in range(n))
        if chars < MIN_CHARS or (1 < n < MIN_LINES and max(len(lines[copy + k].text) for k in range(n)) < MIN_CHARS):
            continue
        if taken.isdisjoint(range(copy, copy + n)):
            taken.update(range(copy, copy + n))
            last = n - 1
            duplicates.append(Duplicate(lines[first].start, lines[first + last].end, lines[copy].start, lines[copy + last].end, n))
    return sorted(duplicates, key=lambda d: d.copy_start)

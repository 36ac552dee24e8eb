"""The lines of a text with their offsets, stripped of outer white space (codebook S1)."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Line", "find_lines"]

BLANK = " \t\u3000\u00a0\u200b\ufeff"
BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"  # where `splitlines` splits


class Line(NamedTuple):
    """A line that is not empty: `text[start:end]` without the white space around it."""

    start: int
    end: int
    text: str


def find_lines(text: str) -> list[Line]:
    r"""Find the lines of a text; empty ones vanish.

    Example:
        >>> find_lines("一、目标\n\n  力争翻番。")
        [Line(start=0, end=4, text='一、目标'), Line(start=8, end=13, text='力争翻番。')]
    """
    lines = []
    begin = 0
    for raw in text.splitlines(keepends=True):
        body = raw.strip(BLANK + BREAKS)
        if body:
            start = begin + raw.index(body[0])
            lines.append(Line(start, start + len(body), body))
        begin += len(raw)
    return lines

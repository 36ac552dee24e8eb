"""The lines of a text with their offsets, stripped of outer white space (codebook S1)."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Line", "find_lines"]

LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
BLANK = " \t\u3000\u00a0\u200b\ufeff"


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
    for match in LINE.finditer(text):
        raw = match.group()
        body = raw.strip(BLANK)
        if body:
            start = match.start() + raw.index(body[0])
            lines.append(Line(start, start + len(body), body))
    return lines

"""The numbers that Word puts before paragraphs and does not store in their text: 一、 (一) 1."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["Numbering", "chinese_number"]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DIGITS = "零一二三四五六七八九"
CHINESE_FORMATS = frozenset(
    {"chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting", "taiwaneseCountingThousand"}
)
SLOT = re.compile(r"%(\d)")
LARGEST = 99_999


class Numbering:
    """The numbered lists of one document; `marker` counts, so it is asked once a paragraph and in order."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        self.levels: dict[tuple[str, int], tuple[str, str, int]] = {}  # (list, level) -> format, text, first number
        self.lists: dict[str, str] = {}  # list -> its definition
        self.styles: dict[str, Any] = {}
        self.counts: dict[tuple[str, int], int] = {}
        for definition in numbering.iter(f"{W}abstractNum") if numbering is not None else ():
            for level in definition.iter(f"{W}lvl"):
                key = (attribute(definition, "abstractNumId"), number(attribute(level, "ilvl")))
                self.levels[key] = (value(level, "numFmt"), value(level, "lvlText"), number(value(level, "start"), 1))
        for used in numbering.iter(f"{W}num") if numbering is not None else ():
            self.lists[attribute(used, "numId")] = value(used, "abstractNumId")
        for style in styles.iter(f"{W}style") if styles is not None else ():
            self.styles[attribute(style, "styleId")] = style.find(f"{W}pPr/{W}numPr")

    def marker(self, paragraph: Any) -> str:
        """Give what Word shows before a paragraph: «一、», «1. », or "" where it is not numbered."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        properties = own if own is not None else self.styles.get(attribute(style, "val")) if style is not None else None
        if properties is None:
            return ""
        definition, level = self.lists.get(value(properties, "numId"), ""), number(value(properties, "ilvl"))
        if (definition, level) not in self.levels:
            return ""
        kind, pattern, first = self.levels[definition, level]
        self.counts[definition, level] = self.counts.get((definition, level), first - 1) + 1
        for key in [k for k in self.counts if k[0] == definition and k[1] > level]:
            del self.counts[key]
        if kind in ("bullet", "none", ""):
            return ""
        return SLOT.sub(lambda slot: self.written(definition, int(slot[1]) - 1), pattern)

    def written(self, definition: str, level: int) -> str:
        """Write the count that a level stands at."""
        kind, _, first = self.levels.get((definition, level), ("decimal", "", 1))
        count = self.counts.get((definition, level), first)
        return chinese_number(count) if kind in CHINESE_FORMATS else str(count)


def chinese_number(count: int) -> str:
    """Write a number as Word counts paragraphs.

    Example:
        >>> [chinese_number(n) for n in (3, 10, 12, 21, 105)]
        ['三', '十', '十二', '二十一', '一百零五']
    """
    if not 0 < count <= LARGEST:
        return str(count)
    text, gap = "", False
    for unit, name in ((10_000, "万"), (1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, count = divmod(count, unit)
        if digit:
            text += ("零" if gap else "") + DIGITS[digit] + name
        gap = bool(text) and not digit
    return text[1:] if text.startswith("一十") else text


def attribute(element: Any, name: str) -> str:
    return str(element.get(f"{W}{name}", ""))


def value(element: Any, child: str) -> str:
    found = element.find(f"{W}{child}")
    return attribute(found, "val") if found is not None else ""


def number(text: str, otherwise: int = 0) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise

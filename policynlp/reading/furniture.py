"""Page furniture: title, date, source, menus (codebook S2). Marked, never cut."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Any

from policynlp.reading.lines import Line
from policynlp.resources import data_path
from policynlp.schema import Furniture

__all__ = ["find_furniture"]

MARKED_LINE = re.compile(
    r"(?:第[一二三四五六七八九十百\d]{1,4}[章节]|[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、])"
)


@cache
def rules() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads(data_path("codebook", "furniture.toml").read_text("utf-8"))
    table["pattern"] = [(row["name"], re.compile(row["regex"])) for row in table["pattern"]]
    return table


def find_furniture(lines: list[Line]) -> tuple[list[Furniture], dict[str, str]]:
    r"""Find the title and the lines of the page, and the metadata that they state.

    The first line is the title if it is short, holds no full stop, carries no heading marker and more text follows.

    Returns:
        The furniture in order, and a dict that may hold `title`, `published` and `source` as written.

    Example:
        >>> from policynlp.reading.lines import find_lines
        >>> marked, facts = find_furniture(find_lines("青岭高新区\n来源:科技局\n培育产业。"))
        >>> [(f.kind, f.text) for f in marked], facts
        ([('title', '青岭高新区'), ('boilerplate', '来源:科技局')], {'title': '青岭高新区', 'source': '科技局'})
    """
    found: list[Furniture] = []
    facts: dict[str, str] = {}
    table = rules()
    for number, line in enumerate(lines):
        if len(line.text) > table["longest"]:
            continue
        for name, pattern in table["pattern"]:
            if match := pattern.fullmatch(line.text):
                found.append(Furniture("boilerplate", line.start, line.end, line.text, name))
                for key, value in match.groupdict().items():
                    if value:
                        facts.setdefault(key, value)
                break
        else:
            if is_title(number, line, lines, table["title_longest"]):
                found.append(Furniture("title", line.start, line.end, line.text, "first line"))
                facts["title"] = line.text
    return found, facts


def is_title(number: int, line: Line, lines: list[Line], longest: int) -> bool:
    return number == 0 and len(lines) > 1 and len(line.text) <= longest and "。" not in line.text and not MARKED_LINE.match(line.text)

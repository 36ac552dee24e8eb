"""Page furniture: title, date, source, menus (codebook S2). Marked, never cut."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from policynlp.reading.lines import Line, find_lines
from policynlp.resources import data_path
from policynlp.schema import Fact, Furniture, Report

__all__ = ["find_furniture", "find_page_facts", "find_repeated_lines", "load_furniture", "mark_repeated"]

MARKED_LINE = re.compile(
    r"(?:第[一二三四五六七八九十百\d]{1,4}[章节]|[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、])"
)
SENTENCE_END = re.compile(r"[。！？；!?;:：][”’」』）)]?$")
GROUP = re.compile(r"\(\?P<\w+>")
MENU_GAP = re.compile(r"[\s|｜·•>＞/]+")
FEWEST = 3  # reports of one site that can show what its pages have in common
LONGEST_REPEATED = 40


@dataclass(frozen=True, slots=True)
class FurnitureTable:
    """The shipped table `furniture.toml`, its patterns compiled."""

    longest: int
    title_longest: int
    no_title: re.Pattern[str]
    part: re.Pattern[str]
    sure: frozenset[str]
    beside: frozenset[str]
    patterns: tuple[tuple[str, re.Pattern[str]], ...]
    any_pattern: re.Pattern[str]


@cache
def load_furniture() -> FurnitureTable:
    """Load the patterns and menu words of page furniture."""
    table = tomllib.loads(data_path("codebook", "furniture.toml").read_text("utf-8"))
    labels, buttons = "|".join(map(re.escape, table["labels"])), "|".join(map(re.escape, table["buttons"]))
    return FurnitureTable(
        longest=table["longest"],
        title_longest=table["title_longest"],
        no_title=re.compile(table["no_title"]),
        part=re.compile(rf"[\s|｜】\]](?=[\[【]?(?:{labels})[:：]|[\[【](?:{buttons}))"),
        sure=frozenset(table["menu"]["sure"]),
        beside=frozenset(table["menu"]["beside"]),
        patterns=tuple((row["name"], re.compile(row["regex"])) for row in table["pattern"]),
        # Most lines fit no pattern; one look at all patterns together says so.
        any_pattern=re.compile("|".join(f"(?:{GROUP.sub('(?:', row['regex'])})" for row in table["pattern"])),
    )


def find_furniture(lines: Sequence[Line]) -> list[Furniture]:
    r"""Find the title and the lines of the page; `find_page_facts` gives the metadata that they state.

    The first line is the title if it is short, holds no full stop, carries no heading marker and more text follows. A
    line of several labelled parts is furniture where each part is.

    Returns:
        The furniture in order.

    Example:
        >>> from policynlp.reading.lines import find_lines
        >>> [(f.kind, f.rule) for f in find_furniture(find_lines("青岭高新区\n日期：2015-01-10　来源：科技局\n培育产业。"))]
        [('title', 'first line'), ('boilerplate', 'date, source')]
    """
    table = load_furniture()
    found: list[Furniture] = []
    in_menu = False
    for number, line in enumerate(lines):
        if len(line.text) > table.longest:
            in_menu = False
            continue
        if rule := ", ".join(name for name, _, _ in match_parts(line.text)) or menu_rule(line.text, in_menu):
            found.append(Furniture("boilerplate", line.start, line.end, line.text, rule))
        elif is_title(number, line, lines, table.title_longest):
            found.append(Furniture("title", line.start, line.end, line.text, "first line"))
        in_menu = rule == "menu"
    return found


def find_page_facts(furniture: Iterable[Furniture]) -> list[Fact]:
    """Give the metadata that furniture states, each with its place, in order of the text.

    Example:
        >>> find_page_facts([Furniture("boilerplate", 6, 12, "来源:科技局", "source")])
        [Fact(field='source', value='科技局', origin='text', start=9, end=12)]
    """
    facts = []
    for mark in furniture:
        if mark.kind == "title":
            if not load_furniture().no_title.fullmatch(mark.text):
                facts.append(Fact("title", mark.text, "text", mark.start, mark.end))
            continue
        for _, offset, match in match_parts(mark.text):
            for field, value in match.groupdict().items():
                if value:
                    start = mark.start + offset + match.start(field)
                    facts.append(Fact(field, value, "text", start, start + len(value)))
    return facts


def match_parts(text: str) -> list[tuple[str, int, re.Match[str]]]:
    """Match each labelled part of a line: rule, offset and match; an empty list unless all parts are furniture."""
    table = load_furniture()
    cuts = [0, *(cut.end() for cut in table.part.finditer(text)), len(text)]
    matched = []
    for start, end in pairwise(cuts):
        part = text[start:end].rstrip(" \t\u3000\u00a0|｜") or text[start:end]
        if not table.any_pattern.fullmatch(part):
            return []
        found = ((name, pattern.fullmatch(part)) for name, pattern in table.patterns)
        matched.append(next((name, start, match) for name, match in found if match))
    return matched


def menu_rule(text: str, in_menu: bool) -> str:
    """Give «menu» where a line holds nothing but entries of menus, else ""; `in_menu` says that the line before was one."""
    table = load_furniture()
    words = [word for word in MENU_GAP.split(text) if word]
    if not words or not all(word in table.sure or word in table.beside for word in words):
        return ""
    return "menu" if in_menu or len(words) > 1 or words[0] in table.sure else ""


def is_title(number: int, line: Line, lines: Sequence[Line], longest: int) -> bool:
    return number == 0 and len(lines) > 1 and len(line.text) <= longest and "。" not in line.text and not MARKED_LINE.match(line.text)


def find_repeated_lines(reports: Sequence[Report], *, min_share: float = 0.6) -> dict[str, int]:
    r"""Find the lines at the head or foot of most reports of one site: what its pages have in common.

    Only short lines without heading marker, title or end of sentence count, and only above the first or below the last
    sentence of a report, so that no text of a report is taken for furniture.

    Args:
        reports: reports of one site or folder; fewer than three show nothing.
        min_share: the share of the reports that a line must stand in, above 0.5.

    Returns:
        Line to number of reports, in order of the lines.

    Raises:
        ValueError: `min_share` is not above 0.5 and at most 1.

    Example:
        >>> from policynlp.reading import make_report
        >>> pages = [make_report(f"{n}年总结\n岭上开发区门户\n{n}年产值增长。\n岭上通") for n in (2021, 2022, 2023)]
        >>> find_repeated_lines(pages)
        {'岭上开发区门户': 3, '岭上通': 3}
    """
    if not 0.5 < min_share <= 1:
        raise ValueError(f"min_share is {min_share}; give a share above 0.5 and at most 1")
    if len(reports) < FEWEST:
        return {}
    counts = Counter(text for report in reports for text in {line.text for line in edge_lines(report)})
    return {text: n for text, n in sorted(counts.items()) if n >= max(FEWEST, min_share * len(reports))}


def mark_repeated(report: Report, repeated: Iterable[str]) -> Report:
    r"""Mark the repeated lines of a site as furniture of this report; what is marked already stays as it is.

    Example:
        >>> from policynlp.reading import make_report
        >>> page = mark_repeated(make_report("2021年总结\n岭上开发区门户\n产值增长。"), {"岭上开发区门户": 3})
        >>> page.furniture[1].rule
        'repeated'
    """
    known = frozenset(repeated)
    new = [Furniture("boilerplate", line.start, line.end, line.text, "repeated") for line in edge_lines(report) if line.text in known]
    return replace(report, furniture=tuple(sorted([*report.furniture, *new], key=lambda mark: mark.start)))


def edge_lines(report: Report) -> list[Line]:
    """The lines above the first and below the last sentence that could be furniture and aren't marked."""
    lines = find_lines(report.text)
    body = [i for i, line in enumerate(lines) if len(line.text) > LONGEST_REPEATED or line.text.endswith(("。", "！", "；", "”"))]
    edges = [*lines[: body[0]], *lines[body[-1] + 1 :]] if body else []
    marked = {mark.start for mark in report.furniture}
    return [line for line in edges if line.start not in marked and not SENTENCE_END.search(line.text) and not MARKED_LINE.match(line.text)]

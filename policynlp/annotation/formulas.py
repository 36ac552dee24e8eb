"""Numeric packages: “1+6”服务体系, 七个主导产业, “四个规模”, and the members the text names for them (codebook E15, E16, R1)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate

from policynlp.annotation.enumerations import outer_by_statement
from policynlp.annotation.naming import FORMULA
from policynlp.schema import Entity, Formula, FormulaPart, Statement

__all__ = ["find_formulas"]

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "十": 10}
# What every formula and every cardinal holds: a plus, or a unit between a number and a noun.
NUMERIC = re.compile(r"[+＋大个项类种](?:(?<=[+＋])|(?<=[二三四五六七八九十两\d].)(?=[\u4e00-\u9fff]{2}))")
CARDINAL = re.compile(
    r"(?=[“\"二三四五六七八九十两\d])"  # asked first, because it is asked at every character
    r"(?P<quote>[“\"])?(?P<number>[二三四五六七八九十两]{1,2}|\d{1,2})(?P<unit>大|个|项|类|种)(?P<noun>[\u4e00-\u9fff]{2,10})(?(quote)[”\"])"
)
KEY = r"[“\"]{key}[”\"]"
COLON = re.compile(r"^[”\"]?[^，,。；;：:]{0,8}(?:[：:]|[，,]?(?:即|包括|分别是|分别为))")
STOPS = re.compile(r"[，,。；;]")
REACH = 4  # a definition stands in the same statement or in one of the next


def find_formulas(statements: Sequence[Statement], entities: Sequence[Entity]) -> list[Formula]:
    """Find the formulas and quoted numerals of a report and expand them.

    “1+6” is looked up by its keys: “1”即…；“6”设立…, in the same statement or one of the next. A cardinal (七个主导产业,
    三大平台) takes the enumeration right before it, or the one that a colon or 即 opens behind it. The count that the text
    declares is checked. Open slots (X, N) stay empty.

    Returns:
        The formulas in the order of the text. `complete` is None where the text names no members.

    Example:
        >>> import policynlp
        >>> analysis = policynlp.analyze("构建“1+2”体系。“1”即组建药都控股公司；“2”即设立种子基金、创投基金。")
        >>> [(f.expression, f.complete) for f in analysis.formulas]
        [('1+2', True)]
    """
    numeric = find_numeric(statements)
    if not numeric:
        return []
    by_statement = outer_by_statement(entities)
    formulas: list[tuple[int, Formula]] = []  # with the indices of their statements
    used: set[tuple[str, int]] = set()  # cardinals that already serve as a part of a formula
    for i in numeric:
        if "+" in statements[i].text or "＋" in statements[i].text:
            for match in FORMULA.finditer(statements[i].text):
                formulas.append((i, expand(match, i, statements, by_statement, used)))
    for i in numeric:
        statement = statements[i]
        for match in CARDINAL.finditer(statement.text):
            formula = count_list(match, statement, by_statement.get(statement.id, []))
            if formula and not any(s == statement.id and formula.start <= at < formula.end for s, at in used):
                formulas.append((i, formula))
    return [formula for _, formula in sorted(formulas, key=lambda pair: (pair[0], pair[1].start))]


def find_numeric(statements: Sequence[Statement]) -> list[int]:
    """Give the indices of the statements that may hold a formula or a cardinal."""
    ends = list(accumulate([len(statement.text) + 1 for statement in statements]))
    joined = "\n".join([statement.text for statement in statements])
    found = sorted({bisect_right(ends, match.start()) for match in NUMERIC.finditer(joined)})
    return [i for i in found if statements[i].role not in ("title", "boilerplate")]


def expand(
    match: re.Match[str],
    index: int,
    statements: Sequence[Statement],
    entities: Mapping[str, Sequence[Entity]],
    used: set[tuple[str, int]],
) -> Formula:
    """Expand one “N+M” by the clauses that its keys open."""
    statement = statements[index]
    start, end = statement.start + match.start(), statement.start + match.end()
    whole = next((e for e in entities.get(statement.id, []) if e.start <= start and end <= e.end), None)
    keys = re.split("[+＋]", match[1])
    parts: list[FormulaPart] = []
    repeated = len(set(keys)) < len(keys)
    for key in keys if not repeated else ():
        for later in statements[index : index + REACH]:
            begin = match.end() if later is statement else 0
            opened = re.compile(KEY.format(key=re.escape(key))).search(later.text, begin)
            if opened:
                parts.append(part_of(key, opened.end(), later, entities.get(later.id, []), used))
                break
    declared = [p.declared is None or p.declared == len(p.members) for p in parts]
    complete = None if not parts else len(parts) == len(keys) and all(declared)
    open_slots = [k for k in keys if not k.isdigit()]
    note = "" if parts else "not expanded in the text" + (f"; {'、'.join(open_slots)} is an open slot" if open_slots else "")
    return Formula(match[1], whole.name if whole else match[1], start, end, statement.id, tuple(parts), complete, note)


def part_of(key: str, begin: int, statement: Statement, entities: Sequence[Entity], used: set[tuple[str, int]]) -> FormulaPart:
    """Collect the members that the clause behind a key names: its first enumeration."""
    limit = re.compile(r"[“\"](?:\d{1,2}|[XxNn])[”\"]").search(statement.text, begin)
    stop = limit.start() if limit else len(statement.text)
    inside = [e for e in entities if begin <= e.start - statement.start < stop]
    members: list[Entity] = []
    for entity in inside:
        if members and not (entity.group and entity.group == members[-1].group):
            break
        members.append(entity)
    for cardinal in CARDINAL.finditer(statement.text, begin, stop):
        used.add((statement.id, statement.start + cardinal.start()))
    declared = int(key) if key.isdigit() else None
    if declared is not None and len(members) == declared + 1 and follows_class(members, statement):
        members.pop()  # A、B和C等主导产业: the class noun is no member
    return FormulaPart(key, declared, tuple(n for e in members for n in e.names), tuple(e.text for e in members), statement.id)


def follows_class(members: Sequence[Entity], statement: Statement) -> bool:
    between = statement.text[members[-2].end - statement.start : members[-1].start - statement.start]
    return between.startswith(("等", "”等"))


def count_list(match: re.Match[str], statement: Statement, entities: Sequence[Entity]) -> Formula | None:
    """Expand 七个主导产业 or 三大平台 by the enumeration beside it; None where there is none and no quotes make it a slogan."""
    start, end = statement.start + match.start(), statement.start + match.end()
    declared = number_of(match["number"])
    before = enumeration_before(match.start(), statement, entities)
    members = before or enumeration_after(match.start("noun"), statement, entities)
    expression = statement.text[match.start() : match.end()].strip('“”"')
    if len(members) < 2:
        if not match["quote"]:
            return None
        return Formula(expression, expression, start, end, statement.id, (), None, f"not expanded in the text; {declared} declared")
    names = tuple(n for e in members for n in e.names)
    head = next((e for e in entities if e.start <= statement.start + match.start("noun") < e.end), None)
    noun = head.text if head else match["noun"]
    expression = expression[: expression.index(match["noun"])] + noun if head is None or noun in match["noun"] else expression
    part = FormulaPart(str(declared), declared, names, tuple(e.text for e in members), statement.id)
    return Formula(expression, expression, start, end, statement.id, (part,), len(names) == declared)


def enumeration_before(at: int, statement: Statement, entities: Sequence[Entity]) -> list[Entity]:
    left = [e for e in entities if e.end - statement.start <= at]
    if not left or statement.text[left[-1].end - statement.start : at].strip("”》等“ "):
        return []
    return [e for e in left if e is left[-1] or (e.group and e.group == left[-1].group)]


def enumeration_after(noun: int, statement: Statement, entities: Sequence[Entity]) -> list[Entity]:
    opened = COLON.match(statement.text[noun:])
    if not opened:
        return []
    right = [e for e in entities if e.start - statement.start >= noun + opened.end()]
    return [e for e in right if e is right[0] or (e.group and e.group == right[0].group)]


def number_of(written: str) -> int:
    """Read a Chinese or Arabic numeral below 100.

    Example:
        >>> number_of("十二"), number_of("二十"), number_of("7")
        (12, 20, 7)
    """
    if written.isdigit():
        return int(written)
    if "十" not in written:
        return DIGITS[written[-1]]
    tens, _, ones = written.partition("十")
    return (DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0)

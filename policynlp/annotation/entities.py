"""Finds the entities of a report: spans from the tagger, then the codebook's rules on edges, nesting and enumerations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from policynlp.annotation.naming import FORMULA, name_entities
from policynlp.annotation.spans import is_entity_name, members_of, trim_span, widen_span
from policynlp.annotation.tagging import EntityTagger, Tagged, Tokens
from policynlp.codebook import Codebook
from policynlp.reading.gazetteer import load_gazetteer
from policynlp.schema import Entity, Report, Statement

__all__ = ["find_entities"]

JOINT = re.compile(r"[”》）)]?(?:[、和及与或]|以及|,以及|，以及|、以及|等){1,2}[“《]?")
CLASS_JOINT = re.compile(r"[”》）)]?等")
TELLING = 4  # characters of a head noun that settle the type
LONGEST_NAME = 200  # characters; a longer span is no name but noise, and rules on it would cost quadratic time
LONGEST_INNER = 12
SHORTEST_INNER = 4
PROPER = re.compile(r"[“”《》A-Za-z]|\d[+＋]")
HOSTS = frozenset({"FUND", "PLATFORM", "ORG", "PROGRAM", "TARGET", "PLACE"})


def find_entities(
    report: Report, statements: Sequence[Statement], tokens: Sequence[Tokens], tagger: EntityTagger, codebook: Codebook
) -> list[Entity]:
    """Find the entities of the statements.

    Args:
        report: its text and zone.
        statements: in reading order; title and boilerplate carry no entities (E19).
        tokens: the words of each statement.
        tagger: decides spans and types.
        codebook: head nouns, terms, aliases.

    Returns:
        The entities in the order of their statements, outer before inner, each with its canonical form.
    """
    found: list[Entity] = []
    tagged = tagger.tag(tokens)
    for statement, words, spans in zip(statements, tokens, tagged, strict=True):
        if statement.role in ("title", "boilerplate"):
            continue
        outer = outer_entities(statement, words, spans, codebook)
        outer = class_nouns(group(outer, statement), statement)
        edges = set(accumulate(map(len, words.words), initial=statement.start))
        for entity in outer:
            found.append(entity)
            found.extend(nested_in(entity, statement, edges, report.zone, codebook))
    return name_entities(found, report.text, report.zone, codebook)


def outer_entities(statement: Statement, tokens: Tokens, spans: Sequence[Tagged], codebook: Codebook) -> list[Entity]:
    """Make the outermost entities of a statement: the tagger's spans on the edges of the codebook, and terms it missed."""
    offsets = list(accumulate(map(len, tokens.words), initial=0))
    found: list[Entity] = []
    for span in spans:
        if offsets[span.last] - offsets[span.first] > LONGEST_NAME:
            continue
        start, end = trim_span(statement.text, offsets[span.first], offsets[span.last])
        start, end = widen_span(statement.text, start, end, span.kind)
        while found and found[-1].end > start + statement.start >= found[-1].start and end + statement.start > found[-1].end:
            found.pop()  # swallowed by the wider span
        name = statement.text[start:end]
        if is_entity_name(name, codebook) and (not found or start + statement.start >= found[-1].end):
            kind = facility_kind(name, span.kind, codebook)
            found.append(make_entity(kind, name, start + statement.start, statement, span.score, "model", codebook))
    return add_terms(found, statement, tokens, offsets, codebook)


def facility_kind(name: str, kind: str, codebook: Codebook) -> str:
    """Let a telling head decide between territory and facility: 实训基地 is a platform, 产业基地 a place (E10)."""
    head = codebook.head_of(name)
    telling = head is not None and len(head.text) >= TELLING and {head.kind, kind} == {"PLACE", "PLATFORM"}
    return head.kind if head and telling else kind


def add_terms(found: list[Entity], statement: Statement, tokens: Tokens, offsets: Sequence[int], codebook: Codebook) -> list[Entity]:
    """Add the codebook's lexicalised names that lie in no entity: they are entities wherever they stand alone (E3, E6)."""
    taken = {i for e in found for i in range(e.start - statement.start, e.end - statement.start)}
    added = list(found)
    for i, word in enumerate(tokens.words):
        kind = codebook.terms.get(word) or ("PLACE" if word in codebook.brands else "")
        following = tokens.words[i + 1] if i + 1 < len(tokens.words) else ""
        compound = following and (codebook.head_of(following) or tokens.tags[i + 1].startswith("n"))
        if kind and offsets[i] not in taken and not compound:
            added.append(make_entity(kind, word, offsets[i] + statement.start, statement, 1.0, "term", codebook))
    return sorted(added, key=lambda e: e.start)


def make_entity(kind: str, name: str, start: int, statement: Statement, score: float, rule: str, codebook: Codebook) -> Entity:
    """Make an entity with its subtype (by its head noun), `named` (E4) and members (E14)."""
    return Entity(
        kind=kind,
        name=name,
        text=name,
        start=start,
        end=start + len(name),
        statement=statement.id,
        rule=rule,
        score=score,
        subtype=subtype_of(kind, name, codebook),
        named=is_named(kind, name, codebook),
        members=members_of(name, codebook),
    )


def subtype_of(kind: str, name: str, codebook: Codebook) -> str:
    if kind == "PROGRAM" and (FORMULA.search(name) or re.match(r"[一二三四五六七八九十两]{1,2}[个大项]", name)):
        return "formula"
    if kind == "PLACE" and (name in codebook.brands):
        return "brand"
    if kind == "PLACE" and name in load_gazetteer():
        return "admin"
    plain = name.rstrip("”》）)")
    for start in range(len(plain)):
        head = codebook.heads.get(plain[start:])
        if head and head.kind == kind:
            return head.subtype
    return {"ORG": "firm", "PLACE": "admin", "PROGRAM": "campaign", "TARGET": "firm", "FUND": "fund", "PLATFORM": "service"}.get(kind, "")


def is_named(kind: str, name: str, codebook: Codebook) -> bool:
    """Tell a proper name from a class name (E4): quotes, letters, formulas, places, or a firm's own word."""
    if PROPER.search(name) or kind == "PROGRAM":
        return True
    if kind in ("INDUSTRY", "TARGET"):
        return False
    places = load_gazetteer()
    if name in places or any(name[:n] in places or name[:n] in codebook.brands for n in range(2, min(len(name), 8))):
        return True
    head = codebook.head_of(name)
    return head is None and kind in ("ORG", "PLACE")


def group(entities: list[Entity], statement: Statement) -> list[Entity]:
    """Number the enumerations: neighbours joined by 、 和 及 等 belong to one."""
    result: list[Entity] = []
    number = 0
    for i, entity in enumerate(entities):
        joined = i > 0 and JOINT.fullmatch(statement.text[entities[i - 1].end - statement.start : entity.start - statement.start])
        if joined:
            if not result[-1].group:
                number += 1
                result[-1] = replace(result[-1], group=number)
            entity = replace(entity, group=number)
        result.append(entity)
    return result


def class_nouns(entities: list[Entity], statement: Statement) -> list[Entity]:
    """Let the class noun behind 等 decide the type of the list members before it, proper names excepted (E13, E13b)."""
    result = list(entities)
    first = 0  # where the list so far begins
    for i in range(1, len(result)):
        if not result[i].group or result[i].group != result[i - 1].group:
            first = i
            continue
        between = statement.text[result[i - 1].end - statement.start : result[i].start - statement.start]
        if CLASS_JOINT.fullmatch(between) and result[i].kind in ("PLATFORM", "ORG", "FUND"):
            for j in range(first, i):
                if not result[j].named and result[j].kind in ("PLACE", "ORG", "PLATFORM"):
                    result[j] = replace(result[j], kind=result[i].kind)
            first = i
    return result


def nested_in(outer: Entity, statement: Statement, edges: set[int], zone: str, codebook: Codebook) -> list[Entity]:
    """Find places, industries and target groups inside a longer entity of another type (E18), on the edges of words."""
    if outer.kind not in HOSTS or outer.members:
        return []
    found: list[Entity] = []
    name, done = outer.text, 0
    words = [i for i in range(len(name)) if outer.start + i in edges]  # where words begin
    for at, position in enumerate(words):
        if position < done:
            continue
        ends = [e for e in words[at + 1 : at + 1 + LONGEST_INNER] if position + 1 < e <= position + LONGEST_INNER]
        end, kind = longest_inner(name, position, ends[::-1], zone, codebook)
        if kind and kind != outer.kind:
            entity = make_entity(kind, name[position:end], outer.start + position, statement, outer.score, "nested", codebook)
            found.append(replace(entity, nested=True))
            done = end
    return found


def longest_inner(name: str, position: int, ends: Sequence[int], zone: str, codebook: Codebook) -> tuple[int, str]:
    """Give the end and type of the longest known name that begins here; a place goes before a class that it opens."""
    for end in ends:
        if is_place(name[position:end], zone, codebook):
            return end, "PLACE"
    for end in ends:
        if kind := class_kind(name[position:end], codebook):
            return end, kind
    return position, ""


def is_place(part: str, zone: str, codebook: Codebook) -> bool:
    """Tell whether this is the zone, a city brand, a term or a division; short names of counties are too often ordinary words."""
    place = load_gazetteer().get(part)
    known = part == zone or part in codebook.brands or codebook.terms.get(part) == "PLACE"
    return known or (place is not None and (part == place.name or place.level != "county"))


def class_kind(part: str, codebook: Codebook) -> str:
    """Give the type of a lexicalised target group or industry, or of a compound that ends in their plainest heads."""
    kind = codebook.terms.get(part, "") or ("TARGET" if ("TARGET", part) in codebook.variants else "")
    if kind in ("TARGET", "INDUSTRY"):
        return kind
    if len(part) < SHORTEST_INNER or not is_entity_name(part, codebook):
        return ""
    if part.endswith(("产业", "工业", "农业", "服务业", "制造业")):
        return "INDUSTRY"
    return "TARGET" if part.endswith("企业") and not part.endswith("非企业") else ""

"""Finds the entities of a report: spans from the tagger, then the codebook's rules on edges, nesting and enumerations."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import count

import numpy as np

from policynlp.annotation.naming import FORMULA, name_entities
from policynlp.annotation.own_words import NOTHING, OWN_TERM, OwnWords, find_own_words, settle
from policynlp.annotation.spans import Draft, is_entity_name, members_of, trim_span, widen_span
from policynlp.annotation.tagging import Tagged
from policynlp.annotation.tokens import Tokens
from policynlp.annotation.vocabulary import Column
from policynlp.codebook import Codebook
from policynlp.reading.gazetteer import load_gazetteer
from policynlp.schema import Entity, Report, Statement

__all__ = ["find_entities"]

JOINT = re.compile(r"[”》）)]?(?:[、和及与或]|以及|,以及|，以及|、以及|等){1,2}[“《]?")
CLASS_JOINT = re.compile(r"[”》）)]?等")
TELLING = 4  # characters of a head noun that settle the type
LONGEST_NAME = 200  # characters; a longer span is no name but noise, and rules on it would cost quadratic time
LONGEST_INNER = 12
REMEMBERED = 65_536  # names whose description is kept; most names of a corpus come again
SHORTEST_INNER = 4
PROPER = re.compile(r"[“”《》A-Za-z]|\d[+＋]")
# What is done with a document or programme; names may begin with other verbs (加快…若干措施), never with these.
ISSUING = re.compile(
    "(?:研究)?(?:制定|制订|出台|印发|编制|修订|发布|颁布|落实|实施|启动|开展|推行)(?:实施|落实|出台)?(?!意见|方案|办法|细则|纲要|规划|计划)"
)
SECTOR = re.compile("(?:产业|业|经济|集群|链|业态)$")
# 等…产品 closes a list of products, not of industries; 等产业 and 等领域 do not.
PRODUCTS = re.compile(
    "等(?:(?!产业|业态|领域|赛道|行业|方向|经济|集群|新一代)[^，,。；;、]){0,8}?(?:产品|技术(?!产业)|消费|方面|增长点|环节|设备|品种|作物|商品)"
)
LIST_OF_PRODUCTS = re.compile("(?:[、和与及][^，,。；;、和与及等]{1,12}){0,8}" + PRODUCTS.pattern)
HOSTS = frozenset({"FUND", "PLATFORM", "ORG", "PROGRAM", "TARGET", "PLACE"})


def find_entities(
    report: Report,
    statements: Sequence[Statement],
    tokens: Tokens,
    tagged: Sequence[Sequence[Tagged]],
    codebook: Codebook,
    *,
    first: int = 0,
) -> list[Entity]:
    """Find the entities of the statements of one report.

    Args:
        report: its text and zone.
        statements: in reading order; title and boilerplate carry no entities (E19).
        tokens: the words of a batch that holds these statements.
        tagged: the spans that the tagger found in each statement of the batch.
        codebook: head nouns, terms, aliases.
        first: the number of the first statement in the batch.

    Returns:
        The entities in the order of their statements, outer before inner, each with its canonical form.
    """
    if not statements:
        return []
    found: list[Entity] = []
    low, high = int(tokens.first[first]), int(tokens.last[first + len(statements) - 1])
    offsets = tokens.offsets[low : high + 1].tolist()  # of this report's words
    starts = tokens.starts[first : first + len(statements)].tolist()
    terms = find_terms(tokens, low, high)
    own = find_own_words(statements, tokens, codebook, first=first)
    hosts = HOSTS if codebook.own is None else HOSTS | set(codebook.own.types)
    for statement, begin, spans, number in zip(statements, starts, tagged[first:], count(first), strict=False):
        if statement.role in ("title", "boilerplate") or not (spans or number in terms or number in own):
            continue
        places = [(offsets[s.first - low] - begin, offsets[s.last - low] - begin, s) for s in spans]
        drafts = outer_drafts(statement.text, places, codebook)
        if number in terms:
            drafts = add_terms(drafts, terms[number], tokens, begin, codebook)
        hers = own.get(number, NOTHING)
        drafts, own_inner = settle(without_products(drafts, statement.text), hers)
        groups = number_groups(drafts, statement.text)
        outer = [make_entity(draft, statement, group, codebook) for draft, group in zip(drafts, groups, strict=True)]
        for entity in class_nouns(outer, statement):
            found.append(entity)
            at = entity.start - statement.start
            inner = [draft for draft in own_inner if at <= draft.start < at + len(entity.text)] if own_inner else []
            if entity.kind in hosts and not entity.members:
                words = offsets[bisect_left(offsets, begin + at) : bisect_right(offsets, begin + at + len(entity.text))]
                edges = tuple([offset - begin - at for offset in words])
                known = inner_spans(entity.kind, entity.text, edges, report.zone, codebook)
                inner = add_inner([Draft(kind, at + a, at + b, entity.score, "nested") for a, b, kind in known], inner, hers)
            for draft in inner:
                found.append(make_entity(draft, statement, 0, codebook, nested=True))
    return name_entities(found, report.text, report.zone, codebook)


def add_inner(drafts: list[Draft], hers: list[Draft], own: OwnWords) -> list[Draft]:
    """Add the inner names that the shipped rules find to hers: not where they meet hers, nor in a negative term."""
    if own is NOTHING:
        return drafts
    kept = [draft for draft in drafts if own.allows(draft) and all(draft.end <= h.start or h.end <= draft.start for h in hers)]
    return sorted([*kept, *hers], key=lambda draft: draft.start)


def outer_drafts(text: str, spans: Sequence[tuple[int, int, Tagged]], codebook: Codebook) -> list[Draft]:
    """Draft the outermost entities of a statement: the tagger's spans, on the edges of the codebook."""
    found: list[Draft] = []
    for start, end, span in spans:
        if end - start > LONGEST_NAME:
            continue
        start, end = widen_span(text, *trim_span(text, start, end), span.kind, codebook.acts)
        while found and found[-1].end > start and end > found[-1].end:
            found.pop()  # swallowed by the wider span
        if span.kind == "PROGRAM" and (match := ISSUING.match(text, start, end)):
            start = match.end()
        name = text[start:end]
        if is_entity_name(name, codebook) and (not found or start >= found[-1].end):
            found.append(Draft(facility_kind(name, span.kind, codebook), start, end, span.score, "model"))
    return found


def find_terms(tokens: Tokens, low: int, high: int) -> dict[int, list[int]]:
    """Find the codebook's lexicalised names among some words: number of a statement -> indices of words."""
    places = np.flatnonzero(tokens.columns[low:high, Column.TERM]) + low
    owners = np.searchsorted(tokens.first, places, side="right") - 1
    terms: dict[int, list[int]] = {}
    for place, owner in zip(places.tolist(), owners.tolist(), strict=True):
        terms.setdefault(owner, []).append(place)
    return terms


@lru_cache(maxsize=REMEMBERED)
def facility_kind(name: str, kind: str, codebook: Codebook) -> str:
    """Let a telling head decide between territory and facility: 实训基地 is a platform, 产业基地 a place (E10)."""
    head = codebook.head_of(name)
    telling = head is not None and len(head.text) >= TELLING and {head.kind, kind} == {"PLACE", "PLATFORM"}
    return head.kind if head and telling else kind


def add_terms(found: list[Draft], terms: Sequence[int], tokens: Tokens, shift: int, codebook: Codebook) -> list[Draft]:
    """Add the codebook's lexicalised names that lie in no entity: they are entities wherever they stand alone (E3, E6)."""
    added = list(found)
    for i in terms:
        begin, end = tokens.offsets[i : i + 2].tolist()
        word, start = tokens.text[begin:end], begin - shift
        if any(draft.start <= start < draft.end for draft in found):
            continue
        following = tokens.columns[i + 1]
        if not following[Column.HEAD] and not following[Column.NOUN]:  # else a compound, which the tagger left out
            added.append(Draft(codebook.terms.get(word) or "PLACE", start, start + len(word), 1.0, "term"))
    return sorted(added, key=lambda draft: draft.start)


def without_products(drafts: list[Draft], text: str) -> list[Draft]:
    """Leave out bare sector names in a list that 等 and a word for products, techniques or aspects closes (E8)."""
    if not PRODUCTS.search(text):
        return drafts
    return [
        draft
        for draft in drafts
        if draft.kind != "INDUSTRY" or SECTOR.search(text, draft.start, draft.end) or not LIST_OF_PRODUCTS.match(text, draft.end)
    ]


def number_groups(drafts: Sequence[Draft], text: str) -> list[int]:
    """Number the enumerations: neighbours joined by 、 和 及 等 belong to one; 0 where a draft is in none."""
    groups = [0] * len(drafts)
    number = 0
    for i in range(1, len(drafts)):
        if JOINT.fullmatch(text, drafts[i - 1].end, drafts[i].start):
            if not groups[i - 1]:
                number += 1
                groups[i - 1] = number
            groups[i] = number
    return groups


def make_entity(draft: Draft, statement: Statement, group: int, codebook: Codebook, *, nested: bool = False) -> Entity:
    """Make an entity with its subtype (by its head noun), `named` (E4) and members (E14)."""
    name = statement.text[draft.start : draft.end]
    subtype, named, members = describe(draft.kind, name, codebook)
    return Entity(
        kind=draft.kind,
        name=name,
        text=name,
        start=draft.start + statement.start,
        end=draft.end + statement.start,
        statement=statement.id,
        rule=draft.rule,
        score=draft.score,
        subtype=subtype,
        named=named,
        nested=nested,
        group=group,
        members=members,
    )


@lru_cache(maxsize=REMEMBERED)
def describe(kind: str, name: str, codebook: Codebook) -> tuple[str, bool, tuple[str, ...]]:
    """Give the subtype, whether the name is proper, and the members."""
    return subtype_of(kind, name, codebook), is_named(kind, name, codebook), members_of(name, codebook)


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
                if not result[j].named and result[j].rule != OWN_TERM and result[j].kind in ("PLACE", "ORG", "PLATFORM"):
                    result[j] = replace(result[j], kind=result[i].kind)
            first = i
    return result


@lru_cache(maxsize=REMEMBERED)
def inner_spans(outer: str, name: str, edges: tuple[int, ...], zone: str, codebook: Codebook) -> tuple[tuple[int, int, str], ...]:
    """Find places, industries and target groups inside a longer name of another type (E18), on the edges of its words.

    Args:
        outer: the type of the longer name.
        name: the longer name.
        edges: where its words begin and end.
        zone: the report's own zone.
        codebook: terms, brands, heads.
    """
    found: list[tuple[int, int, str]] = []
    done = 0
    for at, position in enumerate(edges):
        if position < done:
            continue
        ends = [e for e in edges[at + 1 : at + 1 + LONGEST_INNER] if position + 1 < e <= position + LONGEST_INNER and e < len(name)]
        end, kind = longest_inner(name, position, ends[::-1], zone, codebook)
        if kind and kind != outer:
            found.append((position, end, kind))
            done = end
    return tuple(found)


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
    if part.endswith(("产业", "工业", "农业", "服务业", "制造业")):
        kind = "INDUSTRY"
    elif part.endswith("企业") and not part.endswith("非企业"):
        kind = "TARGET"
    else:
        return ""
    return kind if len(part) >= SHORTEST_INNER and is_entity_name(part, codebook) else ""

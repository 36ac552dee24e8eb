"""Finds the entities of a report: spans from the tagger, then the codebook's rules on edges, nesting and enumerations."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np

from policynlp.annotation.names import ISSUING, Name, Names, inner_spans, names_of
from policynlp.annotation.naming import name_entities, plain_form
from policynlp.annotation.own_words import NOTHING, OWN_TERM, OwnWords, find_own_words, settle
from policynlp.annotation.spans import Draft, may_widen, trim_span, widen_span
from policynlp.annotation.tagging import Tagged
from policynlp.annotation.tokens import Tokens
from policynlp.annotation.vocabulary import Column
from policynlp.codebook import Codebook
from policynlp.schema import Entity, Report, Statement, maker

__all__ = ["find_entities"]

JOINT = re.compile(r"[”》）)]?(?:[、和及与或]|以及|,以及|，以及|、以及|等){1,2}[“《]?")
LONGEST_JOINT = 8
CLASS_JOINT = re.compile(r"[”》）)]?等")
LONGEST_NAME = 200  # characters; a longer span is no name but noise, and rules on it would cost quadratic time
SECTOR = re.compile("(?:产业|业|经济|集群|链|业态)$")
# 等…产品 closes a list of products, not of industries; 等产业 and 等领域 do not.
PRODUCTS = re.compile(
    "等(?:(?!产业|业态|领域|赛道|行业|方向|经济|集群|新一代)[^，,。；;、]){0,8}?(?:产品|技术(?!产业)|消费|方面|增长点|环节|设备|品种|作物|商品)"
)
LIST_OF_PRODUCTS = re.compile("(?:[、和与及][^，,。；;、和与及等]{1,12}){0,8}" + PRODUCTS.pattern)
HOSTS = frozenset({"FUND", "PLATFORM", "ORG", "PROGRAM", "TARGET", "PLACE"})
new_entity = maker(Entity)


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
    behind, zone = first + len(statements), report.zone
    low, high = int(tokens.first[first]), int(tokens.last[behind - 1])
    offsets = tokens.offsets[low : high + 1].tolist()
    begins, ends = (tokens.first[first:behind] - low).tolist(), (tokens.last[first:behind] - low).tolist()
    terms = find_terms(tokens, low, high)
    own = find_own_words(statements, tokens, codebook, first=first)
    hosts = HOSTS if codebook.own is None else HOSTS | set(codebook.own.types)
    names = names_of(codebook)
    each = zip(statements, tagged[first:behind], begins, ends, strict=True)
    for number, (statement, spans, low_word, high_word) in enumerate(each, first):
        if not (spans or number in terms or number in own) or statement.role in ("title", "boilerplate"):
            continue
        text, begin = statement.text, offsets[low_word]
        places = [(offsets[s.first - low] - begin, offsets[s.last - low] - begin, s) for s in spans]
        drafts = outer_drafts(text, places, names)
        if number in terms:
            drafts = add_terms(drafts, terms[number], tokens.text, begin, codebook)
        hers = own.get(number, NOTHING)
        drafts, own_inner = settle(without_products(drafts, text), hers)
        groups = number_groups(drafts, text)
        for draft, group, kind in zip(drafts, groups, class_kinds(drafts, groups, text, names), strict=True):
            known = names[draft.kind][text[draft.start : draft.end]]
            found.append(make_entity(draft, known, kind, statement, zone, codebook, group=group))
            inner: Sequence[tuple[int, int, str]] = ()
            if kind in hosts and not known.members and (known.inside or (zone and zone in known.text)):
                edges = edges_between(offsets, begin + draft.start, begin + draft.end, low_word, high_word)
                inner = inner_spans(known, kind, edges, zone if zone in known.text else "")
            if inner or own_inner:
                for inside in inner_drafts(draft, inner, own_inner, hers):
                    known = names[inside.kind][text[inside.start : inside.end]]
                    found.append(make_entity(inside, known, inside.kind, statement, zone, codebook, nested=True))
    return name_entities(found, report.text)


def edges_between(offsets: Sequence[int], start: int, end: int, low: int, high: int) -> list[int]:
    """Give where words begin or end in a name, counted from its beginning.

    Args:
        offsets: where each word begins, and the last one ends.
        start: of the name.
        end: of the name.
        low: index of the first word of its statement.
        high: index of the word behind the last one of its statement.
    """
    first = bisect_left(offsets, start, low, high)
    return [offset - start for offset in offsets[first : bisect_right(offsets, end, first, high + 1)]]


def inner_drafts(outer: Draft, known: Sequence[tuple[int, int, str]], hers: Sequence[Draft], own: OwnWords) -> list[Draft]:
    """Draft the names inside a longer one: what the shipped rules know, and hers.

    Hers stay; the others do not where they meet hers, nor in a negative term.
    """
    drafts = [Draft(kind, outer.start + start, outer.start + end, outer.score, "nested") for start, end, kind in known]
    if own is NOTHING:
        return drafts
    hers = [draft for draft in hers if outer.start <= draft.start < outer.end]
    kept = [draft for draft in drafts if own.allows(draft) and all(draft.end <= h.start or h.end <= draft.start for h in hers)]
    return sorted([*kept, *hers], key=lambda draft: draft.start)


def outer_drafts(text: str, spans: Sequence[tuple[int, int, Tagged]], names: Names) -> list[Draft]:
    """Draft the outermost entities of a statement: the tagger's spans, on the edges of the codebook."""
    found: list[Draft] = []
    for start, end, span in spans:
        if end - start > LONGEST_NAME:
            continue
        known = names[span.kind][text[start:end]]
        if not known.exact or may_widen(text, start):
            if not known.exact:
                start, end = trim_span(text, start, end)
            start, end = widen_span(text, start, end, span.kind, names.codebook.acts)
            while found and found[-1].end > start and end > found[-1].end:
                found.pop()  # swallowed by the wider span
            if span.kind == "PROGRAM" and (match := ISSUING.match(text, start, end)):
                start = match.end()
            known = names[span.kind][text[start:end]]
        if known.kind and (not found or start >= found[-1].end):
            found.append(Draft(known.kind, start, end, span.score, "model"))
    return found


def find_terms(tokens: Tokens, low: int, high: int) -> dict[int, list[tuple[int, int]]]:
    """Find the codebook's lexicalised names among some words: number of a statement -> where they begin and end.

    A name that a noun follows is left out: it is but the beginning of a compound, which the tagger left out.
    """
    columns = tokens.columns
    places = np.flatnonzero(columns[low:high, Column.TERM]) + low
    places = places[(columns[places + 1, Column.HEAD] == 0) & (columns[places + 1, Column.NOUN] == 0)]
    owners = np.searchsorted(tokens.first, places, side="right") - 1
    terms: dict[int, list[tuple[int, int]]] = {}
    for owner, start, end in zip(owners.tolist(), tokens.offsets[places].tolist(), tokens.offsets[places + 1].tolist(), strict=True):
        terms.setdefault(owner, []).append((start, end))
    return terms


def add_terms(found: list[Draft], terms: Sequence[tuple[int, int]], text: str, shift: int, codebook: Codebook) -> list[Draft]:
    """Add the codebook's lexicalised names that lie in no entity: they are entities wherever they stand alone (E3, E6)."""
    added = []
    for begin, end in terms:
        start = begin - shift
        if not any(draft.start <= start < draft.end for draft in found):
            added.append(Draft(codebook.terms.get(text[begin:end]) or "PLACE", start, end - shift, 1.0, "term"))
    return sorted([*found, *added], key=lambda draft: draft.start) if added else found


def without_products(drafts: list[Draft], text: str) -> list[Draft]:
    """Leave out bare sector names in a list that 等 and a word for products, techniques or aspects closes (E8)."""
    if "等" not in text or not PRODUCTS.search(text):
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
        end, start = drafts[i - 1].end, drafts[i].start
        if start - end <= LONGEST_JOINT and JOINT.fullmatch(text, end, start):
            if not groups[i - 1]:
                number += 1
                groups[i - 1] = number
            groups[i] = number
    return groups


def make_entity(
    draft: Draft, known: Name, kind: str, statement: Statement, zone: str, codebook: Codebook, *, group: int = 0, nested: bool = False
) -> Entity:
    """Make an entity.

    Args:
        draft: with its own type, which decides the subtype.
        known: what its name is by itself.
        kind: the type that its list gives it, which decides the canonical form; mostly its own.
        statement: where it stands.
        zone: the name of the report's zone, or "".
        codebook: variants, and what a report calls its own zone.
        group: the number of its enumeration.
        nested: whether it lies in a longer name.
    """
    own_kind, start, end, score, rule = draft
    shift = statement.start
    name, subtype, named, is_zone = known.name, known.subtype, known.named, False
    if known.relative or known.text == zone or kind != own_kind:
        name, decided, is_zone, proper = plain_form(kind, known.text, zone, codebook)
        subtype, named = decided or subtype, proper or named
    return new_entity(
        kind, name, known.text, start + shift, end + shift, statement.id, rule, score, subtype, named, nested, is_zone, group, known.members
    )


def class_kinds(drafts: Sequence[Draft], groups: Sequence[int], text: str, names: Names) -> list[str]:
    """Give the types; the class noun behind 等 decides that of the list members before it, proper names excepted (E13, E13b)."""
    kinds = [draft.kind for draft in drafts]
    if "等" not in text:
        return kinds
    first = 0  # where the list so far begins
    for i in range(1, len(drafts)):
        if not groups[i] or groups[i] != groups[i - 1]:
            first = i
        elif CLASS_JOINT.fullmatch(text, drafts[i - 1].end, drafts[i].start) and kinds[i] in ("PLATFORM", "ORG", "FUND"):
            for j, (kind, start, end, _, rule) in enumerate(drafts[first:i], first):
                if kind in ("PLACE", "ORG", "PLATFORM") and rule != OWN_TERM and not names[kind][text[start:end]].named:
                    kinds[j] = kinds[i]
            first = i
    return kinds

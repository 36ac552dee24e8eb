"""Finds the entities of a report: spans from the tagger, then the codebook's rules on edges, nesting and enumerations."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from policynlp.annotation.naming import FORMULA, name_entities, plain_form
from policynlp.annotation.own_words import NOTHING, OWN_TERM, OwnWords, find_own_words, settle
from policynlp.annotation.spans import Draft, is_entity_name, is_whole, may_widen, members_of, trim_span, widen_span
from policynlp.annotation.tagging import Tagged
from policynlp.annotation.tokens import Tokens
from policynlp.annotation.vocabulary import Column
from policynlp.codebook import Codebook
from policynlp.reading.gazetteer import load_gazetteer
from policynlp.schema import Entity, Report, Statement, maker

__all__ = ["find_entities"]

JOINT = re.compile(r"[”》）)]?(?:[、和及与或]|以及|,以及|，以及|、以及|等){1,2}[“《]?")
LONGEST_JOINT = 8
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
WIDTH = 4  # bytes of a size in `Words`
ZONED = frozenset({"PLACE", "ORG"})
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
    words = words_between(tokens, low, high)
    begins, ends = (tokens.first[first:behind] - low).tolist(), (tokens.last[first:behind] - low).tolist()
    terms = find_terms(tokens, low, high)
    own = find_own_words(statements, tokens, codebook, first=first)
    hosts = HOSTS if codebook.own is None else HOSTS | set(codebook.own.types)
    each = zip(statements, tagged[first:behind], begins, ends, strict=True)
    for number, (statement, spans, low_word, high_word) in enumerate(each, first):
        if not (spans or number in terms or number in own) or statement.role in ("title", "boilerplate"):
            continue
        text, begin = statement.text, words.offsets[low_word]
        places = [(words.offsets[s.first - low] - begin, words.offsets[s.last - low] - begin, s) for s in spans]
        drafts = outer_drafts(text, places, codebook)
        if number in terms:
            drafts = add_terms(drafts, terms[number], tokens.text, begin, codebook)
        hers = own.get(number, NOTHING)
        drafts, own_inner = settle(without_products(drafts, text), hers)
        groups = number_groups(drafts, text)
        for draft, group, kind in zip(drafts, groups, class_kinds(drafts, groups, text, codebook), strict=True):
            entity = make_entity(draft, kind, statement, zone, codebook, group=group)
            found.append(entity)
            known: Sequence[tuple[int, int, str]] = ()
            if kind in hosts and not entity.members:
                lead, sizes = words.inside(begin + draft.start, begin + draft.end, low_word, high_word)
                known = inner_spans(kind, entity.text, lead, sizes, zone if zone in entity.text else "", codebook)
            if known or own_inner:
                inner = inner_drafts(draft, known, own_inner, hers)
                found += [make_entity(inside, inside.kind, statement, zone, codebook, nested=True) for inside in inner]
    return name_entities(found, report.text)


class Words(NamedTuple):
    """Where each of some words begins, and at the end where the last one ends; and their sizes, which tell names cut alike."""

    offsets: list[int]
    sizes: bytes

    def inside(self, start: int, end: int, low: int, high: int) -> tuple[int, bytes]:
        """Give how far behind `start` the first word between two places begins, and the sizes of the words there.

        Args:
            start: of a name.
            end: of the name.
            low: index of the first word of its statement.
            high: index of the word behind the last one of its statement.
        """
        first = bisect_left(self.offsets, start, low, high)
        last = bisect_right(self.offsets, end, first, high + 1) - 1
        return self.offsets[first] - start, self.sizes[WIDTH * first : WIDTH * last]


def words_between(tokens: Tokens, low: int, high: int) -> Words:
    return Words(tokens.offsets[low : high + 1].tolist(), tokens.columns[low:high, Column.LENGTH].astype(np.int32).tobytes())


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


def outer_drafts(text: str, spans: Sequence[tuple[int, int, Tagged]], codebook: Codebook) -> list[Draft]:
    """Draft the outermost entities of a statement: the tagger's spans, on the edges of the codebook."""
    found: list[Draft] = []
    for start, end, span in spans:
        if end - start > LONGEST_NAME:
            continue
        kind, exact = kind_of(text[start:end], span.kind, codebook)
        if not exact or may_widen(text, start):
            start, end = widen_span(text, *trim_span(text, start, end), span.kind, codebook.acts)
            while found and found[-1].end > start and end > found[-1].end:
                found.pop()  # swallowed by the wider span
            if span.kind == "PROGRAM" and (match := ISSUING.match(text, start, end)):
                start = match.end()
            kind, _ = kind_of(text[start:end], span.kind, codebook)
        if kind and (not found or start >= found[-1].end):
            found.append(Draft(kind, start, end, span.score, "model"))
    return found


@lru_cache(maxsize=REMEMBERED)
def kind_of(name: str, kind: str, codebook: Codebook) -> tuple[str, bool]:
    """Give the type of a name that the tagger found, "" where it is none; and whether it stays as it is, whatever stands around it.

    A telling head decides between territory and facility: 实训基地 is a platform, 产业基地 a place (E10).
    """
    exact = is_whole(name) and not (kind == "PROGRAM" and ISSUING.match(name))
    if not is_entity_name(name, codebook):
        return "", exact
    head = codebook.head_of(name)
    telling = head is not None and len(head.text) >= TELLING and {head.kind, kind} == {"PLACE", "PLATFORM"}
    return head.kind if head and telling else kind, exact


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
    draft: Draft, kind: str, statement: Statement, zone: str, codebook: Codebook, *, group: int = 0, nested: bool = False
) -> Entity:
    """Make an entity of the type that its list gives it, or else its own."""
    own_kind, start, end, score, rule = draft
    text, shift = statement.text[start:end], statement.start
    # Only places and offices are named after the zone: all else is remembered from one report to the next.
    name, subtype, named, is_zone, members = describe(own_kind, text, kind, zone if kind in ZONED else "", codebook)
    return new_entity(
        kind, name, text, start + shift, end + shift, statement.id, rule, score, subtype, named, nested, is_zone, group, members
    )


@lru_cache(maxsize=REMEMBERED)
def describe(kind: str, text: str, given: str, zone: str, codebook: Codebook) -> tuple[str, str, bool, bool, tuple[str, ...]]:
    """Say what a mention is by itself.

    Args:
        kind: its own type, which decides the subtype.
        text: the mention.
        given: the type that its list gives it, which decides the canonical form; mostly its own.
        zone: the name of the report's zone, or "".
        codebook: head nouns, brands, aliases.

    Returns:
        The canonical form, the subtype (by its head noun), whether the name is proper (E4), whether it means the zone, the
        members (E14).
    """
    name, subtype, is_zone, named = plain_form(given, text, zone, codebook)
    subtype = subtype or subtype_of(kind, text, codebook)
    return name, subtype, named or is_named(kind, text, codebook), is_zone, members_of(text, codebook)


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


def class_kinds(drafts: Sequence[Draft], groups: Sequence[int], text: str, codebook: Codebook) -> list[str]:
    """Give the types; the class noun behind 等 decides that of the list members before it, proper names excepted (E13, E13b)."""
    kinds = [draft.kind for draft in drafts]
    first = 0  # where the list so far begins
    for i in range(1, len(drafts)):
        if not groups[i] or groups[i] != groups[i - 1]:
            first = i
        elif CLASS_JOINT.fullmatch(text, drafts[i - 1].end, drafts[i].start) and kinds[i] in ("PLATFORM", "ORG", "FUND"):
            for j, (kind, start, end, _, rule) in enumerate(drafts[first:i], first):
                if kind in ("PLACE", "ORG", "PLATFORM") and rule != OWN_TERM and not is_named(kind, text[start:end], codebook):
                    kinds[j] = kinds[i]
            first = i
    return kinds


@lru_cache(maxsize=REMEMBERED)
def inner_spans(outer: str, name: str, lead: int, sizes: bytes, zone: str, codebook: Codebook) -> tuple[tuple[int, int, str], ...]:
    """Find places, industries and target groups inside a longer name of another type (E18), on the edges of its words.

    Args:
        outer: the type of the longer name.
        name: the longer name.
        lead: where the first of its words begins.
        sizes: of its words, as integers of `WIDTH` bytes.
        zone: the report's own zone where it stands in the name, else "".
        codebook: terms, brands, heads.
    """
    found: list[tuple[int, int, str]] = []
    done = 0
    edges = list(accumulate(memoryview(sizes).cast("i"), initial=lead))
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
    known, longest = known_names(codebook), (position, "")
    for end in ends:
        part = name[position:end]
        kind = known.get(part, "")
        if kind == "PLACE" or part == zone:
            return end, "PLACE"
        if not longest[1] and (kind or part[-1] == "业"):
            longest = end, kind or class_kind(part, codebook)
    return longest


@lru_cache(maxsize=8)
def known_names(codebook: Codebook) -> dict[str, str]:
    """Give what stands inside longer names: city brands, divisions, terms; name -> type.

    Short names of counties are left out: too many are ordinary words.
    """
    targets = {name: kind for kind, name in codebook.variants if kind == "TARGET" and name not in codebook.terms}
    terms = {name: kind for name, kind in codebook.terms.items() if kind in ("TARGET", "INDUSTRY", "PLACE")}
    divisions = [name for name, place in load_gazetteer().items() if name == place.name or place.level != "county"]
    return targets | terms | dict.fromkeys([*codebook.brands, *divisions], "PLACE")


def class_kind(part: str, codebook: Codebook) -> str:
    """Give the type of a compound that ends in the plainest heads of target groups or industries."""
    if part.endswith(("产业", "工业", "农业", "服务业", "制造业")):
        kind = "INDUSTRY"
    elif part.endswith("企业") and not part.endswith("非企业"):
        kind = "TARGET"
    else:
        return ""
    return kind if len(part) >= SHORTEST_INNER and is_entity_name(part, codebook) else ""

"""What a name is by itself, whatever stands around it: type, canonical form, subtype, members, and the names inside of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from policynlp.annotation.naming import FORMULA, plain_form
from policynlp.annotation.spans import is_entity_name, is_whole, members_of
from policynlp.codebook import Codebook
from policynlp.codebook.values import Head
from policynlp.reading.gazetteer import load_gazetteer
from policynlp.schema import maker

__all__ = ["ISSUING", "Inside", "Name", "Names", "inner_spans", "names_of"]

REMEMBERED = 32_768  # names of a type that are kept; most names of a corpus come again
TELLING = 4  # characters of a head noun that settle the type
LONGEST_INNER = 12
SHORTEST_INNER = 4  # characters of a compound with the plainest heads
PLAINEST = re.compile("产业|工业|农业|服务业|制造业|企业")
PROPER = re.compile(r"[“”《》A-Za-z]|\d[+＋]")
NUMERAL = re.compile("[一二三四五六七八九十两]{1,2}[个大项]")
# What is done with a document or programme; names may begin with other verbs (加快…若干措施), never with these.
ISSUING = re.compile(
    "(?:研究)?(?:制定|制订|出台|印发|编制|修订|发布|颁布|落实|实施|启动|开展|推行)(?:实施|落实|出台)?(?!意见|方案|办法|细则|纲要|规划|计划)"
)
LONGEST_PLACE = 7  # characters of a place that tells a proper name
PLAIN_SUBTYPES = {"ORG": "firm", "PLACE": "admin", "PROGRAM": "campaign", "TARGET": "firm", "FUND": "fund", "PLATFORM": "service"}
Inside = tuple[int, tuple[tuple[int, str], ...]]  # where names inside a longer one begin; the end and type of each, the longest first


@dataclass(frozen=True, slots=True)
class Name:
    """What a name is by itself.

    Attributes:
        text: as written.
        kind: its type if the tagger found it, "" where it is no name then.
        exact: it stays as it is, whatever stands around it.
        name: the canonical form.
        subtype: by its head noun.
        named: it is proper (E4).
        members: of a headless coordination (E14).
        relative: it may speak of the report's zone or of its offices (A3).
        inside: the names that may stand inside of it, wherever its words end (E18).
    """

    text: str
    kind: str
    exact: bool
    name: str
    subtype: str
    named: bool
    members: tuple[str, ...]
    relative: bool
    inside: tuple[Inside, ...]


make_name = maker(Name)


class NamesOfType(dict[str, Name]):
    """The names of one type met so far, by text; one that is not there is looked at and kept."""

    def __init__(self, kind: str, codebook: Codebook) -> None:
        super().__init__()
        self.kind = kind
        self.codebook = codebook

    def __missing__(self, text: str) -> Name:
        if len(self) >= REMEMBERED:
            self.clear()
        known = self[text] = describe(self.kind, text, self.codebook)
        return known


class Names(dict[str, NamesOfType]):
    """The names met so far under a codebook, by type and text."""

    def __init__(self, codebook: Codebook) -> None:
        super().__init__()
        self.codebook = codebook

    def __missing__(self, kind: str) -> NamesOfType:
        known = self[kind] = NamesOfType(kind, self.codebook)
        return known


@lru_cache(maxsize=8)
def names_of(codebook: Codebook) -> Names:
    """Give the names met so far under a codebook."""
    return Names(codebook)


def describe(kind: str, text: str, codebook: Codebook) -> Name:
    """Say what a name of a type is by itself; what depends on the report's zone is left to `plain_form`."""
    head = codebook.head_of(text)
    exact = is_whole(text) and not (kind == "PROGRAM" and ISSUING.match(text))
    name, *_ = plain_form(kind, text, "", codebook)
    spelling = codebook.variants.get((kind, text), text)
    relative = spelling != text or (kind == "PLACE" and text in codebook.self_places) or (kind == "ORG" and text in codebook.self_offices)
    return make_name(
        text,
        kind_of(text, kind, head, codebook),
        exact,
        name,
        subtype_of(kind, text, head, codebook),
        is_named(kind, text, head, codebook),
        members_of(text, codebook),
        relative,
        names_inside(text, codebook),
    )


def kind_of(name: str, kind: str, head: Head | None, codebook: Codebook) -> str:
    """Give the type of a name that the tagger found, "" where it is none.

    A telling head decides between territory and facility: 实训基地 is a platform, 产业基地 a place (E10).
    """
    if not is_entity_name(name, codebook):
        return ""
    telling = head is not None and len(head.text) >= TELLING and {head.kind, kind} == {"PLACE", "PLATFORM"}
    return head.kind if head and telling else kind


def subtype_of(kind: str, name: str, head: Head | None, codebook: Codebook) -> str:
    if kind == "PROGRAM" and (FORMULA.search(name) or NUMERAL.match(name)):
        return "formula"
    if kind == "PLACE" and name in codebook.brands:
        return "brand"
    if kind == "PLACE" and name in load_gazetteer():
        return "admin"
    if head and head.kind == kind:
        return head.subtype
    plain = name.rstrip("”》）)")
    for start in range(max(0, len(plain) - codebook.longest_head), len(plain)):
        head = codebook.heads.get(plain[start:])
        if head and head.kind == kind:
            return head.subtype
    return PLAIN_SUBTYPES.get(kind, "")


def is_named(kind: str, name: str, head: Head | None, codebook: Codebook) -> bool:
    """Tell a proper name from a class name (E4): quotes, letters, formulas, places, or a firm's own word."""
    if PROPER.search(name) or kind == "PROGRAM":
        return True
    if kind in ("INDUSTRY", "TARGET"):
        return False
    places = load_gazetteer()
    if name in places:
        return True
    if name[:2] in place_openings(codebook):
        beginnings = [name[:n] for n in range(2, min(len(name), LONGEST_PLACE + 1))]
        if any(beginning in places or beginning in codebook.brands for beginning in beginnings):
            return True
    return head is None and kind in ("ORG", "PLACE")


@lru_cache(maxsize=8)
def place_openings(codebook: Codebook) -> frozenset[str]:
    """Give the first two characters of places and city brands: most names begin with others."""
    return frozenset([place[:2] for place in (*load_gazetteer(), *codebook.brands)])


def names_inside(name: str, codebook: Codebook) -> tuple[Inside, ...]:
    """Find the places, industries and target groups that may stand inside a longer name, before its last character."""
    known, lengths = known_names(codebook), inner_lengths(codebook)
    classes = [match.end() for match in PLAINEST.finditer(name)]
    found = []
    for position in range(len(name) - 2):
        known_lengths = lengths.get(name[position : position + 2], ())
        if not (known_lengths or classes):
            continue
        ends = [position + length for length in known_lengths]
        if classes:
            ends = sorted({*ends, *[end for end in classes if position < end <= position + LONGEST_INNER]}, reverse=True)
        kinds: list[tuple[int, str]] = []
        for end in ends:
            part = name[position:end]
            if end < len(name) and (kind := known.get(part) or (end in classes and class_kind(part, codebook))):
                kinds.append((end, kind))
        if kinds:
            found.append((position, tuple(kinds)))
    return tuple(found)


def class_kind(part: str, codebook: Codebook) -> str:
    """Give the type of a compound that ends in the plainest heads of target groups or industries, "" where it is no name."""
    if len(part) < SHORTEST_INNER or part.endswith("非企业"):
        return ""
    kind = "TARGET" if part.endswith("企业") else "INDUSTRY"
    return kind if is_entity_name(part, codebook) else ""


@lru_cache(maxsize=8)
def known_names(codebook: Codebook) -> dict[str, str]:
    """Give what stands inside longer names: city brands, divisions, terms; name -> type.

    Short names of counties are left out: too many are ordinary words.
    """
    targets = {name: kind for kind, name in codebook.variants if kind == "TARGET" and name not in codebook.terms}
    terms = {name: kind for name, kind in codebook.terms.items() if kind in ("TARGET", "INDUSTRY", "PLACE")}
    divisions = [name for name, place in load_gazetteer().items() if name == place.name or place.level != "county"]
    return targets | terms | dict.fromkeys([*codebook.brands, *divisions], "PLACE")


@lru_cache(maxsize=8)
def inner_lengths(codebook: Codebook) -> dict[str, list[int]]:
    """Give the lengths of what stands inside longer names by its first two characters, the longest first."""
    lengths: dict[str, set[int]] = defaultdict(set)
    for name in known_names(codebook):
        if 2 <= len(name) <= LONGEST_INNER:
            lengths[name[:2]].add(len(name))
    return {opening: sorted(found, reverse=True) for opening, found in lengths.items()}


def inner_spans(known: Name, outer: str, edges: Sequence[int], zone: str) -> list[tuple[int, int, str]]:
    """Choose the names inside a longer one of another type (E18): on the edges of its words, the longest that begins at each.

    A place goes before a class that it opens.

    Args:
        known: the longer name.
        outer: its type.
        edges: where its words begin, and the end of the last one.
        zone: the report's own zone where it stands in the name, else "".
    """
    found: list[tuple[int, int, str]] = []
    done = 0
    for position, kinds in with_zone(known, zone) if zone else known.inside:
        if position < done or position not in edges:
            continue
        whole = [(end, kind) for end, kind in kinds if end in edges]
        if not whole:
            continue
        places = [choice for choice in whole if choice[1] == "PLACE"]
        end, kind = places[0] if places else whole[0]
        if kind != outer:
            found.append((position, end, kind))
            done = end
    return found


def with_zone(known: Name, zone: str) -> list[Inside]:
    """Add the report's zone, a place wherever it stands in a name, to the names that may stand there."""
    inside = dict(known.inside)
    if 2 <= len(zone) <= LONGEST_INNER:
        for match in re.finditer(f"(?={re.escape(zone)}.)", known.text, re.DOTALL):
            end = match.start() + len(zone)
            others = [choice for choice in inside.get(match.start(), ()) if choice[0] != end]
            inside[match.start()] = tuple(sorted([*others, (end, "PLACE")], reverse=True))
    return sorted(inside.items())

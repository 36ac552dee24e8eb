"""Canonical forms: one name for what the text calls by several (codebook A1-A5)."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from functools import lru_cache

from policynlp.codebook import Codebook
from policynlp.reading.gazetteer import load_gazetteer
from policynlp.schema import Entity

__all__ = ["FORMULA", "name_entities"]

FORMULA = re.compile(r"[“\"]?(\d{1,2}(?:[+＋](?:\d{1,2}|[XxNn]))+)[”\"]?")
REMEMBERED = 65_536  # mentions whose plain name is kept
OWNED = frozenset({"FUND", "PLATFORM", "PROGRAM", "ORG"})


def name_entities(entities: list[Entity], text: str, zone: str, codebook: Codebook) -> list[Entity]:
    """Give every entity its canonical form.

    In order: spelling variants (A4) and places by their full name; the zone and its offices (A3); an owner or beneficiary
    shared by the conjuncts of a coordination (E12); an owner that the document names elsewhere (A1); the proper name of
    the package that a formula abbreviates (A2).

    Args:
        entities: in reading order, outer before inner.
        text: the report's text.
        zone: the name of the report's zone, or "".
        codebook: its aliases and brands.
    """
    named = [plain_name(e, zone, codebook) for e in entities]
    named = share_modifiers(named, text)
    named = restore_owners(named, text)
    return [resolve_formula(e, named) for e in named]


def plain_name(entity: Entity, zone: str, codebook: Codebook) -> Entity:
    """Name an entity by itself: spelling variants, places by their full name, the zone and its offices."""
    name, subtype, is_zone, named = plain_form(entity.kind, entity.text, zone, codebook)
    if name == entity.name and not is_zone and not named:
        return entity
    return replace(entity, name=name, subtype=subtype or entity.subtype, zone=is_zone, named=named or entity.named)


@lru_cache(maxsize=REMEMBERED)
def plain_form(kind: str, text: str, zone: str, codebook: Codebook) -> tuple[str, str, bool, bool]:
    """Give the name of a mention, its subtype if the name decides it, whether it is the zone, and whether it is proper for that."""
    name = codebook.variants.get((kind, text), text)
    if kind == "PLACE":
        if zone and speaks_of_zone(name, zone, codebook):
            return zone, zone_subtype(zone), True, True
        if name.startswith("中国") and name[2:] in codebook.brands:
            return name[2:], "", False, False
        division = load_gazetteer().get(name)
        return division.name if division else name, "", False, False
    if kind == "ORG" and zone and name in codebook.self_offices:
        return zone + name, "", False, True
    return name, "", False, False


def speaks_of_zone(name: str, zone: str, codebook: Codebook) -> bool:
    """Tell whether a place name means the report's own zone: its name, the end of it, or 我区, 我市 (A3).

    高新区 is the zone only in the report of a 高新区; in a city's report it is one of several.
    """
    if name == zone or (len(name) > 1 and zone.endswith(name) and name in codebook.self_places):
        return True
    if name[:1] in "我本全":
        return name in codebook.self_places and (name[-1] == zone[-1] or (zone_subtype(zone) == "zone" and name[-1] == "区"))
    return name in codebook.self_places and name[:2] in zone


def zone_subtype(zone: str) -> str:
    return "admin" if zone[-1] in "省市县州旗盟" else "zone"


def share_modifiers(entities: list[Entity], text: str) -> list[Entity]:
    """Restore an owner or beneficiary that an earlier conjunct states and a later one leaves out (E12).

    A beneficiary reaches only what 和 joins to it; an owner reaches down the list.
    """
    opening = opening_modifiers(entities)
    result = list(entities)
    stated: tuple[Entity, Entity] | None = None  # the last conjunct of this list that states a modifier, and that modifier
    last: Entity | None = None
    for i, entity in enumerate(entities):
        if entity.nested:
            continue
        if stated and not (entity.group and (entity.statement, entity.group) == (stated[0].statement, stated[0].group)):
            stated = None
        own = opening.get((entity.statement, entity.start))
        if own and own.end < entity.end:
            stated = (entity, own)
        elif stated and stated[0].kind == entity.kind and entity.kind in OWNED and not entity.named:
            before, modifier = stated
            joined = last is before and text[before.end : entity.start] in ("和", "及", "与")
            if (modifier.kind == "PLACE" and not modifier.zone) or joined:
                result[i] = replace(entity, name=modifier.name + entity.name)
        last = entity
    return result


def opening_modifiers(entities: list[Entity]) -> dict[tuple[str, int], Entity]:
    """Index the nested places and target groups by statement and start; the longest counts."""
    return {(e.statement, e.start): e for e in sorted(entities, key=lambda e: e.end) if e.nested and e.kind in ("PLACE", "TARGET")}


def restore_owners(entities: list[Entity], text: str) -> list[Entity]:
    """Give a bare mention X the name owner+X where the document holds exactly one such name (A1).

    The members of a list that a class noun closes (创新园、创业园等创新创业平台) are kinds, not that one.
    """
    generic = class_members(entities, text)
    places = {e.name for e in entities if e.kind == "PLACE"} | {e.text for e in entities if e.kind == "PLACE"}
    owned: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entity in entities:
        if entity.kind in OWNED and not entity.nested:
            name = entity.name
            for cut in range(2, len(name) - 1):
                if name[:cut] in places:
                    owned[entity.kind, name[cut:]].add(name)
    if not owned:
        return entities
    result = []
    for i, entity in enumerate(entities):
        full = owned.get((entity.kind, entity.name), set())
        result.append(replace(entity, name=next(iter(full))) if len(full) == 1 and not entity.nested and i not in generic else entity)
    return result


def class_members(entities: list[Entity], text: str) -> set[int]:
    """Give the indices of the entities in a list that 等 and a class noun close."""
    found: set[int] = set()
    run: list[int] = []  # the list so far
    for i, entity in enumerate(entities):
        if entity.nested:
            continue
        last = entities[run[-1]] if run else None
        if last is not None and entity.group and (entity.statement, entity.group) == (last.statement, last.group):
            if text[last.end : entity.start].startswith(("等", "”等")):
                found.update(run)
            run.append(i)
        else:
            run = [i]
    return found


def resolve_formula(entity: Entity, entities: list[Entity]) -> Entity:
    """Name a formula by the proper name of its package: “1+6”科技金融服务体系 is 药都科技金融服务体系 (A2)."""
    match = FORMULA.match(entity.text) if entity.kind == "PROGRAM" else None
    if not match or match.end() >= len(entity.text) - 2:
        return entity
    rest = entity.text[match.end() :]
    proper = {e.name for e in entities if e.kind == "PROGRAM" and e.name.endswith(rest) and e.name != rest and not FORMULA.match(e.name)}
    return replace(entity, name=next(iter(proper))) if len(proper) == 1 else entity

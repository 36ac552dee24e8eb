"""Canonical forms: one name for what the text calls by several (codebook A1-A5)."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

from policynlp.codebook import Codebook
from policynlp.reading.gazetteer import load_gazetteer
from policynlp.schema import Entity

__all__ = ["FORMULA", "name_entities"]

FORMULA = re.compile(r"[“\"]?(\d{1,2}(?:[+＋](?:\d{1,2}|[XxNn]))+)[”\"]?")
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
    name = codebook.variants.get((entity.kind, entity.text), entity.text)
    if entity.kind == "PLACE":
        if zone and (name in (zone, *codebook.self_places) or (len(name) > 2 and zone.endswith(name))):
            return replace(entity, name=zone, subtype=zone_subtype(zone), zone=True, named=True)
        if name.startswith("中国") and name[2:] in codebook.brands:
            name = name[2:]
        elif division := load_gazetteer().get(name):
            name = division.name
    elif entity.kind == "ORG" and zone and name in codebook.self_offices:
        return replace(entity, name=zone + name, named=True)
    return replace(entity, name=name)


def zone_subtype(zone: str) -> str:
    return "admin" if zone[-1] in "省市县州旗盟" else "zone"


def share_modifiers(entities: list[Entity], text: str) -> list[Entity]:
    """Restore an owner or beneficiary that the first conjunct states and a later one leaves out (E12)."""
    result = list(entities)
    for i, entity in enumerate(entities):
        if entity.nested or entity.kind not in OWNED or entity.named or modifier_of(entity, entities):
            continue
        j = previous_outer(entities, i)
        while j >= 0 and entity.group and entities[j].group == entity.group and entities[j].statement == entity.statement:
            before = entities[j]
            prefix = modifier_of(before, entities)
            joint = text[before.end : entities[next_outer(entities, j)].start] if prefix else ""
            if prefix and before.kind == entity.kind:
                # A beneficiary reaches only what 和 joins to it; an owner reaches down the list.
                owner = prefix.kind == "PLACE"
                if (owner and not prefix.zone) or (joint in ("和", "及", "与") and next_outer(entities, j) == i):
                    result[i] = replace(entity, name=prefix.name + entity.name)
                break
            if prefix:
                break
            j = previous_outer(entities, j)
    return result


def modifier_of(entity: Entity, entities: list[Entity]) -> Entity | None:
    """Give the nested place or target group that opens an entity's name."""
    for other in entities:
        opens = other.nested and other.start == entity.start and other.end < entity.end
        if opens and other.kind in ("PLACE", "TARGET") and other.statement == entity.statement:
            return other
    return None


def previous_outer(entities: list[Entity], i: int) -> int:
    i -= 1
    while i >= 0 and entities[i].nested:
        i -= 1
    return i


def next_outer(entities: list[Entity], i: int) -> int:
    i += 1
    while i < len(entities) - 1 and entities[i].nested:
        i += 1
    return min(i, len(entities) - 1)


def restore_owners(entities: list[Entity], text: str) -> list[Entity]:
    """Give a bare mention X the name owner+X where the document holds exactly one such name (A1).

    The members of a list that a class noun closes (创新园、创业园等创新创业平台) are kinds, not that one.
    """
    generic = class_members(entities, text)
    places = {e.name for e in entities if e.kind == "PLACE"} | {e.text for e in entities if e.kind == "PLACE"}
    owned: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entity in entities:
        if entity.kind in OWNED and not entity.nested:
            for place in places:
                if entity.name.startswith(place) and len(entity.name) > len(place) + 1:
                    owned[entity.kind, entity.name[len(place) :]].add(entity.name)
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
    match = FORMULA.match(entity.text)
    if entity.kind != "PROGRAM" or not match or match.end() >= len(entity.text) - 2:
        return entity
    rest = entity.text[match.end() :]
    proper = {e.name for e in entities if e.kind == "PROGRAM" and e.name.endswith(rest) and e.name != rest and not FORMULA.match(e.name)}
    return replace(entity, name=next(iter(proper))) if len(proper) == 1 else entity

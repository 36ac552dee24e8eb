"""Canonical forms: one name for what the text calls by several (codebook A1-A5)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from policynlp.annotation.enumerations import listed, same_list
from policynlp.codebook import Codebook
from policynlp.reading.gazetteer import load_gazetteer
from policynlp.schema import Entity

__all__ = ["FORMULA", "name_entities", "plain_form"]

FORMULA = re.compile(r"[“\"]?(\d{1,2}(?:[+＋](?:\d{1,2}|[XxNn]))+)[”\"]?")
OWNED = frozenset({"FUND", "PLATFORM", "PROGRAM", "ORG"})


def name_entities(entities: list[Entity], text: str) -> list[Entity]:
    """Give every entity the canonical form that it has in its report.

    In order: an owner or beneficiary shared by the conjuncts of a coordination (E12); an owner that the document names
    elsewhere (A1); the proper name of the package that a formula abbreviates (A2).

    Args:
        entities: in reading order, outer before inner; each named by itself (`plain_form`).
        text: the report's text.
    """
    return resolve_formulas(restore_owners(share_modifiers(entities, text), text))


def plain_form(kind: str, text: str, zone: str, codebook: Codebook) -> tuple[str, str, bool, bool]:
    """Name a mention by itself: spelling variants (A4), places by their full name, the zone and its offices (A3).

    Returns:
        The name, the subtype if the name decides it, whether it is the zone, and whether it is proper for that.
    """
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
    for i in listed(entities):
        entity = entities[i]
        if last is None or not same_list(last, entity):
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


def opening_modifiers(entities: Sequence[Entity]) -> dict[tuple[str, int], Entity]:
    """Index the nested places and target groups by statement and start; the longest counts."""
    modifiers = [e for e in entities if e.nested and e.kind in ("PLACE", "TARGET")]
    return {(e.statement, e.start): e for e in sorted(modifiers, key=lambda e: e.end)}


def restore_owners(entities: list[Entity], text: str) -> list[Entity]:
    """Give a bare mention X the name owner+X where the document holds exactly one such name (A1).

    The members of a list that a class noun closes (创新园、创业园等创新创业平台) are kinds, not that one.
    """
    outer = [i for i, entity in enumerate(entities) if entity.kind in OWNED and not entity.nested]
    owned = owned_names([entities[i] for i in outer], [e for e in entities if e.kind == "PLACE"])
    bare = {i: names for i in outer if len(names := owned.get((entities[i].kind, entities[i].name), ())) == 1}
    if not bare:
        return entities
    result = list(entities)
    generic = class_members(entities, text)
    for i, (full,) in bare.items():
        if i not in generic:
            result[i] = replace(entities[i], name=full)
    return result


def owned_names(entities: Sequence[Entity], places: Sequence[Entity]) -> Mapping[tuple[str, str], Collection[str]]:
    """Index the names that begin with a place: (type, what follows the place) -> names."""
    owners = {e.name for e in places} | {e.text for e in places}
    beginnings = {owner[:2] for owner in owners}
    owned: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entity in entities:
        name = entity.name
        if name[:2] in beginnings:
            for cut in range(2, len(name) - 1):
                if name[:cut] in owners:
                    owned[entity.kind, name[cut:]].add(name)
    return owned


def class_members(entities: Sequence[Entity], text: str) -> set[int]:
    """Give the indices of the entities in a list that 等 and a class noun close."""
    found: set[int] = set()
    run: list[int] = []  # the list so far
    for i in listed(entities):
        if run and same_list(entities[run[-1]], entities[i]):
            if text[entities[run[-1]].end : entities[i].start].startswith(("等", "”等")):
                found.update(run)
            run.append(i)
        else:
            run = [i]
    return found


def resolve_formulas(entities: list[Entity]) -> list[Entity]:
    """Name a formula by the proper name of its package: “1+6”科技金融服务体系 is 药都科技金融服务体系 (A2)."""
    numeric = {i: match for i, e in enumerate(entities) if e.kind == "PROGRAM" and (match := FORMULA.match(e.text))}
    if not numeric:
        return entities
    names = {e.name for e in entities if e.kind == "PROGRAM" and not FORMULA.match(e.name)}
    result = list(entities)
    for i, match in numeric.items():
        rest = entities[i].text[match.end() :]
        proper = [name for name in names if len(name) > len(rest) > 2 and name.endswith(rest)]
        if len(proper) == 1:
            result[i] = replace(entities[i], name=proper[0])
    return result

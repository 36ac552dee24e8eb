"""Entities as the text arranges them: by statement, and in enumerations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from policynlp.schema import Entity

__all__ = ["enumerations", "listed", "outer_by_statement", "same_list"]


def outer_by_statement(entities: Iterable[Entity]) -> Mapping[str, Sequence[Entity]]:
    """Group the outermost entities by the ids of their statements."""
    grouped: dict[str, list[Entity]] = defaultdict(list)
    for entity in entities:
        if not entity.nested:
            grouped[entity.statement].append(entity)
    return grouped


def enumerations(entities: Iterable[Entity]) -> list[list[Entity]]:
    """Cut the entities of a statement into enumerations; one that is in none stands alone."""
    runs: list[list[Entity]] = []
    group = 0  # that of the last entity
    for entity in entities:
        if entity.group and entity.group == group:
            runs[-1].append(entity)
        else:
            runs.append([entity])
        group = entity.group
    return runs


def listed(entities: Sequence[Entity]) -> list[int]:
    """Give the indices of the entities that stand in an enumeration; none but nested ones stand between its members."""
    return [i for i, entity in enumerate(entities) if entity.group]


def same_list(a: Entity, b: Entity) -> bool:
    """Tell whether two entities stand in one enumeration."""
    return a.group == b.group != 0 and a.statement == b.statement

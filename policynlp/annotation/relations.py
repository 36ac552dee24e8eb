"""Typed relations that the text states by its form: parts of packages, class membership, nesting (codebook R1-R3)."""

from __future__ import annotations

from collections.abc import Sequence

from policynlp.schema import Entity, Formula, Relation, Statement

__all__ = ["find_relations"]

NESTING = {"PLACE": "LOCATED_IN", "TARGET": "TARGETS", "INDUSTRY": "IN_INDUSTRY"}


def find_relations(statements: Sequence[Statement], entities: Sequence[Entity], formulas: Sequence[Formula]) -> list[Relation]:
    """Find PART_OF (from formulas), IS_A (list members and the class noun behind 等), LOCATED_IN, TARGETS and IN_INDUSTRY.

    Returns:
        The relations without repetition, in the order of the text.
    """
    texts = {s.id: s for s in statements}
    found: dict[Relation, None] = {}
    for formula in formulas:
        for part in formula.parts:
            for member in part.members:
                found[Relation("PART_OF", member, formula.whole, part.statement)] = None
    outer: Entity | None = None
    listed: list[Entity] = []
    for entity in entities:
        if entity.nested and outer is not None:
            if entity.kind in NESTING:
                found[Relation(NESTING[entity.kind], outer.name, entity.name, entity.statement)] = None
            continue
        if outer is not None and outer.statement == entity.statement and entity.group and entity.group == outer.group:
            statement = texts[entity.statement]
            between = statement.text[outer.end - statement.start : entity.start - statement.start]
            listed.append(outer)
            if "等" in between:
                for member in listed:
                    for name in member.names:
                        found[Relation("IS_A", name, entity.name, entity.statement)] = None
                listed = []
        else:
            listed = []
        outer = entity
    return list(found)

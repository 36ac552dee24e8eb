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
    found = [Relation("PART_OF", m, f.whole, p.statement) for f in formulas for p in f.parts for m in p.members]
    outer: Entity | None = None
    listed: list[Entity] = []  # the members of the enumeration so far
    for entity in entities:
        if entity.nested:
            if outer is not None and entity.kind in NESTING:
                found.append(Relation(NESTING[entity.kind], outer.name, entity.name, entity.statement))
            continue
        if outer is not None and same_list(outer, entity):
            listed.append(outer)
            statement = texts[entity.statement]
            if "等" in statement.text[outer.end - statement.start : entity.start - statement.start]:
                found += [Relation("IS_A", name, entity.name, entity.statement) for member in listed for name in member.names]
                listed = []
        else:
            listed = []
        outer = entity
    return list(dict.fromkeys(found))


def same_list(a: Entity, b: Entity) -> bool:
    return a.statement == b.statement and a.group == b.group != 0

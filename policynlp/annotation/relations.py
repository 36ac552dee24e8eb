"""Typed relations: what the text states by its form (codebook R1-R3), and what it says is done to an entity (R4)."""

from __future__ import annotations

from collections.abc import Sequence

from policynlp.annotation.actions import Stated, find_actions
from policynlp.annotation.enumerations import same_list
from policynlp.schema import Entity, Formula, Relation, Statement, maker

__all__ = ["find_relations"]

new_relation = maker(Relation)
NESTING = {"PLACE": "LOCATED_IN", "TARGET": "TARGETS", "INDUSTRY": "IN_INDUSTRY"}


def find_relations(statements: Sequence[Statement], entities: Sequence[Entity], formulas: Sequence[Formula]) -> list[Relation]:
    """Find PART_OF, IS_A, LOCATED_IN, TARGETS, IN_INDUSTRY and the actions of the codebook.

    PART_OF comes from formulas, IS_A from list members and the class noun behind 等, the next three from nesting; actions
    from the verb that governs a name. Each relation holds its statement, whose class, instruments and status are its own (R5).

    Returns:
        The relations without repetition: those of form, then the actions, each in the order of the text.

    Example:
        >>> import policynlp
        >>> analysis = policynlp.analyze("设立种子基金，支持科技型中小企业发展。")
        >>> [(r.kind, r.head, r.tail, r.verb) for r in analysis.relations]
        [('ESTABLISH', 'ZONE', '种子基金', '设立'), ('SUPPORT', 'ZONE', '科技型中小企业', '支持')]
    """
    stated = [*parts_of(formulas), *nested_and_listed(statements, entities), *find_actions(statements, entities)]
    return [new_relation(*fields) for fields in dict.fromkeys(stated)]


def parts_of(formulas: Sequence[Formula]) -> list[Stated]:
    return [("PART_OF", member, f.whole, part.statement, "") for f in formulas for part in f.parts for member in part.members]


def nested_and_listed(statements: Sequence[Statement], entities: Sequence[Entity]) -> list[Stated]:
    """Find what a name says by the name inside of it, and a list by the class noun that closes it."""
    texts = {s.id: s for s in statements}
    found: list[Stated] = []
    outer: Entity | None = None
    listed: list[Entity] = []  # the members of the enumeration so far
    for entity in entities:
        if entity.nested:
            if outer is not None and entity.kind in NESTING:
                found.append((NESTING[entity.kind], outer.name, entity.name, entity.statement, ""))
            continue
        if entity.group and outer is not None and same_list(outer, entity):
            listed.append(outer)
            statement = texts[entity.statement]
            if "等" in statement.text[outer.end - statement.start : entity.start - statement.start]:
                found += [("IS_A", name, entity.name, entity.statement, "") for member in listed for name in member.names]
                listed = []
        elif listed:
            listed = []
        outer = entity
    return found

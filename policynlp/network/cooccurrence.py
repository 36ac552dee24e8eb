"""Counts which entities occur in one statement (codebook G1-G6)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import networkx as nx

from policynlp.schema import Analysis, Entity

__all__ = ["build_graph"]

LAYERS = {"GOAL": "goals", "MEASURE": "measures", "INSTITUTION": "institutions"}


@dataclass
class Node:
    """What is counted of an entity."""

    kinds: Counter[str] = field(default_factory=Counter)
    subtypes: Counter[str] = field(default_factory=Counter)
    mentions: int = 0
    named: bool = False
    statements: dict[str, None] = field(default_factory=dict)


@dataclass
class Edge:
    """What is counted of a pair: the statements with their classes, and how many hold it in one enumeration."""

    statements: dict[str, str] = field(default_factory=dict)
    enumerated: int = 0
    part_of: dict[str, None] = field(default_factory=dict)


def build_graph(
    analyses: Analysis | Iterable[Analysis],
    *,
    kinds: Sequence[str] | None = None,
    min_count: int = 1,
    enumerations: bool = True,
) -> nx.Graph[str]:
    """Build the co-occurrence graph of one or several reports.

    The window is the statement. A pair counts once a statement, however often its names stand in it: weight 3 means three
    statements, not three mentions. Second copies of a block count for nothing. Nodes are canonical names of outermost
    entities; the members of a headless coordination are nodes of their own; the report's own zone is left out, because it
    is in everything. Members of a formula are tied to its whole by an edge with `part_of`.

    Args:
        analyses: one analysis or several.
        kinds: entity types to keep, such as ["FUND", "INDUSTRY"]; all by default.
        min_count: the smallest number of statements that an edge needs; `part_of` edges stay in any case.
        enumerations: False leaves out the statements where a pair is joined only by one enumeration (A、B和C).

    Returns:
        An undirected graph. Nodes: `kind`, `subtype`, `named`, `mentions` (how often), `statements` (ids, tuple of str), `count`
        (how many statements). Edges: `count` (statements that hold both), `statements` (their ids), `goals`, `measures`,
        `institutions` (how many of them are that), `enumerated` (in how many the pair stands in one enumeration),
        `part_of` (bool). Ids read `report#statement`. Nodes and edges come in order of their names.

    Raises:
        ValueError: `min_count` is below 1.

    Source:
        Callon, M., Courtial, J.-P., & Laville, F. (1991). Co-word analysis as a tool for describing the network of
        interactions between basic and technological research. Scientometrics, 22, 155-205.

    Example:
        >>> import policynlp
        >>> graph = policynlp.build_graph(policynlp.analyze("支持科技型中小企业发展数字经济。"))
        >>> graph.edges["数字经济", "科技型中小企业"]["count"]
        1
    """
    if min_count < 1:
        raise ValueError(f"min_count is {min_count}; it must be 1 or more")
    nodes: dict[str, Node] = defaultdict(Node)
    edges: dict[tuple[str, str], Edge] = defaultdict(Edge)
    taken: Counter[str] = Counter()
    for analysis in [analyses] if isinstance(analyses, Analysis) else analyses:
        taken[analysis.report.id] += 1
        number = taken[analysis.report.id]
        report = analysis.report.id if number == 1 else f"{analysis.report.id}~{number}"  # two files may share a name
        count_report(analysis, report, frozenset(kinds) if kinds is not None else None, enumerations, nodes, edges)
    graph: nx.Graph[str] = nx.Graph()
    for name in sorted(nodes):
        node = nodes[name]
        graph.add_node(
            name,
            kind=commonest(node.kinds),
            subtype=commonest(node.subtypes),
            named=node.named,
            mentions=node.mentions,
            count=len(node.statements),
            statements=tuple(node.statements),
        )
    for a, b in sorted(edges):
        edge = edges[a, b]
        if (len(edge.statements) < min_count and not edge.part_of) or a not in nodes or b not in nodes:
            continue
        classes = Counter(edge.statements.values())
        graph.add_edge(
            a,
            b,
            count=len(edge.statements),
            statements=tuple(edge.statements or edge.part_of),
            **{layer: classes[kind] for kind, layer in LAYERS.items()},
            enumerated=edge.enumerated,
            part_of=bool(edge.part_of),
        )
    return graph


def commonest(counter: Counter[str]) -> str:
    return min(counter, key=lambda key: (-counter[key], key)) if counter else ""


def count_report(
    analysis: Analysis,
    report: str,
    kinds: frozenset[str] | None,
    enumerations: bool,
    nodes: dict[str, Node],
    edges: dict[tuple[str, str], Edge],
) -> None:
    """Add one report's counts; counts of several reports add up in any order."""
    windows: dict[str, list[Entity]] = defaultdict(list)
    for entity in analysis.entities:
        if not entity.nested and not entity.zone and (kinds is None or entity.kind in kinds):
            windows[entity.statement].append(entity)
    for identifier, entities in windows.items():
        key = f"{report}#{identifier}"
        groups: dict[str, set[int]] = defaultdict(set)
        for entity in entities:
            for name in entity.names:
                node = nodes[name]
                node.kinds[entity.kind] += 1
                node.subtypes[entity.subtype] += 1
                node.mentions += 1
                node.named |= entity.named
                node.statements[key] = None
                groups[name].add(entity.group)
        for a, b in combinations(sorted(groups), 2):
            listed = groups[a] == groups[b] and len(groups[a]) == 1 and 0 not in groups[a]
            if listed and not enumerations:
                continue
            edges[a, b].statements[key] = analysis.statement(identifier).kind
            edges[a, b].enumerated += listed
    for formula in analysis.formulas:
        for part in formula.parts:
            for member in set(part.members) - {formula.whole}:
                if formula.whole in nodes and member in nodes:
                    pair = (min(formula.whole, member), max(formula.whole, member))
                    edges[pair].part_of[f"{report}#{part.statement}"] = None

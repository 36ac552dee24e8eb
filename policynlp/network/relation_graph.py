"""The graph of typed relations: directed, one edge for each statement that says so (codebook R1-R5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import networkx as nx

from policynlp.codebook import load_codebook
from policynlp.network.counts import each_report
from policynlp.schema import Analysis

__all__ = ["build_relation_graph"]


def build_relation_graph(analyses: Analysis | Iterable[Analysis], *, relations: Iterable[str] | None = None) -> nx.MultiDiGraph[str]:
    """Build the directed multigraph of the relations of one or several reports.

    Args:
        analyses: one analysis or several.
        relations: kinds of relation to keep, such as ["ESTABLISH", "SUPPORT"]; all by default.

    Returns:
        Nodes: `kind` (entity type, or ACTOR), `mentions`. The body that speaks is a node of its own for each zone: the zone's
        name, or the report's id where no zone is known; GUIDED_ACTOR stands for those whom it guides. Edges, one a statement:
        `relation`, `verb`, `statement` (`report#statement`), `kind` (class of the statement), `instrument` (codes joined by «|»),
        `status`. Nodes and edges come in the order of their names, then of the text.

    Raises:
        ValueError: a relation is none of the codebook's.

    Source:
        Codebook R1-R5.

    Example:
        >>> import policynlp
        >>> graph = build_relation_graph(policynlp.analyze("设立种子基金，支持科技型中小企业发展。"))
        >>> [(head, data["relation"], tail) for head, tail, data in graph.edges(data=True)]
        [('report', 'ESTABLISH', '种子基金'), ('report', 'SUPPORT', '科技型中小企业')]
    """
    known = ["PART_OF", "IS_A", "LOCATED_IN", "TARGETS", "IN_INDUSTRY", *load_codebook().actions]
    wanted = set(known if relations is None else relations)
    if unknown := sorted(wanted - set(known)):
        raise ValueError(f"relations holds {', '.join(unknown)}; known are {', '.join(known)}")
    kinds: dict[str, Counter[str]] = {}
    rows: list[tuple[str, str, dict[str, str]]] = []
    for report, analysis in each_report(analyses):
        for entity in analysis.entities:
            for name in entity.names:
                kinds.setdefault(name, Counter())[entity.kind] += 1
        for relation in analysis.relations:
            if relation.kind in wanted:
                statement = analysis.statement(relation.statement)
                head = (analysis.report.zone or report) if relation.head == "ZONE" else relation.head
                attributes = {
                    "relation": relation.kind,
                    "verb": relation.verb,
                    "statement": f"{report}#{statement.id}",
                    "kind": statement.kind,
                    "instrument": "|".join(statement.instruments),
                    "status": statement.status,
                }
                rows.append((head, relation.tail, attributes))
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for name in sorted({name for head, tail, _ in rows for name in (head, tail)}):
        counter = kinds.get(name, Counter())
        graph.add_node(name, kind=min(counter, key=lambda k: (-counter[k], k)) if counter else "ACTOR", mentions=sum(counter.values()))
    graph.add_edges_from(sorted(rows, key=lambda row: row[:2]))
    return graph

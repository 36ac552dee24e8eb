"""The graph of a page as rows of numbers: nodes with their places, edges with the statements behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import networkx as nx

from policynlp.network.communities import find_communities
from policynlp.network.cooccurrence import build_graph
from policynlp.network.counts import count_together
from policynlp.network.stability import add_stability
from policynlp.presentation.page_layout import MOST_CORE, place_many
from policynlp.schema import Analysis

__all__ = ["MOST_PLACED", "edge_rows", "node_rows", "page_graph"]

MOST_PLACED = 3000  # nodes a page can draw; its tables hold all
TIED, ONLY_TIED = 1, 2  # members of a formula that also share a statement, that share none


def page_graph(analyses: Sequence[Analysis]) -> nx.Graph[str]:
    """Build the co-occurrence graph with stability, rank intervals and communities."""
    counts = count_together(analyses)
    graph: nx.Graph[str] = build_graph(counts)
    if graph.number_of_edges():
        graph = add_stability(graph, counts)
    nx.set_node_attributes(graph, find_communities(graph), "community")
    return graph


def node_rows(graph: nx.Graph[str], order: Sequence[str], types: Mapping[str, int], limit: int) -> list[list[Any]]:
    """Give the nodes in their order: name, type, community, rank interval; those to draw with their place too."""
    drawn = [name for name in order[:MOST_PLACED] if graph.degree(name)]
    places = place_many(graph, drawn, min(limit, MOST_CORE))
    rows = []
    for name in order:
        data = graph.nodes[name]
        row = [
            name,
            types[data["kind"]],
            data["community"] - 1 if graph.degree(name) else -1,
            data.get("rank_low", 0),
            data.get("rank_high", 0),
        ]
        rows.append([*row, *places.get(name, ())])
    return rows


def edge_rows(graph: nx.Graph[str], order: Sequence[str], statements: Mapping[str, int]) -> list[list[int]]:
    """Give the edges in order of their nodes: both nodes, how they are tied, enumerated, stability in per cent, then the statements.

    Args:
        graph: from `page_graph`.
        order: of the nodes.
        statements: `report#statement` -> number of the statement on the page.
    """
    number = {name: i for i, name in enumerate(order)}
    rows = []
    for a, b, data in graph.edges(data=True):
        tie = 0 if not data["part_of"] else TIED if data["count"] else ONLY_TIED
        stability = round(100 * data.get("stability", 0))
        ends = sorted((number[a], number[b]))
        rows.append([*ends, tie, data["enumerated"], stability, *(statements[key] for key in data["statements"])])
    return sorted(rows)

"""The co-occurrence graph: names as nodes, pairs that share a window as edges, with the statements behind both."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

import networkx as nx

from policynlp.network.counts import Counts, Pair, Unit, count_together
from policynlp.schema import Analysis

if TYPE_CHECKING:
    Graph = nx.Graph[str]
else:
    Graph = nx.Graph

__all__ = ["LAYERS", "CooccurrenceGraph", "Enumerations", "build_graph"]

LAYERS = {"GOAL": "goals", "MEASURE": "measures", "INSTITUTION": "institutions"}
Enumerations = Literal["keep", "share", "drop"]
ENUMERATIONS = ("keep", "share", "drop")


class CooccurrenceGraph(Graph):
    """A networkx graph that a notebook shows as a picture; in all else it is `networkx.Graph`, and so are its copies."""

    def _repr_html_(self) -> str:
        """Show the picture in a notebook; only there is what draws loaded."""
        shown: str = import_module("policynlp.presentation.notebook").show_graph(self)
        return shown


def build_graph(
    analyses: Analysis | Iterable[Analysis] | Counts,
    *,
    unit: Unit = "statement",
    kinds: Sequence[str] | None = None,
    layer: str | None = None,
    min_count: int = 1,
    enumerations: Enumerations = "keep",
) -> CooccurrenceGraph:
    """Build the co-occurrence graph of one or several reports.

    A pair counts once a window, however often its names stand in it: count 3 means three statements, not three mentions.
    Second copies of a block count for nothing. Members of a formula are tied to its whole by an edge with `part_of`.

    Args:
        analyses: one analysis, several, or `Counts` (then `unit`, `kinds` and `layer` have been settled in counting).
        unit: the window: statement, paragraph or section.
        kinds: entity types to keep, such as ["FUND", "INDUSTRY"]; all by default.
        layer: GOAL, MEASURE, INSTITUTION or OTHER keeps only statements of that class; all by default.
        min_count: the smallest number of windows that an edge needs; `part_of` edges stay in any case.
        enumerations: what a window counts in which a pair stands only as members of one enumeration of n (A、B和C): «keep»
            1, «share» 1 / (n - 1), «drop» nothing.

    Returns:
        An undirected `networkx.Graph`, which a notebook shows as a picture; `graph.graph` holds `reports` and `windows`
        (their numbers), `unit` and `enumerations`. Nodes:
        `kind`, `subtype`, `named`, `mentions` (how often), `count` (windows), `statements` (ids, tuple of str). Edges: `count`
        (windows that hold both), `weight` (the same, enumerations weighed as asked), `statements`, `goals`, `measures`,
        `institutions` (how many of the windows are that; 0 where a window is more than a statement), `enumerated` (windows
        where the pair is in one enumeration), `part_of` (bool). Ids read `report#statement`. Nodes and edges come in order
        of their names.

    Raises:
        ValueError: `min_count` is below 1, or an option is unknown.

    Source:
        Callon, M., Courtial, J.-P., & Laville, F. (1991). Co-word analysis as a tool for describing the network of
        interactions between basic and technological research. Scientometrics, 22, 155-205. The 1 / (n - 1) of enumerations:
        Newman, M. E. J. (2001). Scientific collaboration networks II. Physical Review E, 64, 016132.

    Example:
        >>> import policynlp
        >>> graph = policynlp.build_graph(policynlp.analyze("支持科技型中小企业发展数字经济。"))
        >>> graph.edges["数字经济", "科技型中小企业"]["count"]
        1
    """
    if min_count < 1:
        raise ValueError(f"min_count is {min_count}; it must be 1 or more")
    if enumerations not in ENUMERATIONS:
        raise ValueError(f"enumerations is {enumerations!r}; it must be one of {', '.join(ENUMERATIONS)}")
    counts = analyses if isinstance(analyses, Counts) else count_together(analyses, unit=unit, kinds=kinds, layer=layer)
    graph = CooccurrenceGraph(reports=counts.reports, windows=counts.windows, unit=unit, enumerations=enumerations)
    graph.add_nodes_from(describe_nodes(counts))
    for pair in sorted({*counts.pairs, *counts.parts}):
        attributes = describe_pair(pair, counts, enumerations)
        if attributes["part_of"] or (attributes["count"] >= min_count and attributes["weight"] > 0):
            graph.add_edge(*pair, **attributes)
    return graph


def describe_nodes(counts: Counts) -> list[tuple[str, dict[str, Any]]]:
    """Give the names, in order, with their attributes."""
    mentions: dict[str, list[tuple[int, str, str, bool]]] = defaultdict(list)
    for (name, kind, subtype, named), number in counts.mentions.items():
        mentions[name].append((number, kind, subtype, named))
    return [
        (
            name,
            {
                "kind": commonest((number, kind) for number, kind, _, _ in mentions[name]),
                "subtype": commonest((number, subtype) for number, _, subtype, _ in mentions[name]),
                "named": any(named for _, _, _, named in mentions[name]),
                "mentions": sum(number for number, _, _, _ in mentions[name]),
                "count": len(counts.names[name]),
                "statements": counts.statements(name),
            },
        )
        for name in sorted(counts.names)
    ]


def commonest(numbers: Iterable[tuple[int, str]]) -> str:
    total: Counter[str] = Counter()
    for number, value in numbers:
        total[value] += number
    return min(total, key=lambda value: (-total[value], value))


def describe_pair(pair: Pair, counts: Counts, enumerations: Enumerations) -> dict[str, Any]:
    """Give the attributes of an edge."""
    windows = counts.pairs.get(pair, [])
    listed = counts.listed.get(pair, {})
    kinds = Counter(counts.kinds[window] for window in windows)
    lone = len(windows) - len(listed)
    shared = {"keep": float(len(listed)), "share": sum(1 / others for others in listed.values()), "drop": 0.0}[enumerations]
    return {
        "count": len(windows),
        "weight": round(lone + shared, 6),
        "statements": counts.evidence(pair),
        **{name: kinds[kind] for kind, name in LAYERS.items()},
        "enumerated": len(listed),
        "part_of": pair in counts.parts,
    }

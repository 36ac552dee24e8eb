"""A graph as plain rows: what every file format can hold, in one order, with safe names and one type a column."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import networkx as nx
import numpy as np

from policynlp.presentation.harmless import harmless
from policynlp.presentation.layout import place_nodes

__all__ = ["ASPECT", "Edge", "GraphRows", "Node", "Row", "first_number", "graph_rows", "plain_text", "unique"]

ASPECT = 1.4  # width of a drawing by its height

Row = dict[str, Any]  # attribute -> bool, int, float, str or list of str


class Node(NamedTuple):
    """A node: its name, which is its id, and its attributes."""

    name: str
    data: Row


class Edge(NamedTuple):
    """An edge: an id that no node and no other edge has, its ends, its attributes (`weight` among them)."""

    id: str
    source: str
    target: str
    data: Row

    @property
    def relation(self) -> str:
        """The kind of tie: the relation of a relation graph; CO_OCCURS; or IN_PACKAGE_WITH, a formula's tie that no window shares."""
        return str(self.data.get("relation") or ("CO_OCCURS" if self.data.get("count", 1) else "IN_PACKAGE_WITH"))


@dataclass(frozen=True, slots=True)
class GraphRows:
    """A graph as rows.

    Attributes:
        directed, multiple: whether edges have a direction, and whether two nodes may share several.
        about: attributes of the graph.
        nodes: in order of names.
        edges: in order of the names of their ends; the ends of an undirected edge too.
        node_types, edge_types: attribute -> bool, int, float, str or list, for every attribute in order of first use.
    """

    directed: bool
    multiple: bool
    about: Row
    nodes: list[Node]
    edges: list[Edge]
    node_types: dict[str, type]
    edge_types: dict[str, type]

    def places(self) -> dict[str, tuple[float, float]]:
        """Give each node its place in a box of width `ASPECT` and height 1, y upwards, the largest part on top."""
        picture: nx.Graph[str] = nx.Graph()
        picture.add_nodes_from(node.name for node in self.nodes)
        nothing = {"count": 0, "enumerated": 0, "weight": 0.0, "part_of": 0}
        for _, a, b, data in self.edges:
            if a != b:  # parallel edges add up, and a loop pulls at nothing
                before = picture.get_edge_data(a, b, nothing)
                picture.add_edge(a, b, **{key: total + data.get(key, key == "count") for key, total in before.items()})
        return place_nodes(picture, ASPECT) if self.nodes else {}


def graph_rows(graph: nx.Graph[str]) -> GraphRows:
    r"""Turn a graph into rows that XML, JSON, worksheets and CSV can hold.

    Control characters become U+FFFD; two names that are the same afterwards are told apart by «~2». What is missing, not a
    number or infinite is left out. `weight` is the edge's weight, its count where it has none, 1 where it has neither;
    a `part_of` edge weighs at least as much as the lightest edge above 0 (1 where none is), because programs drop edges of weight 0.

    Args:
        graph: any networkx graph or multigraph; it is not changed.

    Example:
        >>> graph = nx.Graph([("种子基金", "创投基金", {"count": 0, "part_of": True}), ("种子基金", "银行\x00", {"count": 2})])
        >>> [(edge.source, edge.target, edge.data["weight"]) for edge in graph_rows(graph).edges]
        [('创投基金', '种子基金', 2.0), ('种子基金', '银行�', 2.0)]
    """
    ordered = sorted(graph, key=str)
    names = dict(zip(ordered, unique(harmless(str(name)) for name in ordered), strict=True))
    nodes, node_types = even_types([graph.nodes[name] for name in ordered])
    pairs = [((names[a], names[b]), data) for a, b, data in graph.edges(data=True)]
    if not graph.is_directed():
        pairs = [((min(pair), max(pair)), data) for pair, data in pairs]
    pairs.sort(key=lambda edge: edge[0])
    edges, edge_types = even_types(weighted([data for _, data in pairs]))
    ids = unique([*names.values(), *(f"e{i}" for i in range(1, len(pairs) + 1))])[len(names) :]
    return GraphRows(
        graph.is_directed(),
        graph.is_multigraph(),
        even_types([graph.graph])[0][0],
        [Node(name, row) for name, row in zip(names.values(), nodes, strict=True)],
        [Edge(key, a, b, row) for key, ((a, b), _), row in zip(ids, pairs, edges, strict=True)],
        node_types,
        edge_types,
    )


def unique(texts: Iterable[str]) -> list[str]:
    """Number the later ones of equal texts.

    Example:
        >>> unique(["基金", "平台", "基金"])
        ['基金', '平台', '基金~2']
    """
    taken: dict[str, None] = {}
    for text in texts:
        number, spelling = 1, text
        while spelling in taken:
            number += 1
            spelling = f"{text}~{number}"
        taken[spelling] = None
    return list(taken)


def weighted(rows: Sequence[Row]) -> list[Row]:
    """Give every row its weight, first of its attributes."""
    weights = [first_number(row.get("weight"), row.get("count")) for row in rows]
    least = min((weight for weight in weights if weight > 0), default=1.0)
    raised = [max(weight, least) if row.get("part_of") else weight for weight, row in zip(weights, rows, strict=True)]
    return [{"weight": w, **{k: v for k, v in row.items() if k != "weight"}} for w, row in zip(raised, rows, strict=True)]


def first_number(*values: Any) -> float:
    """Give the first that is a finite number, else 1."""
    plain = (plain_value(value) for value in values)
    return next((float(value) for value in plain if isinstance(value, int | float)), 1.0)


def even_types(rows: Sequence[Row]) -> tuple[list[Row], dict[str, type]]:
    """Make the values plain, and those of one attribute of one type."""
    plain = [{str(k): value for k, v in row.items() if (value := plain_value(v)) is not None} for row in rows]
    types: dict[str, type] = {}
    for row in plain:
        for key, value in row.items():
            types[key] = wider(types.get(key, type(value)), type(value))
    return [{k: plain_text(v) if types[k] is str else types[k](v) for k, v in row.items()} for row in plain], types


def plain_value(value: Any) -> Any:
    """Give a bool, int, float, str or list of str; None for what is missing, not a number or infinite."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    for kind in (bool, int, float):
        if isinstance(value, kind):
            return kind(value)
    if isinstance(value, set | frozenset):
        value = sorted(map(str, value))
    return [harmless(str(item)) for item in value] if isinstance(value, tuple | list) else harmless(str(value))


def wider(a: type, b: type) -> type:
    return a if a is b else float if {a, b} == {int, float} else str


def plain_text(value: Any) -> str:
    """Give a value as text: true or false, numbers in full, lists joined by «|»."""
    if isinstance(value, bool):
        return str(value).lower()
    return "|".join(value) if isinstance(value, list) else str(value)

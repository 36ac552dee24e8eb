"""Writes graphs for Gephi, Pajek, Cytoscape and other programs."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import networkx as nx

from policynlp.atomic import replace_file
from policynlp.codebook import load_codebook
from policynlp.presentation.graph_rows import ASPECT, GraphRows, Node, Row, first_number, graph_rows, plain_text, unique
from policynlp.presentation.html_files import escape_json
from policynlp.version import __version__

__all__ = ["write_graph"]

SPACING = 150.0  # the room of a node in a drawing, in the units of its size
SIZE = 10.0  # the size of a node that occurs once
PLAIN_COLOUR = "#666666"  # of a node whose kind is no entity type, such as an actor
XML_TYPES = {bool: "boolean", int: "long", float: "double", str: "string", list: "string"}
# Pajek knows no escape inside a label: look-alikes stand for what would end it.
PAJEK_LABEL = str.maketrans({'"': "＂", "\\": "＼"})


def write_graph(graph: nx.Graph[str], path: str | Path) -> None:
    """Write a graph for another program; the suffix decides which.

    The weight of an edge is its `weight`, its `count` where it has none, 1 where it has neither. A `part_of` edge that no
    window shares would weigh 0 and be dropped: it weighs as much as the lightest other edge (its `count` stays 0).

    ========  ====================================  ======================================================================
    suffix    for                                   holds
    ========  ====================================  ======================================================================
    .gexf     Gephi                                 everything, with colour, size (area = windows) and place of each node
    .graphml  igraph, yEd, Cytoscape, Gephi         everything
    .net      Pajek, VOSviewer, UCINET              labels, places, weights, relations (UTF-8 with byte-order mark)
    .json     networkx and d3 (node-link)           everything; lists stay lists
    .cyjs     Cytoscape, Cytoscape.js               everything; lists stay lists; places
    ========  ====================================  ======================================================================

    Lists, such as statement ids, are joined by «|» in .gexf and .graphml. What is missing or not a number is left out. The
    same graph gives the same bytes.

    Args:
        graph: as `build_graph` or `build_relation_graph` gives it, or another networkx graph; it is not changed. Edges of a
            multigraph get the ids e1, e2, … as keys.
        path: the file to write; it appears whole or not at all.

    Raises:
        StoreError: the file cannot be written.
        ValueError: another suffix.

    Source:
        GEXF 1.2 (gexf.net); GraphML (graphml.graphdrawing.org); Pajek's manual, data format; networkx.node_link_data;
        Cytoscape.js, elements JSON.

    Example:
        >>> import networkx, policynlp, tempfile, pathlib
        >>> target = pathlib.Path(tempfile.mkdtemp(), "graph.graphml")
        >>> write_graph(policynlp.build_graph(policynlp.analyze("支持科技型中小企业发展数字经济。")), target)
        >>> networkx.read_graphml(target).number_of_edges()
        1
    """
    target = Path(path)
    spell = FORMATS.get(target.suffix.lower())
    if spell is None:
        raise ValueError(f"{target.name}: graphs are written as {', '.join(FORMATS)}")
    content = spell(graph_rows(graph))
    with replace_file(target) as temporary:
        temporary.write_bytes(content)


def to_gexf(rows: GraphRows) -> bytes:
    """Spell a graph as GEXF 1.2; parallel edges carry their relation as `kind`, by which Gephi keeps them apart."""
    spaces = {"xmlns": "http://www.gexf.net/1.2draft", "xmlns:viz": "http://www.gexf.net/1.2draft/viz", "version": "1.2"}
    root = Element("gexf", spaces)
    meta = SubElement(root, "meta")
    SubElement(meta, "creator").text = f"policynlp {__version__}"
    SubElement(meta, "description").text = "; ".join(f"{key}: {plain_text(value)}" for key, value in rows.about.items())
    graph = SubElement(root, "graph", defaultedgetype="directed" if rows.directed else "undirected", mode="static")
    edge_types = {key: kind for key, kind in rows.edge_types.items() if key != "weight"}
    for scope, types in (("node", rows.node_types), ("edge", edge_types)):
        attributes = SubElement(graph, "attributes", {"class": scope, "mode": "static"})
        for i, (title, kind) in enumerate(types.items()):
            SubElement(attributes, "attribute", id=f"{scope[0]}{i}", title=title, type=XML_TYPES[kind])
    places, scale = rows.places(), SPACING * math.sqrt(len(rows.nodes))
    nodes = SubElement(graph, "nodes")
    for node in rows.nodes:
        element = SubElement(nodes, "node", id=node.name, label=node.name)
        add_values(element, "n", rows.node_types, node.data)
        x, y = places[node.name]
        add_look(element, node, round(x * scale, 2), round(y * scale, 2))
    edges = SubElement(graph, "edges")
    for edge in rows.edges:
        tie = {"label": str(edge.data.get("verb") or edge.relation), "kind": edge.relation} if rows.multiple else {}
        ends = {"id": edge.id, "source": edge.source, "target": edge.target, "weight": str(edge.data["weight"])}
        element = SubElement(edges, "edge", ends | tie)
        add_values(element, "e", edge_types, edge.data)
    return to_bytes(root)


def add_values(element: Element, prefix: str, types: Mapping[str, type], data: Row) -> None:
    values = SubElement(element, "attvalues")
    for i, title in enumerate(types):
        if title in data:
            SubElement(values, "attvalue", {"for": f"{prefix}{i}", "value": plain_text(data[title])})


def add_look(element: Element, node: Node, x: float, y: float) -> None:
    """Add colour, size and place of a node."""
    kind = load_codebook().types.get(node.data.get("kind", ""))
    colour = kind.label.colour if kind else PLAIN_COLOUR
    red, green, blue = (str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    count = first_number(node.data.get("count"), node.data.get("mentions"))
    SubElement(element, "viz:color", r=red, g=green, b=blue, a="1.0")
    SubElement(element, "viz:size", value=str(round(SIZE * math.sqrt(max(count, 1)), 2)))
    SubElement(element, "viz:position", x=str(x), y=str(y), z="0.0")


def to_graphml(rows: GraphRows) -> bytes:
    """Spell a graph as GraphML; every key has an id of its own, as the schema wants."""
    root = Element("graphml", {"xmlns": "http://graphml.graphdrawing.org/xmlns"})
    about = {key: type(value) for key, value in rows.about.items()}
    scopes = {"graph": about, "node": {"label": str, **rows.node_types}, "edge": rows.edge_types}
    for scope, types in scopes.items():
        for i, (title, kind) in enumerate(types.items()):
            SubElement(root, "key", {"id": f"{scope[0]}{i}", "for": scope, "attr.name": title, "attr.type": XML_TYPES[kind]})
    graph = SubElement(root, "graph", edgedefault="directed" if rows.directed else "undirected")
    add_data(graph, "g", about, rows.about)
    for node in rows.nodes:
        element = SubElement(graph, "node", id=node.name)
        add_data(element, "n", scopes["node"], {"label": node.name, **node.data})
    for edge in rows.edges:
        element = SubElement(graph, "edge", id=edge.id, source=edge.source, target=edge.target)
        add_data(element, "e", rows.edge_types, edge.data)
    return to_bytes(root)


def add_data(element: Element, prefix: str, types: Mapping[str, type], data: Row) -> None:
    for i, title in enumerate(types):
        if title in data:
            SubElement(element, "data", key=f"{prefix}{i}").text = plain_text(data[title])


def to_bytes(root: Element) -> bytes:
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def to_pajek(rows: GraphRows) -> bytes:
    """Spell a graph for Pajek, which takes a file for UTF-8 by its byte-order mark alone.

    The line before `*Vertices` is there for readers that do not know the mark: they pass over a line they do not know.
    """
    labels = unique(re.sub(r"\s", " ", node.name).translate(PAJEK_LABEL) for node in rows.nodes)
    places = rows.places()
    lines = ["*Network policynlp", f"*Vertices {len(rows.nodes)}"]
    for i, (node, label) in enumerate(zip(rows.nodes, labels, strict=True), start=1):
        x, y = places[node.name]
        lines.append(f'{i} "{label}" {0.05 + 0.9 * x / ASPECT:.4f} {0.95 - 0.9 * y:.4f} 0.5000')
    numbers = {node.name: i for i, node in enumerate(rows.nodes, start=1)}
    lines.append("*Arcs" if rows.directed else "*Edges")
    for edge in rows.edges:
        name = f' l "{edge.relation.translate(PAJEK_LABEL)}"' if rows.multiple else ""
        lines.append(f"{numbers[edge.source]} {numbers[edge.target]} {edge.data['weight']}{name}")
    return ("\ufeff" + "".join(line + "\r\n" for line in lines)).encode()


def to_node_link(rows: GraphRows) -> bytes:
    """Spell a graph as node-link JSON, as `networkx.node_link_graph(data, edges="edges")` reads it."""
    return to_json(
        {
            "directed": rows.directed,
            "multigraph": rows.multiple,
            "graph": rows.about,
            "nodes": [{**node.data, "id": node.name} for node in rows.nodes],
            "edges": [edge.data | {"source": edge.source, "target": edge.target} | key_of(rows, edge.id) for edge in rows.edges],
        }
    )


def to_cytoscape(rows: GraphRows) -> bytes:
    """Spell a graph as Cytoscape JSON; `interaction` is what Cytoscape calls the kind of an edge."""
    places, scale = rows.places(), SPACING * math.sqrt(len(rows.nodes))
    nodes = [
        {
            "data": {**node.data, "id": node.name, "value": node.name, "name": node.name},
            # On screens y grows downwards.
            "position": {"x": round(places[node.name][0] * scale, 2), "y": round((1 - places[node.name][1]) * scale, 2)},
        }
        for node in rows.nodes
    ]
    edges = [
        {
            "data": {**edge.data, "id": edge.id, "source": edge.source, "target": edge.target, "interaction": edge.relation}
            | key_of(rows, edge.id)
        }
        for edge in rows.edges
    ]
    about = {"name": "policynlp", **rows.about}
    return to_json({"data": about, "directed": rows.directed, "multigraph": rows.multiple, "elements": {"nodes": nodes, "edges": edges}})


def key_of(rows: GraphRows, key: str) -> dict[str, str]:
    return {"key": key} if rows.multiple else {}


def to_json(data: dict[str, Any]) -> bytes:
    # Graph files get pasted into pages: no tag may start in one.
    return (escape_json(json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)) + "\n").encode()


FORMATS: dict[str, Callable[[GraphRows], bytes]] = {
    ".gexf": to_gexf,
    ".graphml": to_graphml,
    ".net": to_pajek,
    ".json": to_node_link,
    ".cyjs": to_cytoscape,
}

"""Writes graphs for Gephi and other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx

from policynlp.atomic import replace_file
from policynlp.codebook import load_codebook
from policynlp.presentation.harmless import harmless
from policynlp.presentation.layout import place_nodes

__all__ = ["write_graph"]

SCALE = 1000.0


def write_graph(graph: nx.Graph[str], path: str | Path) -> None:
    """Write a graph as GEXF or GraphML, by the suffix.

    Edge weights are the counts (at least 1, so that `part_of` edges survive weighting); every other attribute is kept,
    statement ids joined by «|». GEXF also holds the colour of the type, size and place of each node, so that Gephi shows
    the picture at once. The same graph gives the same bytes.

    Args:
        graph: as `build_graph` gives it; it is not changed.
        path: .gexf or .graphml; the file appears whole or not at all.

    Raises:
        StoreError: the file cannot be written.
        ValueError: another suffix.

    Example:
        >>> import networkx, policynlp, tempfile, pathlib
        >>> target = pathlib.Path(tempfile.mkdtemp(), "graph.graphml")
        >>> write_graph(policynlp.build_graph(policynlp.analyze("支持科技型中小企业发展数字经济。")), target)
        >>> networkx.read_graphml(target).number_of_edges()
        1
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix not in (".gexf", ".graphml"):
        raise ValueError(f"{target.name}: graphs are written as .gexf or .graphml")
    plain = plain_graph(graph, visual=suffix == ".gexf")
    with replace_file(target) as temporary:
        if suffix == ".gexf":
            nx.write_gexf(plain, temporary)
            drop_date(temporary)
        else:
            nx.write_graphml(plain, temporary, named_key_ids=True)


def plain_graph(graph: nx.Graph[str], *, visual: bool) -> nx.Graph[str]:
    """Copy a graph with attributes that XML can hold."""
    types = load_codebook().types
    places = place_nodes(graph) if visual and len(graph) else {}
    plain: nx.Graph[str] = nx.Graph()
    for name, data in graph.nodes(data=True):
        attributes = {key: plain_value(value) for key, value in data.items()}
        attributes["label"] = harmless(name)
        if visual:
            red, green, blue = (int(types[data["kind"]].label.colour[i : i + 2], 16) for i in (1, 3, 5))
            x, y = places[name]
            attributes["viz"] = {
                "color": {"r": red, "g": green, "b": blue, "a": 1.0},
                "size": float(6 + 4 * data["count"]),
                "position": {"x": round(x * SCALE, 2), "y": round(-y * SCALE, 2), "z": 0.0},
            }
        plain.add_node(harmless(name), **attributes)
    for a, b, data in graph.edges(data=True):
        plain.add_edge(harmless(a), harmless(b), weight=float(max(data["count"], 1)), **{k: plain_value(v) for k, v in data.items()})
    return plain


def plain_value(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return harmless("|".join(map(str, value)))
    if isinstance(value, bool | int | float):
        return value
    return harmless(str(value))


def drop_date(path: Path) -> None:
    """Take out the day of writing, which would make equal graphs differ."""
    namespaces = {
        "": "http://www.gexf.net/1.2draft",
        "viz": "http://www.gexf.net/1.2draft/viz",
        "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    }
    for prefix, uri in namespaces.items():
        ElementTree.register_namespace(prefix, uri)
    tree = ElementTree.parse(path)  # noqa: S314  the file is the one written a moment ago
    for meta in tree.iter("{http://www.gexf.net/1.2draft}meta"):
        meta.attrib.pop("lastmodifieddate", None)
    tree.write(path, encoding="utf-8", xml_declaration=True)

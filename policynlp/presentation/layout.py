"""Where the nodes of a picture stand: deterministic, and without overlapping labels."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt

from policynlp.presentation.large_layout import spring_many
from policynlp.presentation.packing import fill_rows, fit_shapes

__all__ = ["arrange", "place_nodes", "shorten", "spread", "strong_part", "text_width", "visible_part"]

Places = dict[str, tuple[float, float]]
Points = npt.NDArray[np.float64]
TOUCH = 1e-6
GROWTH = 1.1
MOST_SPRINGS = 400  # nodes; springs between all take cubic time, so a larger part gets them between neighbours only
BEND = 0.5
SMALL = 9  # a part of more nodes takes the shape of the page
ROOM = 1.3  # how much room a part gets, as a multiple of what its boxes cover
CELL = 0.1  # inches; the parts of a graph are fitted together on a grid
GAP = 2  # cells between parts


def visible_part(graph: nx.Graph[str], limit: int) -> nx.Graph[str]:
    """Give the part of a graph that a picture can hold: the strongest edges whose ends are `limit` nodes at most.

    Edges rank by `edge_weight`, then by the statements of their ends, then by name. All edges among the chosen nodes are in
    the part; nodes and edges come in order of their names, whatever their order in the graph.
    """

    def rank(edge: tuple[str, str, dict[str, Any]]) -> tuple[float, int, str, str]:
        a, b, data = edge
        return (-edge_weight(data), -graph.nodes[a]["count"] - graph.nodes[b]["count"], a, b)

    kept: set[str] = set()
    edges = ordered_edges(graph)
    for a, b, _ in sorted(edges, key=rank):
        if len(kept | {a, b}) <= limit:
            kept |= {a, b}
    picture: nx.Graph[str] = nx.Graph()
    picture.add_nodes_from((name, graph.nodes[name]) for name in sorted(kept))
    picture.add_edges_from((a, b, data) for a, b, data in edges if a in kept and b in kept)
    return picture


def strong_part(graph: nx.Graph[str], limit: int) -> tuple[nx.Graph[str], float]:
    """Give a graph without its weak edges, so that some `limit` edges are left, and the weight from which all edges are kept.

    Edges of one weight stay or go together, so no choice among equals is made; the heaviest stay however many they are.
    What else joins a node to the rest stays too: a maximum spanning forest.

    Returns:
        A new graph with the same nodes, and the least weight of which no edge was left out; 0 where none was left out at all.

    Source:
        Kruskal, J. B. (1956). On the shortest spanning subtree of a graph and the traveling salesman problem. Proceedings of
        the American Mathematical Society, 7(1), 48-50.
    """
    edges = ordered_edges(graph)
    weights = sorted((edge_weight(data) for _, _, data in edges), reverse=True)
    if len(weights) <= limit:
        return graph, 0.0
    floor = min((w for w in set(weights) if weights.index(w) + weights.count(w) <= limit), default=weights[0])
    weighed: nx.Graph[str] = nx.Graph()
    weighed.add_edges_from((a, b, {"strength": edge_weight(data)}) for a, b, data in edges)
    forest = {frozenset(edge[:2]) for edge in nx.maximum_spanning_edges(weighed, weight="strength", data=False)}
    part: nx.Graph[str] = nx.Graph()
    part.add_nodes_from(graph.nodes(data=True))
    part.add_edges_from((a, b, data) for a, b, data in edges if edge_weight(data) >= floor or frozenset((a, b)) in forest)
    return part, floor


def ordered_edges(graph: nx.Graph[str]) -> list[tuple[str, str, dict[str, Any]]]:
    return sorted(((min(a, b), max(a, b), data) for a, b, data in graph.edges(data=True)), key=lambda edge: edge[:2])


def edge_weight(data: Mapping[str, Any]) -> float:
    """Weigh an edge for layout and ranking: its weight as counted, and one statement more where it is part of a package."""
    return max(float(data.get("weight", data.get("count", 1))) + bool(data.get("part_of")), 0.5)


def place_nodes(graph: nx.Graph[str], aspect: float = 1.4) -> Places:
    """Place the nodes: each connected part by springs, the parts packed beside each other.

    Returns:
        Positions in a box of width `aspect` and height 1.
    """
    parts: list[tuple[list[str], Points]] = []
    for names, points in spring_parts(graph):
        size = math.sqrt(len(names))
        extent = np.maximum(np.ptp(points, axis=0), 1e-9)
        shape = np.array([size * math.sqrt(aspect), size / math.sqrt(aspect)])
        scaled = points / extent * shape if len(names) > 2 else points / max(extent.max(), 1e-9) * 1.2
        parts.append((names, scaled - scaled.min(0)))
    corners = fill_rows([(max(w, 1.0), max(h, 0.8)) for w, h in (points.max(0).tolist() for _, points in parts)], aspect, gap=0.6)
    placed = [
        (name, point + corner)
        for (names, points), corner in zip(parts, corners, strict=True)
        for name, point in zip(names, points, strict=True)
    ]
    if not placed:
        return {}
    everywhere = np.array([point for _, point in placed])
    lower, extent = everywhere.min(0), np.maximum(np.ptp(everywhere, axis=0), 1e-9)
    return {name: tuple(((point - lower) / extent * (aspect, 1.0)).tolist()) for name, point in placed}


def spring_parts(graph: nx.Graph[str]) -> list[tuple[list[str], Points]]:
    """Lay out each connected part by itself, the largest first, its longer side across."""
    parts: list[tuple[list[str], Points]] = []
    for component in sorted(nx.connected_components(graph), key=lambda c: (-len(c), min(c))):
        names = tuple(sorted(component))
        edges = tuple((a, b, edge_weight(data)) for a, b, data in ordered_edges(graph.subgraph(names)))
        parts.append((list(names), spring_part(names, edges)))
    return parts


@lru_cache(maxsize=256)  # the picture and each file of one graph ask for the same parts
def spring_part(names: tuple[str, ...], edges: tuple[tuple[str, str, float], ...]) -> Points:
    """Lay out one connected part; an edge of weight 4 is half as long as one of weight 1.

    Source:
        Kamada, T., & Kawai, S. (1989). An algorithm for drawing general undirected graphs. Information Processing Letters,
        31(1), 7-15.
    """
    ordered: nx.Graph[str] = nx.Graph()
    ordered.add_nodes_from(names)
    ordered.add_edges_from((a, b, {"length": 1 / math.sqrt(weight)}) for a, b, weight in edges)
    placed = nx.circular_layout(ordered)
    if len(names) > MOST_SPRINGS:
        placed = dict(zip(names, spring_many(ordered), strict=True))
    elif len(names) > 2:
        ways = nx.all_pairs_dijkstra_path_length(ordered, weight="length")
        # Long ways count less than their length, or a part with long arms would leave most of its page empty.
        distances = {a: {b: way**BEND for b, way in reached.items()} for a, reached in ways}
        placed = nx.kamada_kawai_layout(ordered, dist=distances, pos=placed)
    points = turn_across(np.array([placed[name] for name in names], float))
    points.setflags(write=False)
    return points


def turn_across(points: Points) -> Points:
    """Turn points about their middle so that they spread most from left to right."""
    centred = points - points.mean(0)
    (xx, xy), (_, yy) = centred.T @ centred
    if abs(xx - yy) + abs(xy) < 1e-3 * (xx + yy):  # as round as a clique: no direction is the longest
        return np.asarray(centred)
    angle = 0.5 * math.atan2(2 * xy, xx - yy)
    cos, sin = math.cos(angle), math.sin(angle)
    return np.asarray(centred @ np.array([[cos, -sin], [sin, cos]]))


def arrange(graph: nx.Graph[str], sizes: Mapping[str, tuple[float, float]], aspect: float) -> tuple[Places, Points]:
    """Place boxes, one a node, so that none overlaps another, near to what they are joined to.

    Args:
        graph: as `visible_part` gives it.
        sizes: width and height of each node's box, in inches.
        aspect: the width to aim at, as a multiple of the height.

    Returns:
        The centres of the boxes in inches, and the width and height of the whole, which begins at 0, 0.

    Example:
        >>> import policynlp
        >>> graph = policynlp.build_graph(policynlp.analyze("支持科技型中小企业发展数字经济。"))
        >>> places, extent = arrange(graph, dict.fromkeys(graph, (2.0, 1.0)), 1.4)
        >>> sorted(places), bool(extent[0] >= 2)
        (['数字经济', '科技型中小企业'], True)
    """
    parts = []
    for names, points in spring_parts(graph):
        boxes = np.array([sizes[name] for name in names])
        moved = spread(unfold(points, boxes, aspect), boxes)
        parts.append((names, moved - (moved - boxes / 2).min(0), boxes))
    shapes = [cells(graph, names, points, boxes) for names, points, boxes in parts]
    places = {
        name: (float(x + corner[0] * CELL), float(y + corner[1] * CELL))
        for (names, points, _), corner in zip(parts, fit_shapes(shapes, aspect), strict=True)
        for name, (x, y) in zip(names, points, strict=True)
    }
    extent = np.max([np.add(place, np.divide(sizes[name], 2)) for name, place in places.items()], axis=0)
    return places, extent


def unfold(points: Points, boxes: Points, aspect: float) -> Points:
    """Scale the points of a part so that its boxes have room: a large part in the shape of the page, a small one in its own.

    A large part is evened out too: across and upright, each point moves half way to where its rank would put it.
    """
    wide, high = boxes.mean(0)
    if len(points) == 2:
        return np.array([[-0.65 * wide, 0.0], [0.65 * wide, 0.0]])
    extent = np.maximum(np.ptp(points, axis=0), 1e-9)
    even = (points - points.min(0)) / extent
    if len(points) > SMALL:
        even = (even + points.argsort(0).argsort(0) / (len(points) - 1)) / 2
    else:
        aspect = float(np.clip(extent[0] / extent[1], 0.7, 3.0) * math.sqrt(wide / high))
    area = ROOM * (len(points) - 1) * wide * high  # the outer boxes stand half outside
    return np.asarray(even * (math.sqrt(area * aspect), math.sqrt(area / aspect)))


def cells(graph: nx.Graph[str], names: Sequence[str], points: Points, boxes: Points) -> npt.NDArray[np.bool_]:
    """Give the cells of a grid that a part covers with its boxes and edges, and a gap around them."""
    extent = (points + boxes / 2).max(0)
    taken = np.zeros(np.ceil(extent / CELL).astype(int) + 1, bool)
    for low, high in zip(points - boxes / 2, points + boxes / 2, strict=True):
        (left, bottom), (right, top) = (low / CELL).astype(int), np.ceil(high / CELL).astype(int)
        taken[left:right, bottom:top] = True
    place = dict(zip(names, points, strict=True))
    for a, b in graph.subgraph(names).edges:
        steps = np.linspace(place[a], place[b], int(np.hypot(*(place[a] - place[b])) / CELL) + 2)
        taken[tuple((steps / CELL).astype(int).T)] = True
    wide = np.pad(taken, ((0, GAP), (0, GAP)))
    return np.asarray(np.any([np.roll(wide, (x, y), (0, 1)) for x in range(GAP + 1) for y in range(GAP + 1)], axis=0))


def text_width(name: str) -> float:
    """Give the width of a label in ems: Chinese characters are square, others about half."""
    return sum(1.0 if ord(c) > 0x2E7F else 0.56 for c in name)


def shorten(name: str, ems: float = 18) -> str:
    """Make a label of a name: on one line, and no wider than that many ems.

    Example:
        >>> shorten("药都科技金融服务平台", 6)
        '药都科技金…'
    """
    label = " ".join(name.split())
    if text_width(label) <= ems:
        return label
    while text_width(label) > ems - 1:
        label = label[:-1]
    return f"{label}…"


def spread(centres: Points, sizes: Points, rounds: int = 150) -> Points:
    """Push boxes apart until none overlaps, moving each pair as little as possible.

    Args:
        centres: (n, 2) centres of the boxes.
        sizes: (n, 2) widths and heights.
        rounds: the rounds of pushing before everything is drawn out a little and pushed again.

    Returns:
        The new centres, (n, 2).

    Example:
        >>> moved = spread(np.array([[0.0, 0.0], [0.1, 0.0]]), np.array([[1.0, 1.0], [1.0, 1.0]]))
        >>> bool(abs(moved[0, 0] - moved[1, 0]) >= 0.999 or abs(moved[0, 1] - moved[1, 1]) >= 0.999)
        True
    """
    points = centres.astype(float).copy()
    for i in range(len(points)):  # boxes on the very same spot need a direction to part in
        points[i] += 1e-6 * np.array([math.cos(i), math.sin(i)])
    need = (sizes[:, None] + sizes[None]) / 2
    while not part(points, need, rounds):
        points *= GROWTH  # too crowded to part by small steps
    return points


def part(points: Points, need: Points, rounds: int) -> bool:
    """Push overlapping boxes apart, in place; say whether none overlaps any more."""
    for _ in range(rounds):
        delta = points[:, None] - points[None]
        overlap = need - np.abs(delta)
        hit = np.asarray((overlap > TOUCH).all(2)) & ~np.eye(len(points), dtype=bool)
        if not hit.any():
            return True
        axis = overlap.argmin(2)
        push = np.zeros_like(delta)
        for dim in (0, 1):
            chosen = hit & (axis == dim)
            push[..., dim] = np.where(chosen, np.sign(delta[..., dim]) * (overlap[..., dim] + TOUCH) / 2, 0)
        points += push.sum(1) / np.sqrt(np.maximum(hit.sum(1, keepdims=True), 1))
    return False

"""Where the nodes of a picture stand: deterministic, and without overlapping labels."""

from __future__ import annotations

import math
from collections.abc import Mapping

import networkx as nx
import numpy as np
import numpy.typing as npt

__all__ = ["place_nodes", "spread", "text_width", "visible_part"]

Points = npt.NDArray[np.float64]
TOUCH = 1e-6
GROWTH = 1.1
MOST_SPRINGS = 400  # the springs take cubic time; a larger part is laid out in a circle


def visible_part(graph: nx.Graph[str], limit: int) -> nx.Graph[str]:
    """Give the part of a graph that a picture can hold: the `limit` most connected nodes that have an edge among themselves.

    Nodes rank by strength (the sum of their edge counts), then by count, then by name. An edge that only joins members of
    one enumeration adds less than one that joins independent mentions.
    """

    def strength(name: str) -> float:
        return sum(edge_weight(data) for _, _, data in graph.edges(name, data=True))

    ranked = sorted(graph, key=lambda name: (-strength(name), -graph.nodes[name]["count"], name))
    part = graph.subgraph(ranked[:limit])
    kept = [name for name in ranked[:limit] if part.degree(name)]
    picture: nx.Graph[str] = nx.Graph()
    picture.add_nodes_from((name, graph.nodes[name]) for name in sorted(kept))
    picture.add_edges_from(ordered_edges(part))
    return picture


def ordered_edges(graph: nx.Graph[str]) -> list[tuple[str, str, dict[str, object]]]:
    return sorted(((min(a, b), max(a, b), data) for a, b, data in graph.edges(data=True)), key=lambda edge: edge[:2])


def edge_weight(data: Mapping[str, float]) -> float:
    """Weigh an edge for layout and ranking: pairs of one enumeration count half."""
    return max(data["count"] - 0.5 * data["enumerated"], 0.5)


def place_nodes(graph: nx.Graph[str], aspect: float = 1.4) -> dict[str, tuple[float, float]]:
    """Place the nodes: each connected part by Kamada and Kawai's springs, the parts packed beside each other.

    Returns:
        Positions in a box of width `aspect` and height 1.

    Source:
        Kamada, T., & Kawai, S. (1989). An algorithm for drawing general undirected graphs. Information Processing Letters,
        31(1), 7-15.
    """
    boxes: list[tuple[list[str], Points, float, float]] = []
    for component in sorted(nx.connected_components(graph), key=lambda c: (-len(c), min(c))):
        names = sorted(component)
        part = graph.subgraph(names)
        ordered: nx.Graph[str] = nx.Graph()
        ordered.add_nodes_from(names)
        ordered.add_edges_from(ordered_edges(part))
        for _, _, data in ordered.edges(data=True):
            data["length"] = 1 / math.sqrt(edge_weight(data))
        start = nx.circular_layout(ordered)
        springs = 2 < len(names) <= MOST_SPRINGS
        placed = nx.kamada_kawai_layout(ordered, pos=start, weight="length") if springs else start
        points = np.array([placed[name] for name in names], float)
        points -= points.min(0)
        size = math.sqrt(len(names))
        extent = np.maximum(points.max(0), 1e-9)
        width, height = size * math.sqrt(aspect), size / math.sqrt(aspect)
        points = points / extent * np.array([width, height]) if len(names) > 2 else points / max(extent.max(), 1e-9) * 1.2
        boxes.append((names, points, max(width, 1.0), max(height, 0.8)))
    return pack(boxes, aspect)


def pack(boxes: list[tuple[list[str], Points, float, float]], aspect: float) -> dict[str, tuple[float, float]]:
    """Pack the boxes of the parts in rows, largest first."""
    total = sum(width * height for _, _, width, height in boxes) or 1.0
    row_width = max([math.sqrt(total * 1.3 * aspect), *(width for _, _, width, _ in boxes)])
    positions: dict[str, tuple[float, float]] = {}
    x = y = row = 0.0
    gap = 0.6
    for names, points, width, height in boxes:
        if x and x + width > row_width:
            x, y, row = 0.0, y + row + gap, 0.0
        for name, (px, py) in zip(names, points, strict=True):
            positions[name] = (x + float(px), y + float(py))
        x += width + gap
        row = max(row, height)
    xs = [p[0] for p in positions.values()] or [0.0]
    ys = [p[1] for p in positions.values()] or [0.0]
    wide, high = max(max(xs) - min(xs), 1e-9), max(max(ys) - min(ys), 1e-9)
    return {n: ((px - min(xs)) / wide * aspect, (py - min(ys)) / high) for n, (px, py) in positions.items()}


def text_width(name: str) -> float:
    """Give the width of a label in ems: Chinese characters are square, others about half."""
    return sum(1.0 if ord(c) > 0x2E7F else 0.56 for c in name)


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

"""Where the nodes of a page's graph stand: the strongest placed with room for their labels, the others around them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from policynlp.presentation.layout import arrange, strong_part, text_width

__all__ = ["MOST_CORE", "MOST_LINES", "place_many", "radius", "strength_order"]

Points = npt.NDArray[np.float64]
INCH = 96.0  # pixels
LABEL = 12.0  # pixels an em
LONGEST = 22  # characters of a name that a picture shows
MOST_CORE = 300  # nodes that get room for their labels: what fits a screen; springs take cubic time
MOST_LINES = 600  # edges that decide their places, and that a picture shows until the reader asks for more
ASPECT = 1.05  # of the room for the picture on a common screen
GAP = 5.0  # pixels between two dots
REACH = 30.0  # how near a node comes to what it is joined to, in pixels
ROUNDS = 80
GOLDEN = math.pi * (3 - math.sqrt(5))


def strength_order(graph: nx.Graph[str]) -> list[str]:
    """Give the nodes in the order in which the strongest edges name them, then those without an edge by their statements.

    A picture of the n strongest nodes is a beginning of this list.

    Example:
        >>> import policynlp
        >>> strength_order(policynlp.build_graph(policynlp.analyze("发展数字经济和氢能产业。发展数字经济和氢能产业。设立种子基金。")))
        ['数字经济', '氢能产业', '种子基金']
    """

    def rank(edge: tuple[str, str, dict[str, float]]) -> tuple[float, int, str, str]:
        a, b, data = edge
        return (-data["weight"] - bool(data["part_of"]), -graph.nodes[a]["count"] - graph.nodes[b]["count"], min(a, b), max(a, b))

    joined = dict.fromkeys(name for edge in sorted(graph.edges(data=True), key=rank) for name in sorted(edge[:2]))
    alone = sorted((name for name in graph if name not in joined), key=lambda name: (-graph.nodes[name]["count"], name))
    return [*joined, *alone]


def radius(count: int) -> float:
    """Give the radius of a node in pixels, by its statements."""
    return min(3.4 + 2.3 * math.sqrt(count), 18.0)


def place_many(graph: nx.Graph[str], order: Sequence[str], core: int) -> dict[str, tuple[int, int]]:
    """Place nodes in whole pixels: the first `core` so that their labels have room, the others in the gaps near to what they are joined to.

    However many are shown, those placed first stay where they are.

    Args:
        graph: from `build_graph`.
        order: the nodes to place, the strongest first, as `strength_order` gives them; all have an edge.
        core: how many get room for labels, at most `MOST_CORE`.

    Example:
        >>> import policynlp
        >>> graph = policynlp.build_graph(policynlp.analyze("支持科技型中小企业发展数字经济。"))
        >>> sorted(place_many(graph, list(graph), 2))
        ['数字经济', '科技型中小企业']
    """
    if not order:
        return {}
    sizes = np.array([radius(graph.nodes[name]["count"]) for name in order])
    first = list(order[: min(core, MOST_CORE)])
    points = np.zeros((len(order), 2))
    points[: len(first)] = place_core(graph, first, sizes)
    fixed = len(first)
    if fixed < len(order):
        number = {name: i for i, name in enumerate(order)}
        ends = np.array(sorted(tuple(sorted((number[a], number[b]))) for a, b in graph.subgraph(order).edges), int).reshape(-1, 2)
        start_outer(points, sizes, ends, fixed)
        settle(points, sizes, ends, fixed)
    points -= points.min(0)
    return {name: (round(x), round(y)) for name, (x, y) in zip(order, points.tolist(), strict=True)}


def place_core(graph: nx.Graph[str], names: Sequence[str], sizes: Points) -> Points:
    """Place the strongest nodes by their strongest edges, boxes of dot and label side by side."""
    part: nx.Graph[str] = nx.Graph()
    part.add_nodes_from((name, graph.nodes[name]) for name in names)
    part.add_edges_from(graph.subgraph(names).edges(data=True))
    boxes = {
        name: (max(text_width(name[:LONGEST]) * LABEL + 8, 2 * size + 6) / INCH, (2 * size + LABEL + 10) / INCH)
        for name, size in zip(names, sizes, strict=False)
    }
    places, _ = arrange(strong_part(part, MOST_LINES)[0], boxes, ASPECT)
    return np.array([places[name] for name in names]) * INCH


def neighbours(ends: Points, count: int) -> list[list[int]]:
    near: list[list[int]] = [[] for _ in range(count)]
    for a, b in ends.tolist():
        near[a].append(b)
        near[b].append(a)
    return near


def start_outer(points: Points, sizes: Points, ends: Points, fixed: int) -> None:
    """Give each outer node a first place, in place: beside the mean of its placed neighbours; what has none, in a spiral."""
    near = neighbours(ends, len(points))
    placed = np.zeros(len(points), bool)
    placed[:fixed] = True
    middle = points[:fixed].mean(0)
    rim = np.ptp(points[:fixed], axis=0) / 2 + 60
    queue = [i for i in range(fixed, len(points)) if any(placed[j] for j in near[i])]
    later = iter(range(fixed, len(points)))
    turn = 0
    while True:
        while queue:
            following: list[int] = []
            for i in queue:
                if not placed[i]:
                    anchor = points[[j for j in near[i] if placed[j]]].mean(0)
                    angle = GOLDEN * i
                    points[i] = anchor + (REACH + sizes[i]) * np.array([math.cos(angle), math.sin(angle)])
                    placed[i] = True
                    following += [j for j in near[i] if not placed[j]]
            queue = sorted(set(following))
        seed = next((i for i in later if not placed[i]), None)
        if seed is None:
            return
        out = 1 + 0.035 * math.sqrt(turn)
        points[seed] = middle + rim * out * 1.1 * np.array([math.cos(GOLDEN * turn), math.sin(GOLDEN * turn)])
        placed[seed] = True
        turn += 1
        queue = sorted(j for j in near[seed] if not placed[j])


def settle(points: Points, sizes: Points, ends: Points, fixed: int) -> None:
    """Draw outer nodes towards what they are joined to and push dots apart, in place; the core stays."""
    loose = np.arange(len(points)) >= fixed
    degree = np.maximum(np.bincount(ends.ravel(), minlength=len(points)), 1)[:, None]
    widest = 2 * float(sizes.max()) + GAP
    for turn in range(ROUNDS):
        first, second = ends[:, 0].astype(np.int64), ends[:, 1].astype(np.int64)
        gap = points[second] - points[first]
        far = np.maximum(np.hypot(*gap.T), 1e-9)[:, None]
        pull = gap * np.maximum(1 - REACH / far, 0) * 0.5
        move = np.zeros_like(points)
        if turn < ROUNDS * 3 // 4:  # the last rounds only push, so that no dot covers another
            np.add.at(move, first, pull)
            np.add.at(move, second, -pull)
            move /= degree
        points[loose] += move[loose] * 0.5
        push_apart(points, sizes, loose, widest)


def push_apart(points: Points, sizes: Points, loose: npt.NDArray[np.bool_], widest: float) -> None:
    """Push overlapping dots apart once, in place; a loose one gives way to a fixed one wholly."""
    pairs = cKDTree(points).query_pairs(widest, output_type="ndarray")
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    a, b = pairs[:, 0], pairs[:, 1]
    gap = points[b] - points[a]
    far = np.hypot(*gap.T)
    lack = sizes[a] + sizes[b] + GAP - far
    hit = (lack > 0) & (loose[a] | loose[b])
    a, b, gap, far, lack = a[hit], b[hit], gap[hit], far[hit], lack[hit]
    angle = GOLDEN * b  # dots on the very same spot need a direction to part in
    way = np.where(far[:, None] > 1e-6, gap / np.maximum(far, 1e-6)[:, None], np.column_stack([np.cos(angle), np.sin(angle)]))
    share = np.where(loose[a] & loose[b], 0.5, 1.0)
    push = way * (lack * share)[:, None]
    move = np.zeros_like(points)
    np.add.at(move, a, -push)
    np.add.at(move, b, push)
    crowd = np.maximum(np.bincount(np.concatenate([a, b]), minlength=len(points)), 1)[:, None]
    points[loose] += (move / np.sqrt(crowd))[loose]

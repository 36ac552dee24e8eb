"""Where the nodes of a large connected graph stand: a first picture from distances to a few pivots, then springs."""

from __future__ import annotations

import math
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import dijkstra

__all__ = ["spring_many"]

Points = npt.NDArray[np.float64]
PIVOTS = 50
WORK = 60_000_000  # pairs of nodes that push each other apart, over all rounds: a few seconds
ROUNDS = (10, 60)
BLOCK = 256  # rows of a matrix of pairs that stands in memory at once
STEP = 0.05  # how far a node moves in the first round at most, as a share of the whole picture
GOLDEN = math.pi * (3 - math.sqrt(5))


def spring_many(graph: nx.Graph[Any]) -> Points:
    """Place the nodes of a connected graph of hundreds or thousands of nodes, in their order.

    The same graph in the same order gives the same places. Rounds of springs grow fewer with the square of the nodes, so that
    time is bounded up to some 5,000 nodes and grows slowly beyond.

    Args:
        graph: connected, of at least three nodes; edges have `length`.

    Source:
        Brandes, U., & Pich, C. (2007). Eigensolver methods for progressive multidimensional scaling of large data. Graph
        Drawing 2006, LNCS 4372, 42-53. Fruchterman, T. M. J., & Reingold, E. M. (1991). Graph drawing by force-directed
        placement. Software: Practice and Experience, 21(11), 1129-1164.

    Example:
        >>> path = nx.path_graph(600)
        >>> nx.set_edge_attributes(path, 1.0, "length")
        >>> spring_many(path).shape
        (600, 2)
    """
    links = nx.to_scipy_sparse_array(graph, weight="length", format="csr")
    size = len(graph)
    points = from_pivots(links)
    rounds = min(max(WORK // size**2, ROUNDS[0]), ROUNDS[1])
    rest = math.sqrt(np.prod(np.ptp(points, axis=0)) / size)  # the distance at which push and pull are equal
    first, second = links.tocoo().coords
    for turn in range(rounds):
        gap = points[second] - points[first]
        pull = gap * np.hypot(*gap.T)[:, None] / rest
        move = np.column_stack([np.bincount(first, pull[:, axis], size) for axis in (0, 1)])
        for low in range(0, size, BLOCK):
            apart = points[low : low + BLOCK, None] - points
            move[low : low + BLOCK] += (apart * (rest**2 / np.maximum((apart**2).sum(2), rest**2 / 100))[..., None]).sum(1)
        step = STEP * np.ptp(points, axis=0).max() * (1 - turn / rounds)
        points = points + move * (step / np.maximum(np.hypot(*move.T), step))[:, None]
    # A few far arms would leave the rest no room, so each point moves half way to where its rank would put it.
    even = (points - points.min(0)) / np.ptp(points, axis=0)
    return np.asarray((even + points.argsort(0).argsort(0) / (size - 1)) / 2)


def from_pivots(links: Any) -> Points:
    """Place nodes by their distances to pivots far from each other, each a little aside so that no two are on one spot."""
    pivot = int(np.diff(links.indptr).argmax())
    nearest = np.full(links.shape[0], np.inf)
    ways = []
    for _ in range(PIVOTS):
        ways.append(dijkstra(links, indices=[pivot])[0])
        nearest = np.minimum(nearest, ways[-1])
        pivot = int(nearest.argmax())
    squares = np.array(ways).T ** 2
    centred = squares - squares.mean(0) - squares.mean(1)[:, None] + squares.mean()
    _, axes = np.linalg.eigh(centred.T @ centred)
    flat = centred @ axes[:, -1:-3:-1]
    flat *= np.sign(flat[np.abs(flat).argmax(0), [0, 1]])  # the sign of an axis is arbitrary: the farthest node lies right and up
    flat /= np.abs(flat).max()
    turn = np.arange(len(flat))
    return np.asarray(flat + 0.05 * np.sqrt(turn / len(flat))[:, None] * np.column_stack([np.cos(GOLDEN * turn), np.sin(GOLDEN * turn)]))

"""Shortest paths between all names at once: how far they are, and who lies on them. Edges count, not weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt

__all__ = ["Distances", "betweenness", "distances"]

Floats = npt.NDArray[np.float64]
TOGETHER = 1024  # nodes from which distances are counted at once, one bit each
WIDTH = 64  # nodes from which betweenness is counted at once
ONES = np.array([number.bit_count() for number in range(256)], np.int64)


@dataclass(frozen=True, slots=True)
class Distances:
    """What each node reaches: how many nodes with itself, the sum of the distances to them, and the greatest of these."""

    reached: npt.NDArray[np.int64]
    total: npt.NDArray[np.int64]
    longest: npt.NDArray[np.int64]

    def closeness(self) -> Floats:
        """Give closeness centrality, in a graph of several parts with the correction of Wasserman & Faust, as networkx has it."""
        others = self.reached - 1
        return others / np.maximum(self.total, 1) * others / max(len(others) - 1, 1)


def distances(graph: nx.Graph[Any]) -> Distances:
    """Count the distances between all nodes by breadth-first search, from 1,024 of them at once.

    It takes time in proportion to nodes × edges × the longest distance / 64, and is exact.

    Source:
        Then, M., et al. (2014). The more the merrier: efficient multi-source graph traversal. PVLDB, 8(4), 449-460.

    Example:
        >>> found = distances(nx.path_graph(3))
        >>> found.total.tolist(), found.longest.tolist()
        ([3, 2, 3], [2, 1, 2])
    """
    size = len(graph)
    reached, total, longest = (np.zeros(size, np.int64) for _ in range(3))
    if not size:
        return Distances(reached, total, longest)
    links = adjacency(graph)
    tied = np.flatnonzero(np.diff(links.indptr))
    for first in range(0, size, TOGETHER):
        bits = np.arange(min(TOGETHER, size - first))
        front = np.zeros((size, -(-len(bits) // 64)), np.uint64)
        front[first + bits, bits // 64] = np.left_shift(np.uint64(1), (bits % 64).astype(np.uint64))
        seen = front.copy()
        step = 0
        while front.any():
            met = ONES[front.view(np.uint8)].reshape(size, -1).sum(1)
            reached += met
            total += step * met
            longest[met > 0] = np.maximum(longest[met > 0], step)
            following = np.zeros_like(seen)
            if len(tied):
                following[tied] = np.bitwise_or.reduceat(front[links.indices], links.indptr[tied], axis=0)
            front = following & ~seen
            seen |= front
            step += 1
    return Distances(reached, total, longest)


def adjacency(graph: nx.Graph[Any]) -> Any:
    return nx.to_scipy_sparse_array(graph, dtype=np.dtype(float), weight=None, format="csr")


def betweenness(graph: nx.Graph[Any], sources: Sequence[int] | npt.NDArray[np.int64] | None = None) -> Floats:
    """Give betweenness centrality in the order of the nodes, normalised: 1 lies on all shortest paths between the others.

    Args:
        graph: undirected.
        sources: numbers of the nodes whose paths are counted, an estimate of the whole; all by default.

    Source:
        Brandes, U. (2001). A faster algorithm for betweenness centrality. Journal of Mathematical Sociology, 25, 163-177; of
        many sources at once, as products of matrices: Kepner, J., & Gilbert, J. (2011). Graph algorithms in the language of
        linear algebra. SIAM, chapter 6. Brandes, U., & Pich, C. (2007). Centrality estimation in large networks.
        International Journal of Bifurcation and Chaos, 17, 2303-2318.

    Example:
        >>> betweenness(nx.star_graph(3)).tolist()
        [1.0, 0.0, 0.0, 0.0]
    """
    size = len(graph)
    summed = np.zeros(size)
    chosen = np.arange(size) if sources is None else np.asarray(sources)
    if size < 3:
        return summed
    links = adjacency(graph)
    for first in range(0, len(chosen), WIDTH):
        block = chosen[first : first + WIDTH]
        front = np.zeros((size, len(block)))
        front[block, np.arange(len(block))] = 1
        summed += dependencies(links, front).sum(1)
    return summed * (size / len(chosen)) / ((size - 1) * (size - 2))


def dependencies(links: Any, start: Floats) -> Floats:
    """Give how much of the shortest paths from each source, a column of `start`, passes through each node."""
    paths, fronts = start.copy(), [start]
    while (front := np.where(paths > 0, 0, links @ fronts[-1])).any():
        paths += front
        fronts.append(front)
    passed = np.zeros_like(start)
    for front, nearer in zip(fronts[:0:-1], fronts[-2::-1], strict=True):
        share = np.divide(1 + passed, front, out=np.zeros_like(start), where=front > 0)
        passed += nearer * (links @ share)
    passed[start > 0] = 0
    return passed

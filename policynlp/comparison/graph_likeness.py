"""How alike two co-occurrence graphs are that share the names of their nodes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from policynlp.network.weights import settled

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["compare_graphs"]

Floats = npt.NDArray[np.float64]
FEWEST_SHARED = 3  # with fewer nodes there is nothing to permute
ROUNDING = 1e-12


def compare_graphs(one: nx.Graph[str], other: nx.Graph[str], *, permutations: int = 999, seed: int = 0) -> dict[str, float]:
    """Compare two graphs by the names they share.

    The QAP correlation is that of the weights of all pairs of shared names, 0 where a pair has no edge. Its p value is one-sided:
    how often a graph whose names are dealt out anew to its nodes correlates as well, the true deal counted too.

    Args:
        one: as `build_graph` gives it; edges of weight 0 (`part_of` alone) do not count.
        other: the same.
        permutations: how many times to deal the names anew; 0 for no p value. The smallest p is 1 / (`permutations` + 1).
        seed: of the random numbers.

    Returns:
        `node_jaccard` and `edge_jaccard`: what both have / what either has, 0 to 1 (0 if neither has any); `edge_difference`: half
        the sum of |difference| of the edges' shares of all weight, 0 (same) to 1 (no common edge); `qap`, -1 to 1, and `qap_p`, both
        NaN where fewer than three names are shared or all their pairs weigh the same in either graph; `shared_nodes` and
        `shared_edges`, numbers.

    Raises:
        ValueError: `permutations` is below 0.

    Source:
        Krackhardt, D. (1988). Predicting with networks: nonparametric multiple regression analysis of dyadic data. Social
        Networks, 10(4), 359-381. Jaccard, P. (1901). Bulletin de la Société vaudoise des sciences naturelles, 37, 547-579.

    Example:
        >>> import policynlp
        >>> texts = "发展数字经济和海洋经济。", "发展数字经济和氢能产业。"
        >>> one, other = (policynlp.build_graph(policynlp.analyze(text)) for text in texts)
        >>> found = compare_graphs(one, other)
        >>> round(found["node_jaccard"], 3), found["edge_jaccard"], found["edge_difference"]
        (0.333, 0.0, 1.0)
    """
    if permutations < 0:
        raise ValueError(f"permutations is {permutations}; it must be 0 or more")
    weights, other_weights = edge_weights(one), edge_weights(other)
    shared = sorted(set(one) & set(other))
    both, either = weights.keys() & other_weights.keys(), weights.keys() | other_weights.keys()
    qap, p = correlate(matrix_of(weights, shared), matrix_of(other_weights, shared), permutations, seed)
    return {
        "node_jaccard": settled(len(shared) / max(1, len(set(one) | set(other)))),
        "edge_jaccard": settled(len(both) / max(1, len(either))),
        "edge_difference": settled(difference(weights, other_weights)),
        "qap": settled(qap),
        "qap_p": settled(p),
        "shared_nodes": len(shared),
        "shared_edges": len(both),
    }


def edge_weights(graph: nx.Graph[str]) -> dict[tuple[str, str], float]:
    """Give the weight of each edge that has one, by its names in order."""
    return {(min(a, b), max(a, b)): data["weight"] for a, b, data in graph.edges(data=True) if data["weight"] > 0}


def difference(weights: dict[tuple[str, str], float], others: dict[tuple[str, str], float]) -> float:
    """Give half the sum of the differences between shares of weight; a graph without edges shares none."""
    total, other_total = sum(weights.values()), sum(others.values())
    if not total or not other_total:
        return 1.0
    return math.fsum(abs(weights.get(pair, 0) / total - others.get(pair, 0) / other_total) for pair in weights.keys() | others.keys()) / 2


def matrix_of(weights: dict[tuple[str, str], float], names: list[str]) -> Floats:
    """Give the symmetric matrix of the weights between some names."""
    number = {name: i for i, name in enumerate(names)}
    matrix = np.zeros((len(names), len(names)))
    for (a, b), weight in weights.items():
        if a in number and b in number:
            matrix[number[a], number[b]] = matrix[number[b], number[a]] = weight
    return matrix


def correlate(one: Floats, other: Floats, permutations: int, seed: int) -> tuple[float, float]:
    """Give the correlation of two symmetric matrices off the diagonal, and its p value under permutation of one's names."""
    size = len(one)
    upper = np.triu_indices(size, 1)
    a, b = one[upper], other[upper]
    if size < FEWEST_SHARED or a.min() == a.max() or b.min() == b.max():
        return math.nan, math.nan
    scale, expected = len(a) * a.std() * b.std(), len(a) * a.mean() * b.mean()
    found = ((a * b).sum() - expected) / scale
    if not permutations:
        return float(found), math.nan
    # Only the sum of products changes, and only pairs with an edge in the other graph add to it.
    rows, columns = np.nonzero(np.triu(other, 1))
    deals = np.random.default_rng(seed).permuted(np.tile(np.arange(size), (permutations, 1)), axis=1)
    products = one[deals[:, rows], deals[:, columns]] @ other[rows, columns]
    as_high = int((((products - expected) / scale) >= found - ROUNDING).sum())
    return float(found), (1 + as_high) / (1 + permutations)

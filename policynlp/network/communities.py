"""Groups of names that hang together more closely than with the rest."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import networkx as nx

from policynlp.network.counts import ordered

__all__ = ["find_communities"]

LEIDEN = "graspologic_native"  # the extra `fast` brings it


def find_communities(graph: nx.Graph[str], *, resolution: float = 1.0, seed: int = 0, weight: str = "weight") -> dict[str, int]:
    """Divide the names into communities of high modularity.

    Leiden's algorithm does it where the extra `fast` is installed, else Louvain's. Both are heuristics: another seed can give
    another division that is as good. Edges without weight or of weight 0 count for nothing.

    Args:
        graph: as `build_graph` gives it; it is not changed.
        resolution: above 1 for more and smaller communities, below 1 for fewer; above 0.
        seed: of the random numbers; the same seed gives the same communities.
        weight: the edge attribute that says how strong an edge is.

    Returns:
        Name -> number of its community, in order of names. Communities are numbered from 1, the largest first, those of one
        size by their first name. A name without edges is a community of its own.

    Raises:
        ValueError: `resolution` is not above 0.

    Source:
        Traag, V. A., Waltman, L., & van Eck, N. J. (2019). From Louvain to Leiden: guaranteeing well-connected communities.
        Scientific Reports, 9, 5233. Blondel, V. D., et al. (2008). Fast unfolding of communities in large networks. Journal of
        Statistical Mechanics, P10008.

    Example:
        >>> import policynlp
        >>> graph = policynlp.build_graph(policynlp.analyze("支持龙头企业发展数字经济。建设重点实验室。"))
        >>> find_communities(graph)
        {'数字经济': 1, '重点实验室': 2, '龙头企业': 1}
    """
    if resolution <= 0:
        raise ValueError(f"resolution is {resolution}; it must be above 0")
    edges = sorted((*ordered(a, b), float(data.get(weight) or 0)) for a, b, data in graph.edges(data=True))
    edges = [edge for edge in edges if edge[2] > 0]
    groups = leiden(edges, resolution, seed) if find_spec(LEIDEN) else louvain(edges, resolution, seed)
    grouped = {name for group in groups for name in group}
    groups += [[name] for name in graph if name not in grouped]
    ranked = sorted((sorted(group) for group in groups), key=lambda group: (-len(group), group[0]))
    numbers = {name: number for number, group in enumerate(ranked, 1) for name in group}
    return {name: numbers[name] for name in sorted(graph)}


def louvain(edges: list[tuple[str, str, float]], resolution: float, seed: int) -> list[list[str]]:
    if not edges:
        return []
    names = sorted({name for edge in edges for name in edge[:2]})
    number = {name: i for i, name in enumerate(names)}
    plain: nx.Graph[int] = nx.Graph()  # of numbers: sets of names have another order in every process
    plain.add_nodes_from(range(len(names)))
    plain.add_weighted_edges_from((number[a], number[b], strength) for a, b, strength in edges)
    groups = nx.community.louvain_communities(plain, resolution=resolution, seed=seed)
    return [[names[i] for i in group] for group in groups]


def leiden(edges: list[tuple[str, str, float]], resolution: float, seed: int) -> list[list[str]]:
    if not edges:
        return []
    native: Any = import_module(LEIDEN)
    _, found = native.leiden(
        edges,
        starting_communities=None,
        resolution=resolution,
        randomness=0.001,
        iterations=10,
        use_modularity=True,
        seed=seed,
        trials=1,
    )
    groups: dict[int, list[str]] = {}
    for name, number in found.items():
        groups.setdefault(number, []).append(name)
    return list(groups.values())

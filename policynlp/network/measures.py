"""The figures of a network that papers print: one row a measure, or one row a node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy.sparse.linalg import eigsh

from policynlp.network.communities import find_communities
from policynlp.network.counts import ordered
from policynlp.network.paths import betweenness, distances
from policynlp.network.weights import settled

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["centralisation", "describe_network", "describe_nodes"]

Floats = npt.NDArray[np.float64]
EXACT = 3_000  # nodes up to which betweenness is exact
SAMPLE = 1_000  # nodes whose paths it is estimated from beyond
SEED = 0


def describe_network(graph: nx.Graph[str], *, weight: str = "weight") -> pd.DataFrame:
    """Give the network-indicator table.

    Betweenness is exact up to 3,000 nodes and beyond estimated from the paths of 1,000 of them (Brandes & Pich 2007); path
    lengths are exact.

    Args:
        graph: as `build_graph` gives it; it is not changed.
        weight: the edge attribute for modularity. All other figures count edges, not weights.

    Returns:
        Columns `measure` (code) and `value`; the rows `nodes`, `edges`, `density`, `components`, `largest_component` (share of
        nodes), `clustering` (mean local clustering coefficient), `transitivity`, `path_length` and `diameter` (of the largest
        component), `degree_centralisation`, `betweenness_centralisation`, `closeness_centralisation` (Freeman, see
        `centralisation`), `communities`, `modularity`. What is not defined for so small a graph is 0.

    Source:
        Wasserman, S., & Faust, K. (1994). Social network analysis. Cambridge University Press. Watts, D. J., & Strogatz, S. H.
        (1998). Collective dynamics of small-world networks. Nature, 393, 440-442. Newman, M. E. J. (2006). Modularity and
        community structure in networks. PNAS, 103, 8577-8582.

    Example:
        >>> import policynlp
        >>> graph = policynlp.build_graph(policynlp.analyze("支持龙头企业发展数字经济。"))
        >>> describe_network(graph).set_index("measure").loc["density", "value"]
        np.float64(1.0)
    """
    import pandas as pd

    plain = plain_graph(graph, weight)
    parts = sorted(nx.connected_components(plain), key=lambda part: (-len(part), min(part)))
    largest = plain.subgraph(sorted(parts[0])) if parts else plain
    groups: dict[int, set[int]] = {}  # of numbers: sets of names have another order in every process
    for place, community in enumerate(find_communities(graph, weight=weight).values()):
        groups.setdefault(community, set()).add(place)
    numbered = nx.convert_node_labels_to_integers(plain)
    far = distances(plain)
    inside = np.isin(np.array(list(plain), object), np.array(list(largest), object))
    figures = {
        "nodes": len(plain),
        "edges": plain.number_of_edges(),
        "density": nx.density(plain) if len(plain) > 1 else 0.0,
        "components": len(parts),
        "largest_component": len(largest) / len(plain) if len(plain) else 0.0,
        "clustering": nx.average_clustering(plain) if len(plain) else 0.0,
        "transitivity": nx.transitivity(plain),
        "path_length": far.total[inside].sum() / max(len(largest) * (len(largest) - 1), 1),
        "diameter": far.longest[inside].max(initial=0),
        "degree_centralisation": centralisation(nx.degree_centrality(plain), "degree"),
        "betweenness_centralisation": centralisation(between(plain), "betweenness"),
        "closeness_centralisation": centralisation(named(plain, far.closeness()), "closeness"),
        "communities": len(groups),
        "modularity": nx.community.modularity(numbered, groups.values(), weight="weight") if plain.size("weight") else 0.0,
    }
    return pd.DataFrame({"measure": list(figures), "value": [settled(float(value)) for value in figures.values()]})


def describe_nodes(graph: nx.Graph[str], *, weight: str = "weight") -> pd.DataFrame:
    """Give the node table.

    Args:
        graph: as `build_graph` gives it; it is not changed.
        weight: the edge attribute for strength, eigenvector, PageRank and constraint. Degree, betweenness and closeness count
            edges.

    Returns:
        One row a node, the strongest first: `name`, `type`, `count`, `mentions`, `degree`, `strength` (sum of weights), `betweenness`
        (normalised; exact up to 3,000 nodes), `closeness`, `eigenvector` (of the largest component; 0 outside it), `pagerank`, `constraint`
        (Burt; 0 for a node without edges), `community`.

    Source:
        Freeman, L. C. (1978). Centrality in social networks. Social Networks, 1, 215-239. Bonacich, P. (1987). Power and
        centrality. American Journal of Sociology, 92, 1170-1182. Page, L., et al. (1999). The PageRank citation ranking.
        Stanford InfoLab. Burt, R. S. (1992). Structural holes. Harvard University Press.

    Example:
        >>> import policynlp
        >>> graph = policynlp.build_graph(policynlp.analyze("支持龙头企业发展数字经济。"))
        >>> describe_nodes(graph)["name"].tolist()
        ['数字经济', '龙头企业']
    """
    import pandas as pd

    plain = plain_graph(graph, weight)
    communities = find_communities(graph, weight=weight)
    middle, near = between(plain), named(plain, distances(plain).closeness())
    rank = nx.pagerank(plain, weight="weight") if len(plain) else {}
    vector = eigenvector(plain)
    constraint = nx.constraint(plain, weight="weight") if plain.number_of_edges() else {}
    rows = [
        {
            "name": name,
            "type": graph.nodes[name].get("kind", ""),
            "count": graph.nodes[name].get("count", 0),
            "mentions": graph.nodes[name].get("mentions", 0),
            "degree": int(plain.degree(name)),
            "strength": settled(plain.degree(name, weight="weight")),
            "betweenness": settled(middle[name]),
            "closeness": settled(near[name]),
            "eigenvector": settled(vector.get(name, 0.0)),
            "pagerank": settled(rank[name]),
            "constraint": settled(constraint[name]) if plain.degree(name) else 0.0,
            "community": communities[name],
        }
        for name in plain
    ]
    rows.sort(key=lambda row: (-row["strength"], -row["count"], row["name"]))
    columns = ["name", "type", "count", "mentions", "degree", "strength", "betweenness", "closeness", "eigenvector", "pagerank"]
    return pd.DataFrame(rows, columns=[*columns, "constraint", "community"])


def centralisation(values: Mapping[str, float], kind: str) -> float:
    """Give Freeman's centralisation: how much the most central node outdoes the others, as a share of what a star would show.

    Args:
        values: normalised centralities of all nodes.
        kind: degree, betweenness or closeness.

    Returns:
        0 where all are equal (a ring), 1 for a star; 0 for fewer than three nodes.

    Raises:
        KeyError: `kind` is none of the three.

    Source:
        Freeman, L. C. (1978). Centrality in social networks: conceptual clarification. Social Networks, 1, 215-239.

    Example:
        >>> star = {"a": 1.0, "b": 1 / 3, "c": 1 / 3, "d": 1 / 3}
        >>> centralisation(star, "degree")
        1.0
    """
    n = len(values)
    # The sum of the differences in a star of n nodes, for normalised centralities.
    star = {"degree": n - 2.0, "betweenness": n - 1.0, "closeness": (n - 1) * (n - 2) / (2 * n - 3) if n > 2 else 0.0}[kind]
    if n < 3:
        return 0.0
    top = max(values.values())
    return round(sum(top - values[name] for name in sorted(values)) / star, 12)


def plain_graph(graph: nx.Graph[str], weight: str) -> nx.Graph[Any]:
    """Copy a graph with nothing but weights, in the order of names, so that no figure depends on how it was built.

    Edges of weight 0, which rest on a formula alone, are left out.
    """
    plain: nx.Graph[Any] = nx.Graph()
    plain.add_nodes_from(sorted(graph))
    edges = sorted((*ordered(a, b), float(data.get(weight) or 0)) for a, b, data in graph.edges(data=True))
    plain.add_weighted_edges_from(edge for edge in edges if edge[2] > 0)
    return plain


def between(plain: nx.Graph[Any]) -> dict[str, float]:
    """Give the betweenness of each name: exact, or estimated from paths that begin at `SAMPLE` nodes chosen by lot."""
    size = len(plain)
    sample = np.random.default_rng(SEED).choice(size, SAMPLE, replace=False) if size > EXACT else None
    return named(plain, betweenness(plain, sample))


def named(plain: nx.Graph[Any], values: Floats) -> dict[str, float]:
    return dict(zip(plain, values.tolist(), strict=True))


def eigenvector(plain: nx.Graph[Any]) -> dict[str, float]:
    """Give the eigenvector centrality of the largest component, the largest value of which is positive."""
    if not plain.number_of_edges():
        return {}
    part = max(nx.connected_components(plain), key=lambda names: (len(names), min(names)))
    largest = sorted(part)  # a subgraph of it would come in the order of a set, another one in each process
    if len(largest) < 3:  # the sparse solver needs three; two nodes share evenly
        return dict.fromkeys(largest, 0.5**0.5)
    adjacency = nx.to_scipy_sparse_array(plain, nodelist=largest, weight="weight")
    _, vectors = eigsh(adjacency, k=1, which="LA", v0=np.ones(len(largest)))  # a fixed start: the same digits each time
    return {name: abs(float(value)) for name, value in zip(largest, vectors[:, 0], strict=True)}

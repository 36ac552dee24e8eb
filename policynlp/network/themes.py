"""Themes: communities of names placed by how they hang together and how they are tied to the rest (Callon's strategic diagram)."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import TYPE_CHECKING

import networkx as nx

from policynlp.network.communities import find_communities
from policynlp.network.weights import add_weights, settled

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["find_themes"]

SMALLEST = 3  # names of a theme
NAMED = 3  # names in its label
COLUMNS = ["theme", "label", "size", "centrality", "density", "quadrant", "members"]


def find_themes(graph: nx.Graph[str], *, communities: Mapping[str, int] | None = None) -> pd.DataFrame:
    """Find the themes of a graph: its communities of at least three names.

    An edge between x and y weighs e = n(xy)² / (n(x) n(y)), the equivalence index. Centrality is 10 times the sum of e over the
    edges that leave the theme, density 100 times the sum of e over the edges inside, divided by the number of its names.

    Args:
        graph: as `build_graph` gives it; it is not changed.
        communities: name -> number; those of `find_communities` by default.

    Returns:
        One row a theme, the largest first: `theme` (number of the community), `label` (the three names that co-occur most:
        by e the rarest would lead), `size`, `centrality`, `density`, `quadrant` (motor: both at or above the median, basic:
        centrality, niche: density, emerging: neither; a theme without a tie to the rest is not central, whatever the median),
        `members` (tuple of names, in the order of the label).

    Source:
        Callon, M., Courtial, J.-P., & Laville, F. (1991). Co-word analysis as a tool for describing the network of interactions
        between basic and technological research. Scientometrics, 22, 155-205. Cobo, M. J., et al. (2011). An approach for
        detecting, quantifying, and visualizing the evolution of a research field. Journal of Informetrics, 5, 146-166.

    Example:
        >>> import policynlp
        >>> text = "支持龙头企业发展数字经济和海洋经济。"
        >>> find_themes(policynlp.build_graph(policynlp.analyze(text)))["quadrant"].tolist()
        ['niche']
    """
    import pandas as pd

    numbers = find_communities(graph) if communities is None else communities
    weighed = add_weights(graph, "ochiai")  # the equivalence index is its square
    inside: dict[int, float] = {}
    outside: dict[int, float] = {}
    ties: dict[str, float] = dict.fromkeys(graph, 0.0)
    for a, b, data in weighed.edges(data=True):
        strength = data["ochiai"] ** 2
        same = numbers[a] == numbers[b]
        for name in (a, b):
            ties[name] += data["count"]
            where = inside if same else outside
            where[numbers[name]] = where.get(numbers[name], 0.0) + (strength / 2 if same else strength)
    members: dict[int, list[str]] = {}
    for name in sorted(graph, key=lambda n: (-ties[n], n)):
        members.setdefault(numbers[name], []).append(name)
    rows = [
        {
            "theme": number,
            "label": "、".join(names[:NAMED]),
            "size": len(names),
            "centrality": settled(10 * outside.get(number, 0.0)),
            "density": settled(100 * inside.get(number, 0.0) / len(names)),
            "members": tuple(names),
        }
        for number, names in members.items()
        if len(names) >= SMALLEST
    ]
    rows.sort(key=lambda row: (-int(str(row["size"])), int(str(row["theme"]))))
    frame = pd.DataFrame(rows, columns=[column for column in COLUMNS if column != "quadrant"])
    across, upwards = (median(frame[column]) if rows else 0.0 for column in ("centrality", "density"))
    frame.insert(
        5, "quadrant", [quadrant(c >= across and c > 0, d >= upwards) for c, d in zip(frame["centrality"], frame["density"], strict=True)]
    )
    return frame


def quadrant(central: bool, dense: bool) -> str:
    return {(True, True): "motor", (True, False): "basic", (False, True): "niche", (False, False): "emerging"}[central, dense]

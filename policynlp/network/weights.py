"""How strongly two names belong together, beyond the raw count: similarity, association, surprise."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable

import networkx as nx
import numpy as np
import numpy.typing as npt

__all__ = ["MEASURES", "add_weights", "settled"]

Floats = npt.NDArray[np.float64]
FEW_REPORTS = 10  # below this, NPMI and G² say next to nothing (codebook G5)
FEW_WINDOWS = 3  # pairs that share fewer windows get no NPMI (codebook G5)


def add_weights(graph: nx.Graph[str], measure: str) -> nx.Graph[str]:
    """Weigh the edges of a graph by a measure of association.

    With N windows, n(x) of them with the name x and n(xy) with both, p = n / N:

    =============  =========================================  ==============  ===============================================
    measure        formula                                    range           says
    =============  =========================================  ==============  ===============================================
    `jaccard`      n(xy) / (n(x) + n(y) - n(xy))              0 to 1          share of the windows with either that have both
    `ochiai`       n(xy) / sqrt(n(x) n(y))                    0 to 1          Salton's cosine
    `association`  p(xy) / (p(x) p(y))                        0 to N          how many times as often as by chance; 1: chance
    `npmi`         ln(p(xy) / (p(x) p(y))) / -ln p(xy)        -1 to 1         0: chance, 1: the names occur only together
    `g2`           2 sum O ln(O / E) over the 2 x 2 table     0 and above     how sure it is that this is no chance
    =============  =========================================  ==============  ===============================================

    `association` is van Eck and Waltman's association strength n(xy) / (n(x) n(y)), times N, which changes no order. `g2`
    does not tell more often than chance from less often: look at `association`. The measures take edge `count`, so a
    weighing of enumerations does not touch them.

    Args:
        graph: as `build_graph` gives it, filtered or not; it is not changed.
        measure: one of the five.

    Returns:
        A copy whose edges have an attribute named for the measure, a float of nine digits. Edges that are only `part_of`
        (count 0) have 0. Edges of count 1 and 2 have no `npmi` (codebook G5), nor have those of count 0: there is no number
        that says «too few», and graph files cannot hold NaN.

    Raises:
        ValueError: the measure is unknown.

    Warns:
        UserWarning: `npmi` or `g2` of fewer than 10 reports, where almost every pair shares one window (codebook G5).

    Source:
        Jaccard, Salton's cosine, association strength: van Eck, N. J., & Waltman, L. (2009). How to normalize cooccurrence
        data? Journal of the American Society for Information Science and Technology, 60(8), 1635-1651. Ochiai, A. (1957).
        Bulletin of the Japanese Society of Scientific Fisheries, 22, 526-530. NPMI: Bouma, G. (2009). Normalized (pointwise)
        mutual information in collocation extraction. Proceedings of GSCL, 31-40. G²: Dunning, T. (1993). Accurate methods for
        the statistics of surprise and coincidence. Computational Linguistics, 19(1), 61-74.

    Example:
        >>> import policynlp
        >>> text = "支持科技型中小企业发展数字经济。发展数字经济。"
        >>> graph = add_weights(policynlp.build_graph(policynlp.analyze(text)), "jaccard")
        >>> graph.edges["数字经济", "科技型中小企业"]["jaccard"]
        0.5
    """
    if measure not in MEASURES:
        raise ValueError(f"measure is {measure!r}; it must be one of {', '.join(MEASURES)}")
    if measure in ("npmi", "g2") and graph.graph["reports"] < FEW_REPORTS:
        problem = f"{measure} of {graph.graph['reports']} report(s) says little: almost every pair shares one window"
        warnings.warn(f"{problem}. Take count, or {FEW_REPORTS} reports and more (codebook G5).", stacklevel=2)
    weighed = graph.copy()
    least = FEW_WINDOWS if measure == "npmi" else 1
    edges = [edge for edge in weighed.edges(data=True) if edge[2]["count"] >= least]
    both = floats(data["count"] for _, _, data in edges)
    first = floats(weighed.nodes[a]["count"] for a, _, _ in edges)
    second = floats(weighed.nodes[b]["count"] for _, b, _ in edges)
    if measure != "npmi":
        for _, _, data in weighed.edges(data=True):
            data[measure] = 0.0
    for (_, _, data), value in zip(edges, MEASURES[measure](both, first, second, float(weighed.graph["windows"])), strict=True):
        data[measure] = settled(value)
    return weighed


def floats(numbers: Iterable[float]) -> Floats:
    return np.fromiter(numbers, np.float64)


def settled(value: float) -> float:
    """Round to nine digits, so that another processor's last bit changes no file."""
    return float(f"{value:.9g}")


def jaccard(both: Floats, first: Floats, second: Floats, windows: float) -> Floats:  # noqa: ARG001  one signature for all
    return both / (first + second - both)


def ochiai(both: Floats, first: Floats, second: Floats, windows: float) -> Floats:  # noqa: ARG001
    return both / np.sqrt(first * second)


def association(both: Floats, first: Floats, second: Floats, windows: float) -> Floats:
    return both * windows / (first * second)


def npmi(both: Floats, first: Floats, second: Floats, windows: float) -> Floats:
    surprise = -np.log(both / windows)
    # Two names in every window: 0 / 0. They never occur apart, which is what 1 says.
    return np.divide(np.log(association(both, first, second, windows)), surprise, out=np.ones_like(both), where=surprise > 0)


def g2(both: Floats, first: Floats, second: Floats, windows: float) -> Floats:
    observed = np.stack([both, first - both, second - both, windows - first - second + both])
    other_first, other_second = windows - first, windows - second
    expected = np.stack([first * second, first * other_second, other_first * second, other_first * other_second]) / windows
    ratio = np.divide(observed, expected, out=np.ones_like(observed), where=observed > 0)
    total: Floats = 2 * (observed * np.log(ratio)).sum(axis=0)
    return np.maximum(total, 0.0)  # rounding can leave a trace below 0


MEASURES: dict[str, Callable[[Floats, Floats, Floats, float], Floats]] = {
    "jaccard": jaccard,
    "ochiai": ochiai,
    "association": association,
    "npmi": npmi,
    "g2": g2,
}

"""How much of a graph would stand if other statements had been written: the bootstrap over windows."""

from __future__ import annotations

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy import sparse

from policynlp.network.counts import Counts, Pair, ordered

__all__ = ["add_stability"]

LOW, HIGH = 0.025, 0.975


def add_stability(graph: nx.Graph[str], counts: Counts, *, draws: int = 200, seed: int = 0) -> nx.Graph[str]:
    """Say of each edge how often it comes back, and of each node between which ranks it lies, when the windows are drawn anew.

    Each draw takes as many windows as there are, with replacement, empty ones too, and counts again. An edge comes back if it
    then shares at least as many windows as the weakest edge of the graph does (`part_of` edges apart): with `min_count=1` if it
    still occurs at all. There an edge of one window has a stability of about 0.63, one of three windows of 0.95: what rests on a
    single statement is not stable. In a graph that begins at three windows an edge of three has about 0.58.

    Args:
        graph: built from these counts, filtered or not; it is not changed.
        counts: what the graph was built from.
        draws: how many times to draw, 1 or more; 200 give a share to about ±0.07, and rank intervals.
        seed: of the random numbers; the same seed gives the same graph.

    Returns:
        A copy of the graph. Edges: `stability`, the share of draws in which the edge comes back, 0 to 1; 0 where it only rests
        on a formula (`part_of`, count 0). Nodes: `rank_low` and `rank_high`, the 95 % interval of the node's rank by strength
        (the sum of the weights of its edges in this graph; 1 is the strongest). Nodes of equal strength share all ranks they
        take up, so that an interval is rather too wide than too narrow.

    Raises:
        ValueError: `draws` is below 1, or the graph was not built from these counts.

    Source:
        Efron, B. (1979). Bootstrap methods: another look at the jackknife. Annals of Statistics, 7(1), 1-26, over statements
        (codebook G7). Statements of a report are drawn as if they were independent.

    Example:
        >>> import policynlp
        >>> from policynlp.network.counts import count_together
        >>> counts = count_together(policynlp.analyze("发展数字经济和海洋经济。" * 5))
        >>> graph = add_stability(policynlp.build_graph(counts), counts)
        >>> graph.edges["数字经济", "海洋经济"]["stability"], graph.nodes["数字经济"]["rank_high"]
        (1.0, 2)
    """
    if draws < 1:
        raise ValueError(f"draws is {draws}; it must be 1 or more")
    check_origin(graph, counts)
    judged = graph.copy()
    pairs = [ordered(a, b) for a, b in judged.edges]
    windows, strengths = incidence(judged, pairs, counts)
    least = min((data["count"] for _, _, data in judged.edges(data=True) if not data["part_of"]), default=1)
    back = np.zeros(len(pairs), int)
    best, worst = (np.zeros((draws, len(judged)), np.int32) for _ in range(2))
    random = np.random.default_rng(seed)
    for draw in range(draws):
        taken = np.bincount(random.integers(counts.windows, size=counts.windows), minlength=counts.windows)[: len(counts.keys)]
        back += windows @ taken >= least
        best[draw], worst[draw] = ranks(strengths @ taken)
    for pair, share in zip(pairs, (back / draws).tolist(), strict=True):
        judged.edges[pair]["stability"] = share
    low = np.quantile(best, LOW, axis=0, method="inverted_cdf").tolist()
    high = np.quantile(worst, HIGH, axis=0, method="inverted_cdf").tolist()
    for name, rank_low, rank_high in zip(judged, low, high, strict=True):
        judged.nodes[name].update(rank_low=rank_low, rank_high=rank_high)
    return judged


def check_origin(graph: nx.Graph[str], counts: Counts) -> None:
    """See that a graph comes from these counts."""
    same = graph.graph["windows"] == counts.windows and graph.graph["reports"] == counts.reports
    if not same or any(data["count"] != len(counts.pairs.get(ordered(a, b), ())) for a, b, data in graph.edges(data=True)):
        raise ValueError("the graph was not built from these counts; give build_graph the same Counts")


def incidence(graph: nx.Graph[str], pairs: list[Pair], counts: Counts) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Give pairs × windows (1 where the window holds the pair), and nodes × windows: what the window adds to the strength."""
    found = [(row, window, pair) for row, pair in enumerate(pairs) for window in counts.pairs.get(pair, ())]
    at = (np.array([row for row, _, _ in found], int), np.array([window for _, window, _ in found], int))
    shape = (len(pairs), len(counts.keys))
    once = sparse.csr_array((np.ones(len(found), int), at), shape=shape)
    worths = [worth_of(counts, pair, window, graph.graph["enumerations"]) for _, window, pair in found]
    weighed = sparse.csr_array((np.array(worths, float), at), shape=shape)
    number = {name: i for i, name in enumerate(graph)}
    ends = np.array([number[name] for pair in pairs for name in pair], int)
    ties = sparse.csr_array((np.ones(len(ends)), (ends, np.arange(len(pairs)).repeat(2))), shape=(len(number), len(pairs)))
    return once, ties @ weighed


def worth_of(counts: Counts, pair: Pair, window: int, enumerations: str) -> float:
    """Give what a window adds to the weight of a pair, as in `build_graph`."""
    others = counts.listed.get(pair, {}).get(window)
    if others is None or enumerations == "keep":
        return 1.0
    return 1 / others if enumerations == "share" else 0.0


def ranks(strengths: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Give the best and the worst rank of each node; equal strengths share the ranks they take up."""
    values = np.round(strengths, 6)  # sums of thirds in another order must stay equal
    ascending = np.sort(values)
    below, through = (np.searchsorted(ascending, values, side) for side in ("left", "right"))
    return len(values) - through + 1, len(values) - below

"""The part of a graph that is worth showing: thresholds and backbones that one can defend."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import networkx as nx
import numpy as np
import numpy.typing as npt

from policynlp.network.counts import Pair, ordered
from policynlp.network.weights import settled

__all__ = ["disparity_backbone", "keep_edges", "noise_corrected_backbone", "readable_graph", "spanning_tree"]

Floats = npt.NDArray[np.float64]
READABLE = 250  # edges that a page-wide picture holds
DELTA = 1.64  # standard deviations: one-sided 5 %
SMALLEST_DEVIATION = 1e-12


def keep_edges(graph: nx.Graph[str], *, min_count: int = 1, top: int | None = None) -> nx.Graph[str]:
    """Keep the edges that share enough windows, and of these the strongest.

    Edges rank by `weight`, equal ones by the windows of their rarer name, then of their commoner name: of the pairs that meet
    once, those whose names stand in that one statement alone are the last. Ties that are left fall by name.

    Args:
        graph: as `build_graph` gives it; it is not changed.
        min_count: the smallest number of windows an edge shares, 1 or more.
        top: how many edges to keep; all by default. `part_of` edges come on top of them.

    Returns:
        A copy of the part: `part_of` edges in any case, names that lose their last edge left out, nodes and edges in the
        order of their names. `graph.graph["all_nodes"]` and `["all_edges"]` say how many there were before any filter, so
        that a caption can tell.

    Raises:
        ValueError: `min_count` or `top` is below 1.

    Example:
        >>> import policynlp
        >>> text = "支持科技型中小企业发展数字经济。发展数字经济和海洋经济。发展数字经济和海洋经济。"
        >>> graph = policynlp.build_graph(policynlp.analyze(text))
        >>> list(keep_edges(graph, min_count=2).edges)
        [('数字经济', '海洋经济')]
    """
    for name, value in (("min_count", min_count), ("top", top)):
        if value is not None and value < 1:
            raise ValueError(f"{name} is {value}; it must be 1 or more")
    pairs = [pair for pair in strongest_first(graph) if graph.edges[pair]["count"] >= min_count]
    return part_with(graph, pairs[:top])


def disparity_backbone(graph: nx.Graph[str], *, alpha: float = 0.05, weight: str = "weight") -> nx.Graph[str]:
    """Keep the edges that carry more of a name's strength than chance would give them: the disparity filter.

    An edge of weight w at a name of k edges and strength s has the p value (1 - w / s) ^ (k - 1): the chance of such a share
    if s were cut at random into k pieces. The smaller p value of both ends counts. A name of one edge has p = 1, so that its
    other end decides, and two names that have only each other lose their edge. Where all edges of a name weigh the same, p is
    above 0.36: a single report, whose pairs mostly share one window, loses almost all.

    Args:
        graph: as `build_graph` gives it; it is not changed.
        alpha: edges of a smaller p value stay; 0 to 1.
        weight: the edge attribute to judge. Edges without it, or of 0 and below, neither count nor stay.

    Returns:
        A copy of the part, as in `keep_edges`; edge attribute `disparity` is the p value (1 for `part_of` edges without
        weight).

    Raises:
        ValueError: `alpha` is not in 0 to 1, or no edge has the attribute.

    Source:
        Serrano, M. Á., Boguñá, M., & Vespignani, A. (2009). Extracting the multiscale backbone of complex weighted networks.
        PNAS, 106(16), 6483-6488, eq. 2.

    Example:
        >>> import policynlp
        >>> text = "支持龙头企业发展数字经济。支持种子基金投向数字经济。" + "发展数字经济和海洋经济。" * 8
        >>> graph = policynlp.build_graph(policynlp.analyze(text))
        >>> list(disparity_backbone(graph).edges(data="disparity"))
        [('数字经济', '海洋经济', 0.04)]
    """
    if not 0 <= alpha <= 1:
        raise ValueError(f"alpha is {alpha}; it must be from 0 to 1")
    pairs, values, ends = weighted_pairs(graph, weight)
    chances = [(1 - values / strength) ** (degree - 1) for strength, degree in ends]
    scores = {pair: settled(p) for pair, p in zip(pairs, np.minimum(*chances).tolist(), strict=True)}
    return part_with(graph, [pair for pair in pairs if scores[pair] < alpha], "disparity", scores, otherwise=1.0)


def noise_corrected_backbone(graph: nx.Graph[str], *, delta: float = DELTA, weight: str = "weight") -> nx.Graph[str]:
    """Keep the edges that outweigh by far what the strengths of both names let expect: the noise-corrected backbone.

    The lift of an edge, (κw - 1) / (κw + 1) with κ = N / (s t), compares its weight w with its expectation s t / N under the
    strengths s and t of its names and the sum N of all strengths; it is 0 at the expectation and tends to 1. Its deviation
    comes from a binomial model with a Beta prior. Two rare names that meet once outdo their expectation a hundredfold and
    pass: on a sparse graph the backbone drops little beyond chance meetings of common names. Ask for a `min_count` too, and
    don't rank by the score.

    Args:
        graph: as `build_graph` gives it; it is not changed.
        delta: deviations that the lift must exceed: 1.28, 1.64 and 2.32 stand for one-sided p of 10, 5 and 1 %.
        weight: the edge attribute to judge, a count or a sum of shares. Edges without it, or of 0 and below, neither count
            nor stay.

    Returns:
        A copy of the part, as in `keep_edges`; edge attribute `noise_score` is lift / deviation (0 for `part_of` edges without
        weight).

    Raises:
        ValueError: no edge has the attribute, or the weights are no counts: their sum is 1/2 or less.

    Source:
        Coscia, M., & Neffke, F. M. H. (2017). Network backboning with noisy data. IEEE 33rd International Conference on Data
        Engineering, 425-436.

    Example:
        >>> import policynlp
        >>> graph = policynlp.build_graph(policynlp.analyze("支持科技型中小企业发展数字经济。服务科技型中小企业。"))
        >>> noise_corrected_backbone(graph, delta=0.5).number_of_edges()
        1
    """
    scores = noise_scores(graph, weight)
    return part_with(graph, [pair for pair, score in scores.items() if score > delta], "noise_score", scores, otherwise=0.0)


def spanning_tree(graph: nx.Graph[str], weight: str = "weight") -> nx.Graph[str]:
    """Keep the maximum spanning forest: the heaviest edges that tie together all that is tied, without a circle.

    Of edges of one weight the first by name is taken. `part_of` edges stay in any case and may close circles.

    Args:
        graph: as `build_graph` gives it; it is not changed.
        weight: the edge attribute to judge. Edges without it, or of 0 and below, are not in the forest.

    Returns:
        A copy of the part, as in `keep_edges`.

    Raises:
        ValueError: no edge has the attribute.

    Source:
        Kruskal, J. B. (1956). On the shortest spanning subtree of a graph and the traveling salesman problem. Proceedings of
        the American Mathematical Society, 7(1), 48-50.

    Example:
        >>> import policynlp
        >>> graph = policynlp.build_graph(policynlp.analyze("引导龙头企业发展数字经济和海洋经济。发展数字经济和海洋经济。"))
        >>> graph.number_of_edges(), spanning_tree(graph).number_of_edges()
        (3, 2)
    """
    pairs, values, _ = weighted_pairs(graph, weight)
    plain: nx.Graph[str] = nx.Graph()
    plain.add_weighted_edges_from((*pair, value) for pair, value in zip(pairs, values.tolist(), strict=True))
    return part_with(graph, [ordered(a, b) for a, b in nx.maximum_spanning_edges(plain, data=False)])


def readable_graph(graph: nx.Graph[str]) -> nx.Graph[str]:
    """Keep what one picture can show, by a rule that fits one report as well as a hundred.

    A graph of at most 250 edges stays whole: a report of 60 statements does. Of a larger one the noise-corrected backbone
    (δ = 1.64) leaves out the pairs that meet no more often than their names let expect, and of the rest the 250 strongest stay,
    ranked as in `keep_edges`: of 100 city reports about the pairs of six statements and more; a single long report loses first
    the pairs of names that it says only once.

    Args:
        graph: as `build_graph` gives it; it is not changed.

    Returns:
        A copy of the part, as in `keep_edges`.

    Example:
        >>> import policynlp
        >>> graph = policynlp.build_graph(policynlp.analyze("支持科技型中小企业发展数字经济。建设创新平台。"))
        >>> readable_graph(graph).number_of_edges()
        1
    """
    pairs = strongest_first(graph)
    if len(pairs) > READABLE:
        scores = noise_scores(graph, "weight")
        pairs = [pair for pair in pairs if scores[pair] > DELTA][:READABLE]
    return part_with(graph, pairs)


def strongest_first(graph: nx.Graph[str]) -> list[Pair]:
    """Give the pairs that share a window, as `keep_edges` ranks them."""

    def rank(pair: Pair) -> tuple[float, int, int, Pair]:
        rarer, commoner = sorted(int(graph.nodes[name]["count"]) for name in pair)
        return -graph.edges[pair]["weight"], -rarer, -commoner, pair

    return sorted((ordered(a, b) for a, b, data in graph.edges(data=True) if data["weight"] > 0), key=rank)


def weighted_pairs(graph: nx.Graph[str], weight: str) -> tuple[list[Pair], Floats, list[tuple[Floats, Floats]]]:
    """Give the edges of a weight above 0.

    Returns:
        The pairs in order of names, their weights, and for the first and the second name of each pair its strength and the
        number of its edges.
    """
    found = {ordered(a, b): data[weight] for a, b, data in graph.edges(data=True) if weight in data}
    if graph.number_of_edges() and not found:
        raise ValueError(f"no edge has the attribute {weight!r}; add_weights adds the known ones")
    pairs = sorted(pair for pair, value in found.items() if value > 0)
    values = np.array([found[pair] for pair in pairs], float)
    number = {name: i for i, name in enumerate(graph)}
    ends = np.array([[number[a], number[b]] for a, b in pairs], int).reshape(-1, 2)
    strength = np.bincount(ends.ravel(), values.repeat(2), minlength=len(number))
    degree = np.bincount(ends.ravel(), minlength=len(number)).astype(float)
    return pairs, values, [(strength[ends[:, end]], degree[ends[:, end]]) for end in (0, 1)]


def noise_scores(graph: nx.Graph[str], weight: str) -> dict[Pair, float]:
    """Give the lift of each edge of a weight above 0, in standard deviations."""
    pairs, n, ((first, _), (second, _)) = weighted_pairs(graph, weight)
    total = 2 * float(n.sum())  # the matrix is symmetric: every edge stands in it twice
    if pairs and total <= 1:
        raise ValueError(f"the {weight!r} of all edges sum to {total / 2:g}: the noise-corrected backbone needs counts")
    product = first * second
    kappa = total / product
    mean = product / total**2
    variance = product * (total - first) * (total - second) / (total**4 * (total - 1))  # hypergeometric
    # The Beta of this mean and variance. The authors' script has 1 - mean² in place of (1 - mean)² in beta, which is not of
    # this mean; as means are small, their scores differ by less than 0.4 % on Les Misérables and by less on reports.
    alpha = mean**2 / variance * (1 - mean) - mean
    beta = mean / variance * (1 - mean) ** 2 - (1 - mean)
    chance = (alpha + n) / (alpha + beta + total)
    slope = 1 / product - total * (first + second) / product**2  # of kappa, as the weight grows
    deviation = np.sqrt(chance * (1 - chance) * total) * np.abs(2 * (kappa + n * slope)) / (kappa * n + 1) ** 2
    lift = (kappa * n - 1) / (kappa * n + 1)
    # To first order the deviation can vanish at single points; a score must stay a finite number.
    scores: Floats = lift / np.maximum(deviation, SMALLEST_DEVIATION)
    return {pair: settled(score) for pair, score in zip(pairs, scores.tolist(), strict=True)}


def part_with(
    graph: nx.Graph[str], pairs: Collection[Pair], name: str = "", scores: Mapping[Pair, float] | None = None, *, otherwise: float = 0.0
) -> nx.Graph[str]:
    """Copy the part of a graph that has these pairs and the `part_of` edges; `name`: the attribute that takes the scores."""
    kept = set(pairs) | {ordered(a, b) for a, b, data in graph.edges(data=True) if data["part_of"]}
    sizes = {"all_nodes": graph.number_of_nodes(), "all_edges": graph.number_of_edges()}
    part: nx.Graph[str] = graph.__class__(**(sizes | graph.graph))  # of the same class, which shows itself in notebooks
    part.add_nodes_from((node, graph.nodes[node]) for node in sorted({node for pair in kept for node in pair}))
    for a, b in sorted(kept):
        score = {} if scores is None else {name: scores.get((a, b), otherwise)}
        part.add_edges_from([(a, b, graph.edges[a, b] | score)])
    return part

"""How alike groups of reports are, in words, in entities and in graphs, and what makes them so."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import xlogy

from policynlp.comparison.graph_likeness import compare_graphs
from policynlp.comparison.groups import Group
from policynlp.comparison.incidence import Incidence, count_entities, count_words
from policynlp.network.cooccurrence import build_graph
from policynlp.network.weights import settled

__all__ = ["compare_likeness", "explain_likeness", "explain_pairs", "make_matrix"]

Floats = npt.NDArray[np.float64]
Measure = Literal["tfidf", "entities", "graph"]
# How often names stand in one group and in another, and the weights of the names -> what each adds to the likeness.
Parts = Callable[[Floats, Floats, Floats], Floats]
PERMUTATIONS = {"tfidf": 99, "entities": 99, "graph": 999}
LOW = 0.05
ROUNDING = 1e-12
TESTED = ("likeness", "expected", "expected_low", "p")
GRAPH = ("node_jaccard", "edge_jaccard", "edge_difference", "qap", "qap_p", "shared_nodes", "shared_edges")
COLUMNS = {"tfidf": TESTED, "entities": ("likeness", "divergence", *TESTED[1:]), "graph": ("likeness", *GRAPH)}
SAME = {"divergence": 0.0, "edge_difference": 0.0}  # what a group has with itself, where it is not 1
REASONS = ("kind", "name", "contribution", "share", "count_a", "count_b", "statements_a", "statements_b")


def compare_likeness(
    groups: Sequence[Group], *, measure: Measure = "tfidf", permutations: int | None = None, seed: int = 0
) -> pd.DataFrame:
    """Compare every two groups.

    ==========  =====================================================================================================
    measure     `likeness`
    ==========  =====================================================================================================
    `tfidf`     cosine of the groups' words, each count times ln((1 + n) / (1 + df)) + 1, with df of the n groups that have it
    `entities`  1 - Jensen-Shannon divergence (base 2) of how the groups' mentions spread over canonical entities
    `graph`     1 - `edge_difference` of the groups' co-occurrence graphs (see `compare_graphs`)
    ==========  =====================================================================================================

    All go from 0 to 1 (same). The number itself says little: the fewer statements, the less alike any two groups, because names
    that both could have had stand in one only. So `tfidf` and `entities` are set against two parts of one text: the
    statements of both groups are shuffled and dealt out anew, as many to either. `expected` is how alike such parts are on
    average; `likeness` / `expected` may be compared between pairs of different size. Real reports hardly ever reach
    `expected_low`, each having its own chapters and names, so a small `p` is no news; a large one is. The statements of
    a report are shuffled as if they were independent. No p value is corrected for the number of pairs.

    Args:
        groups: what is compared; their order changes nothing. With `tfidf` a pair's likeness depends on the other groups through
            df.
        measure: one of the three.
        permutations: how often to shuffle; 0 for no test. By default 99, for graphs 999. The smallest p is 1 / (n + 1).
        seed: of the random numbers; each pair has the same.

    Returns:
        A row a pair, in order of names: `group_a`, `group_b`, `likeness`. `entities` adds `divergence`. `tfidf` and `entities` add
        `expected` (mean of the shuffles), `expected_low` (their lowest 5 % end there) and `p` (how many shuffles are as unlike,
        the true one counted). `graph` adds what `compare_graphs` gives. A group without names is unlike all others (0).

    Raises:
        ValueError: `measure` is unknown, or `permutations` below 0.

    Source:
        Salton, G., & Buckley, C. (1988). Term-weighting approaches in automatic text retrieval. Information Processing &
        Management, 24(5), 513-523. Lin, J. (1991). Divergence measures based on the Shannon entropy. IEEE Transactions on
        Information Theory, 37(1), 145-151. Good, P. (2005). Permutation, parametric and bootstrap tests of hypotheses.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> texts = {"a": "发展数字经济。设立种子基金。", "b": "发展数字经济。建设创新平台。"}
        >>> analyses = [policynlp.analyze(policynlp.make_report(text, path=name)) for name, text in texts.items()]
        >>> pairs = compare_likeness(group_analyses(analyses, by="report"), measure="entities")
        >>> pairs[["group_a", "group_b", "likeness", "expected"]].round(2).values.tolist()
        [['a', 'b', 0.5, 0.35]]
    """
    if measure not in PERMUTATIONS:
        raise ValueError(f"measure is {measure!r}; it must be one of {', '.join(PERMUTATIONS)}")
    draws = PERMUTATIONS[measure] if permutations is None else permutations
    if draws < 0:
        raise ValueError(f"permutations is {permutations}; it must be 0 or more")
    rows = graph_pairs(groups, draws, seed) if measure == "graph" else tested_pairs(groups, measure, draws, seed)
    return pd.DataFrame(rows, columns=["group_a", "group_b", *COLUMNS[measure]])


def graph_pairs(groups: Sequence[Group], permutations: int, seed: int) -> list[dict[str, object]]:
    """Give the rows of every two groups by their graphs."""
    graphs = {group.name: build_graph([analysis for _, analysis in group.reports]) for group in groups}
    rows: list[dict[str, object]] = []
    for a, b in combinations(sorted(graphs), 2):
        found = compare_graphs(graphs[a], graphs[b], permutations=permutations, seed=seed)
        rows.append({"group_a": a, "group_b": b, "likeness": settled(1 - found["edge_difference"]), **found})
    return rows


def tested_pairs(groups: Sequence[Group], measure: str, permutations: int, seed: int) -> list[dict[str, object]]:
    """Give the rows of every two groups by their words or entities."""
    incidence = count_words(groups) if measure == "tfidf" else count_entities(groups)
    totals = incidence.totals
    parts, weights = how_to_add(measure, totals)
    rows: list[dict[str, object]] = []
    for a, b in combinations(range(len(totals)), 2):
        used = np.flatnonzero(totals[a] + totals[b])
        likeness = float(parts(totals[a, used], totals[b, used], weights[used]).sum())
        row = {"group_a": incidence.groups[a], "group_b": incidence.groups[b], "likeness": settled(likeness)}
        if measure == "entities":
            row["divergence"] = settled(1 - likeness)
        dealt = np.full(1, math.nan)
        if permutations:
            dealt = parts(*deal(incidence, a, b, used, permutations, seed), weights[used]).sum(axis=1)
        low = float(np.quantile(dealt, LOW, method="inverted_cdf"))
        p = (1 + int((dealt <= likeness + ROUNDING).sum())) / (1 + permutations) if permutations else math.nan
        rows.append({**row, "expected": settled(float(dealt.mean())), "expected_low": settled(low), "p": settled(p)})
    return rows


def deal(incidence: Incidence, a: int, b: int, used: npt.NDArray[np.int64], permutations: int, seed: int) -> tuple[Floats, Floats]:
    """Deal the statements of two groups out anew, as many to either, and count their names: permutations × names, twice."""
    rows = np.flatnonzero((incidence.owners == a) | (incidence.owners == b))
    counts = incidence.counts[rows][:, used]
    mine = np.tile((incidence.owners[rows] == a).astype(float), (permutations, 1))
    dealt = np.random.default_rng(seed).permuted(mine, axis=1)
    one: Floats = np.asarray((counts.T @ dealt.T).T)
    return one, np.asarray(counts.sum(axis=0)) - one


def how_to_add(measure: str, totals: Floats) -> tuple[Parts, Floats]:
    """Give how names add up to the likeness, and their weights, from how often each stands in each group."""
    if measure == "entities":
        return shannon_parts, np.ones(totals.shape[1])
    return cosine_parts, np.log((1 + len(totals)) / (1 + (totals > 0).sum(axis=0))) + 1


def cosine_parts(one: Floats, other: Floats, weights: Floats) -> Floats:
    """Give what adds up to the cosine."""
    squares = weights**2
    norms = np.sqrt((one**2 @ squares) * (other**2 @ squares))
    products: Floats = one * other * squares
    return products / np.where(norms > 0, norms, 1)[..., None]


def shannon_parts(one: Floats, other: Floats, weights: Floats) -> Floats:  # noqa: ARG001  one signature for both
    """Give what adds up to 1 - JSD: a name adds its mean share, less the divergence it causes, and never less than 0."""
    p, q = (counts / np.maximum(counts.sum(axis=-1, keepdims=True), 1) for counts in (one, other))
    mean = (p + q) / 2
    safe = np.where(mean > 0, mean, 1)
    divergence = (xlogy(p, p / safe) + xlogy(q, q / safe)) / (2 * math.log(2))
    parts: Floats = np.maximum(mean - divergence, 0.0)  # rounding can leave a trace below 0
    return parts


def make_matrix(pairs: pd.DataFrame, value: str = "likeness") -> pd.DataFrame:
    """Make a square table of pairs.

    Args:
        pairs: as `compare_likeness` gives them.
        value: the column to show.

    Returns:
        Groups × groups in order of names, symmetric. On the diagonal stands what a group has with itself: 1, or 0 for a
        `divergence` or `edge_difference`.

    Raises:
        ValueError: the pairs have no such column of numbers.

    Example:
        >>> pairs = pd.DataFrame({"group_a": ["甲", "甲", "乙"], "group_b": ["乙", "丙", "丙"], "likeness": [0.5, 0.2, 0.1]})
        >>> make_matrix(pairs).loc["丙", ["甲", "乙", "丙"]].tolist()
        [0.2, 0.1, 1.0]
    """
    if value not in pairs or value in ("group_a", "group_b"):
        raise ValueError(f"value is {value!r}; it must be one of {', '.join(pairs.columns[2:])}")
    names = sorted({*pairs["group_a"], *pairs["group_b"]})
    matrix = pd.DataFrame(SAME.get(value, 1.0), index=names, columns=names)
    for a, b, number in zip(pairs["group_a"], pairs["group_b"], pairs[value], strict=True):
        matrix.loc[a, b] = matrix.loc[b, a] = number
    return matrix


def explain_likeness(groups: Sequence[Group], a: str, b: str, *, limit: int = 20) -> pd.DataFrame:
    """Tell which entities and words make two groups alike.

    The likeness by `entities` and by `tfidf` is a sum over names (see `compare_likeness`); here are its largest terms.

    Args:
        groups: all that are compared, because TF-IDF depends on them.
        a: name of a group.
        b: name of another.
        limit: the most entities and the most words to give.

    Returns:
        Entities, then words, the largest contribution first: `kind` (entity or word), `name`, `contribution` (to the likeness),
        `share` (of the likeness, 0 to 1), `count_a`, `count_b` (for entities: statements that hold it; for words: how often it
        stands), `statements_a`, `statements_b` (their ids, tuples of str). Names that add nothing, such as those that only one group
        has, are left out.

    Raises:
        ValueError: a or b is no group, or `limit` is below 1.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> texts = {"a": "发展数字经济。设立种子基金。", "b": "发展数字经济。建设创新平台。"}
        >>> analyses = [policynlp.analyze(policynlp.make_report(text, path=name)) for name, text in texts.items()]
        >>> why = explain_likeness(group_analyses(analyses, by="report"), "a", "b")
        >>> why[["kind", "name", "statements_b"]].values.tolist()[0]
        ['entity', '数字经济', ('b#s0001',)]
    """
    return explain_pairs(groups, [(a, b)], limit=limit).drop(columns=["group_a", "group_b"])


def explain_pairs(groups: Sequence[Group], pairs: Sequence[tuple[str, str]], *, limit: int = 20) -> pd.DataFrame:
    """Tell the same of several pairs at once, with `group_a` and `group_b` in front, pair after pair.

    Raises:
        ValueError: a pair names no group, or `limit` is below 1.
    """
    names = {group.name for group in groups}
    if unknown := [name for pair in pairs for name in pair if name not in names]:
        raise ValueError(f"{unknown[0]!r} is no group; the groups are {', '.join(sorted(names))}")
    if limit < 1:
        raise ValueError(f"limit is {limit}; it must be 1 or more")
    found = {"entity": count_entities(groups), "word": count_words(groups)} if pairs else {}
    counted = [(kind, incidence, incidence.totals) for kind, incidence in found.items()]
    rows: list[tuple[object, ...]] = []
    for pair in pairs:
        for kind, incidence, totals in counted:
            rows += [(*pair, kind, *row) for row in largest_parts(kind, incidence, totals, pair, limit)]
    return pd.DataFrame(rows, columns=["group_a", "group_b", *REASONS])


def largest_parts(kind: str, incidence: Incidence, totals: Floats, pair: tuple[str, str], limit: int) -> Iterator[tuple[object, ...]]:
    """Give the names that add most to the likeness of two groups, with what they add and where they stand."""
    one, other = (incidence.groups.index(name) for name in pair)
    add, weights = how_to_add("entities" if kind == "entity" else "tfidf", totals)
    parts = add(totals[one], totals[other], weights)
    largest = np.argsort(-np.round(parts, 12), kind="stable")[:limit]  # equal ones stay in order of names
    for i in largest[parts[largest] > ROUNDING].tolist():
        numbers = settled(float(parts[i])), settled(float(parts[i] / parts.sum())), int(totals[one, i]), int(totals[other, i])
        yield incidence.names[i], *numbers, incidence.evidence(one, i), incidence.evidence(other, i)

"""Which words or entities are typical of a group: log-odds with a prior, Log Ratio, G² and TF-IDF against the other groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import xlogy

from policynlp.annotation.wordlists import load_background
from policynlp.comparison.groups import Group
from policynlp.comparison.incidence import COUNTERS, Incidence
from policynlp.network.weights import settled

__all__ = ["PRIOR_SIZE", "find_keywords"]

Floats = npt.NDArray[np.float64]
PRIOR_SIZE = 500.0  # words: what Monroe et al. take for a speaker's day
HALF = 0.5  # what Hardie counts instead of none
COLUMNS = (
    "group",
    "term",
    "count",
    "total",
    "elsewhere",
    "total_elsewhere",
    "groups",
    "reports",
    "z",
    "log_odds",
    "log_ratio",
    "g2",
    "tfidf",
)


def find_keywords(
    groups: Sequence[Group],
    *,
    of: Literal["words", "entities"] = "words",
    prior: Literal["pooled", "background"] = "pooled",
    min_count: int = 3,
    limit: int = 50,
) -> pd.DataFrame:
    """Find the terms that each group has more of than all other groups together.

    ===========  ==================================================================================================================
    measure      says
    ===========  ==================================================================================================================
    `z`          how sure it is: the log-odds ratio with an informative Dirichlet prior, divided by its standard error
    `log_odds`   how much more: that log-odds ratio itself, drawn towards 0 where there is little to go by
    `log_ratio`  how much more: binary logarithm of the ratio of both rates, 1: twice, 2: four times; 0.5 counted where there is none
    `g2`         how sure it is: log-likelihood ratio of the 2 × 2 table; 3.84 is 5 % for one term, 15.13 is 0.01 %
    `tfidf`      how often it is there, times ln((1 + n) / (1 + df)) + 1 with df of the n groups that have it
    ===========  ==================================================================================================================

    With y of n words in the group, y' of n' elsewhere, and prior counts a of the word, A of all:
    log_odds = ln((y + a) / (n + A - y - a)) - ln((y' + a) / (n' + A - y' - a)), variance 1 / (y + a) + 1 / (y' + a). `z` and `g2` take
    words for independent, but a word that was said once is soon said again: look at `reports` and at the concordance before you
    call a term typical. A word that others never say has a small prior and so a modest `z`: `g2` and `log_ratio` put it first.

    Args:
        groups: what is compared; their order changes nothing.
        of: words (each time they stand) or entities (canonical, once a statement).
        prior: where the prior counts, 500 in all, are spread as: in all groups together, or as the shipped background counts words
            (which knows words only: entities need pooled).
        min_count: how often a term must stand in the group.
        limit: the most terms to give of each group.

    Returns:
        The terms of each group with `z` above 0, the largest first: `group`, `term`, `count`, `total` (of all terms in the
        group), `elsewhere`, `total_elsewhere`, `groups` (how many have it), `reports` (of the group that have it), and the
        measures. A group that is alone has none. `find_concordance` shows where a term stands.

    Raises:
        ValueError: `of` or `prior` is unknown, both do not go together, or `min_count` or `limit` is below 1.

    Source:
        Monroe, B. L., Colaresi, M. P., & Quinn, K. M. (2008). Fightin' words. Political Analysis, 16(4), 372-403. Hardie, A. (2014). Log
        Ratio: an informal introduction. CASS, Lancaster. Dunning, T. (1993). Accurate methods for the statistics of surprise and
        coincidence. Computational Linguistics, 19(1), 61-74. Rayson, P., & Garside, R. (2000). Comparing corpora using frequency profiling.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> texts = {"a": "发展生物医药。做强生物医药。支持生物医药。", "b": "发展数字经济。建设平台。"}
        >>> analyses = [policynlp.analyze(policynlp.make_report(text, path=name)) for name, text in texts.items()]
        >>> table = find_keywords(group_analyses(analyses, by="report"))
        >>> table[["group", "term", "count", "elsewhere"]].values.tolist()
        [['a', '生物医药', 3, 0]]
    """
    if of not in COUNTERS or prior not in ("pooled", "background"):
        raise ValueError(f"of is {of!r} and prior {prior!r}; of must be {' or '.join(COUNTERS)}, prior pooled or background")
    if of == "entities" and prior == "background":
        raise ValueError("the background counts words, not entities; take the pooled prior")
    if min_count < 1 or limit < 1:
        raise ValueError(f"min_count is {min_count} and limit {limit}; both must be 1 or more")
    incidence = COUNTERS[of](groups)
    totals = incidence.totals
    alpha = spread_prior(incidence, prior)
    inverse = np.log((1 + len(totals)) / (1 + (totals > 0).sum(axis=0))) + 1
    had = (totals > 0).sum(axis=0)
    rows: list[tuple[object, ...]] = []
    for i, group in enumerate(incidence.groups if len(totals) > 1 else ()):
        here, there = totals[i], totals.sum(axis=0) - totals[i]
        odds, z = log_odds(here, there, alpha)
        measures = (z, odds, log_ratio(here, there), g2(here, there), here * inverse)
        typical = np.flatnonzero((here >= min_count) & (z > 0))
        best = typical[np.argsort(-np.round(z[typical], 9), kind="stable")[:limit]]  # equal ones stay in order of names
        reports = count_reports(incidence, i, best)
        for j, held in zip(best.tolist(), reports, strict=True):
            counts = (int(here[j]), int(here.sum()), int(there[j]), int(there.sum()), int(had[j]), held)
            rows.append((group, incidence.names[j], *counts, *(settled(float(measure[j])) for measure in measures)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def spread_prior(incidence: Incidence, prior: str) -> Floats:
    """Give the prior count of each term."""
    if prior == "pooled":
        known = incidence.totals.sum(axis=0)
    else:
        frequencies = load_background()[1]
        known = np.array([frequencies.get(name, 1) for name in incidence.names], np.float64)
    spread: Floats = PRIOR_SIZE * known / max(1.0, known.sum())
    return spread


def log_odds(here: Floats, there: Floats, alpha: Floats) -> tuple[Floats, Floats]:
    """Give Monroe's log-odds ratio of each term, and it divided by its standard error."""
    with np.errstate(divide="ignore"):  # where a group has but one word and the prior knows no other
        odds = [np.log(counts + alpha) - np.log(counts.sum() + alpha.sum() - counts - alpha) for counts in (here, there)]
        difference = odds[0] - odds[1]  # of two groups with one and the same word: inf - inf
    return difference, difference / np.sqrt(1 / (here + alpha) + 1 / (there + alpha))


def log_ratio(here: Floats, there: Floats) -> Floats:
    """Give Hardie's Log Ratio of each term."""
    rates = [np.where(counts > 0, counts, HALF) / max(1.0, counts.sum()) for counts in (here, there)]
    ratio: Floats = np.log2(rates[0] / rates[1])
    return ratio


def g2(here: Floats, there: Floats) -> Floats:
    """Give the log-likelihood ratio of each term's 2 × 2 table: the term and all others, here and there."""
    seen = np.stack([here, there, here.sum() - here, there.sum() - there])
    rows, columns = np.stack([here + there, (here + there).sum() - here - there]), np.array([here.sum(), there.sum()])
    expected = np.stack([rows[i] * columns[j] / max(1.0, columns.sum()) for i in (0, 1) for j in (0, 1)])
    ratio: Floats = 2 * xlogy(seen, np.divide(seen, expected, out=np.ones_like(seen), where=expected > 0)).sum(axis=0)
    return np.maximum(ratio, 0.0)


def count_reports(incidence: Incidence, group: int, terms: npt.NDArray[np.int64]) -> list[int]:
    """Give how many reports of a group hold each of some terms."""
    mine = np.flatnonzero(incidence.owners == group)
    held = incidence.counts[mine][:, terms].tocsc()
    reports = [incidence.statements[row].rpartition("#")[0] for row in mine.tolist()]
    return [len({reports[row] for row in held.indices[a:b].tolist()}) for a, b in zip(held.indptr, held.indptr[1:], strict=False)]

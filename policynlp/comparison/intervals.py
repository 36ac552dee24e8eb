"""How sure a share, a rate or a difference is: intervals, exact tests, effect sizes, corrections for many tests."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln
from scipy.stats import norm

from policynlp.comparison.incidence import Incidence

__all__ = [
    "CONFIDENCE",
    "check_confidence",
    "cohens_h",
    "correct_holm",
    "difference_interval",
    "fisher_test",
    "log_choose",
    "percentile_interval",
    "resample_statements",
    "wilson_interval",
]

Floats = npt.NDArray[np.float64]
CONFIDENCE = 0.95
ROUNDING = 1e-7  # Fisher's test counts tables as likely as the one seen, to this part


def check_confidence(confidence: float) -> None:
    """Refuse a confidence that is none.

    Raises:
        ValueError: it is not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; it must lie between 0 and 1, such as 0.95")


def wilson_interval(counts: npt.ArrayLike, totals: npt.ArrayLike, *, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """Give the Wilson score interval of each share; it has a width where none or all are counted, too.

    Args:
        counts: how many of each total have the label.
        totals: of how many; where it is 0 the interval is 0 to 1.
        confidence: how many of such intervals hold the true share.

    Returns:
        The lower and the upper ends, 0 to 1.

    Source:
        Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American
        Statistical Association, 22, 209-212.

    Example:
        >>> low, high = wilson_interval([30, 0], [60, 60])
        >>> low.round(3).tolist(), high.round(3).tolist()
        ([0.377, 0.0], [0.623, 0.06])
    """
    n = np.asarray(totals, float)
    z2 = float(norm.ppf((1 + confidence) / 2)) ** 2
    share = np.asarray(counts, float) / np.maximum(n, 1)
    middle = (n * share + z2 / 2) / (n + z2)
    half = np.sqrt(z2) * np.sqrt(n * share * (1 - share) + z2 / 4) / (n + z2)
    # Rounding must not put an end on the wrong side of the share.
    return np.clip(middle - half, 0, share), np.clip(middle + half, np.where(n > 0, share, 1), 1)


def difference_interval(
    counts: npt.ArrayLike,
    totals: npt.ArrayLike,
    other_counts: npt.ArrayLike,
    other_totals: npt.ArrayLike,
    *,
    confidence: float = CONFIDENCE,
) -> tuple[Floats, Floats]:
    """Give Newcombe's interval of the difference of two independent shares, put together from both their Wilson intervals.

    Returns:
        The lower and the upper ends of share less other share, -1 to 1.

    Source:
        Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions: comparison of eleven
        methods. Statistics in Medicine, 17, 873-890, method 10.

    Example:
        >>> low, high = difference_interval(30, 60, 30, 60)
        >>> round(float(low), 3), round(float(high), 3)
        (-0.173, 0.173)
    """
    p, q = (np.asarray(c, float) / np.maximum(np.asarray(n, float), 1) for c, n in ((counts, totals), (other_counts, other_totals)))
    low, high = wilson_interval(counts, totals, confidence=confidence)
    other_low, other_high = wilson_interval(other_counts, other_totals, confidence=confidence)
    return p - q - np.hypot(p - low, other_high - q), p - q + np.hypot(high - p, q - other_low)


def cohens_h(share: npt.ArrayLike, other: npt.ArrayLike) -> Floats:
    """Give the effect size of the difference of two shares: 0.2 is called small, 0.5 middling, 0.8 large.

    Source:
        Cohen, J. (1988). Statistical power analysis for the behavioral sciences (2nd ed.), ch. 6. Erlbaum.

    Example:
        >>> round(float(cohens_h(0.5, 0.25)), 3)
        0.524
    """
    h: Floats = 2 * np.arcsin(np.sqrt(np.asarray(share, float))) - 2 * np.arcsin(np.sqrt(np.asarray(other, float)))
    return h


def fisher_test(counts: npt.ArrayLike, totals: npt.ArrayLike, other_counts: npt.ArrayLike, other_totals: npt.ArrayLike) -> Floats:
    """Give the two-sided p of Fisher's exact test for each pair of shares.

    It is the share of all ways to deal the labels out to the statements that are no likelier than what is seen: an exact
    permutation test. scipy tests one table a call; here all are tested at once.

    Source:
        Fisher, R. A. (1935). The logic of inductive inference. Journal of the Royal Statistical Society, 98, 39-82.

    Example:
        >>> fisher_test([8, 5], [10, 10], [1, 5], [10, 10]).round(4).tolist()
        [0.0055, 1.0]
    """
    cells = np.broadcast_arrays(*(np.asarray(x, np.int64) for x in (counts, totals, other_counts, other_totals)))
    tables = zip(*(cell.ravel().tolist() for cell in cells), strict=True)
    return np.array([fisher_one(*table) for table in tables], np.float64).reshape(cells[0].shape)


def fisher_one(count: int, total: int, other_count: int, other_total: int) -> float:
    """Give the p of one pair of shares."""
    labels, all_of_them = count + other_count, total + other_total
    dealt = np.arange(max(0, labels - other_total), min(labels, total) + 1)
    likely = np.exp(log_choose(total, dealt) + log_choose(other_total, labels - dealt) - log_choose(all_of_them, labels))
    seen = likely[count - int(dealt[0])]
    return min(1.0, float(likely[likely <= seen * (1 + ROUNDING)].sum()))


def log_choose(n: npt.ArrayLike, k: npt.ArrayLike) -> Floats:
    """Give the logarithm of n over k.

    Example:
        >>> float(np.exp(log_choose(5, 2)).round(6))
        10.0
    """
    whole, part = np.asarray(n, float), np.asarray(k, float)
    logs: Floats = gammaln(whole + 1) - gammaln(part + 1) - gammaln(whole - part + 1)
    return logs


def correct_holm(p: npt.ArrayLike) -> Floats:
    """Correct p values for their number: the chance that any of them is below 0.05 by luck stays below 0.05.

    Source:
        Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics, 6, 65-70.

    Example:
        >>> correct_holm([0.01, 0.04, 0.03]).round(3).tolist()
        [0.03, 0.06, 0.06]
    """
    raw = np.asarray(p, float)
    order = np.argsort(raw, kind="stable")
    corrected = np.empty_like(raw)
    corrected[order] = np.minimum(1, np.maximum.accumulate(raw[order] * np.arange(len(raw), 0, -1)))
    return corrected


def resample_statements(incidence: Incidence, *, draws: int, seed: int) -> Iterator[Floats]:
    """Draw the statements of each report anew, as many as it has, with replacement, and count their names: a bootstrap.

    The reports stay what they are. So an interval from it says how sure a number is of these reports if their statements were
    drawn from more of the same kind; it says nothing about reports that were not read. Statements are drawn one by one,
    as if neighbours had nothing to do with each other.

    Args:
        incidence: the names of each statement.
        draws: how often.
        seed: of the random numbers.

    Yields:
        For each group, in order, how often each name stands in it: draws × names.

    Source:
        Efron, B., & Tibshirani, R. J. (1993). An introduction to the bootstrap. Chapman & Hall.

    Raises:
        ValueError: there are no draws.
    """
    if draws < 1:
        raise ValueError(f"draws is {draws}; it must be 1 or more, and 1000 for intervals of two digits")
    random = np.random.default_rng(seed)
    reports = np.array([identifier.rpartition("#")[0] for identifier in incidence.statements], object)
    for group in range(len(incidence.groups)):
        drawn = np.zeros((draws, len(incidence.names)))
        mine = np.flatnonzero(incidence.owners == group)
        for report in dict.fromkeys(reports[mine].tolist()):
            rows = mine[reports[mine] == report]
            picked = random.integers(len(rows), size=(draws, len(rows))) + len(rows) * np.arange(draws)[:, None]
            times = np.bincount(picked.ravel(), minlength=picked.size).reshape(picked.shape)
            drawn += (incidence.counts[rows].T @ times.T.astype(np.float64)).T
        yield drawn


def percentile_interval(drawn: Floats, *, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """Give the middle part of bootstrapped numbers, draws × numbers: their lower and upper ends.

    Example:
        >>> low, high = percentile_interval(np.arange(101.0)[:, None], confidence=0.9)
        >>> low.round(6).tolist(), high.round(6).tolist()
        ([5.0], [95.0])
    """
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return np.asarray(low), np.asarray(high)

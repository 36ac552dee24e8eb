"""What each group is specialised in: location quotients of industries, or of any type of entity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from policynlp.comparison.groups import Group
from policynlp.comparison.incidence import Incidence, count
from policynlp.comparison.intervals import CONFIDENCE, check_confidence, percentile_interval, resample_statements, wilson_interval
from policynlp.network.weights import settled
from policynlp.schema import Analysis

__all__ = ["SMOOTHING", "compare_specialisation"]

Floats = npt.NDArray[np.float64]
SMOOTHING = 5.0  # mentions
COLUMNS = ("group", "name", "count", "total", "share", "overall", "lq", "log2_lq", "low", "high", "sure")


def compare_specialisation(
    groups: Sequence[Group],
    *,
    kinds: Sequence[str] = ("INDUSTRY",),
    min_count: int = 5,
    confidence: float = CONFIDENCE,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Give the location quotient of each industry in each group: how many times its share in all groups together it has there.

    With x mentions of an industry among X of all industries in a group, and y among Y in all groups (this one too),
    LQ = (x / X) / (y / Y); economists call it revealed comparative advantage. A mention is a statement that names the industry. A report
    that names thirty industries gives one that others hardly name an LQ of ten and more by naming it once: look at `low` before you
    speak of specialisation, and at `log2_lq`, where five mentions spread as in all groups together are added to those of the group,
    (x + 5 y / Y) / (X + 5), so that few mentions stay near 0. The number tells what reports speak of, not what is made.

    Args:
        groups: what is compared; their order changes nothing.
        kinds: types of entities that are taken together as the whole.
        min_count: how many mentions a name must have in all groups together to be shown. The others count in X and Y.
        confidence: of the intervals.
        draws: how often the bootstrap draws the statements of each report anew.
        seed: of the random numbers.

    Returns:
        A row a name and group, in order of names, those with 0 too: `group`, `name`, `count` (x), `total` (X), `share` (x / X),
        `overall` (y / Y), `lq` (0 where the group names none), `log2_lq` (smoothed; 0: as all, 1: twice as much, -1: half), `low`,
        `high` (bootstrap interval of `lq` over statements, all groups drawn; where the bootstrap has no width, as for x = 0,
        Wilson's of the share, divided by `overall`), `sure` (1 or -1 where the interval lies above or below 1, else 0; not
        corrected for the number of rows).

    Raises:
        ValueError: `min_count` is below 1, `confidence` is not between 0 and 1, or there are no draws.

    Source:
        Balassa, B. (1965). Trade liberalisation and "revealed" comparative advantage. The Manchester School, 33(2), 99-123.
        Isard, W. (1960). Methods of regional analysis, ch. 7. MIT Press. O'Donoghue, D., & Gleave, B. (2004). A note on methods
        for measuring industrial agglomeration. Regional Studies, 38(4), 419-427.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> texts = {"a": "发展数字经济。发展数字经济。发展海洋经济。", "b": "发展数字经济。发展海洋经济。发展海洋经济。"}
        >>> analyses = [policynlp.analyze(policynlp.make_report(text, path=name)) for name, text in texts.items()]
        >>> table = compare_specialisation(group_analyses(analyses, by="report"), min_count=1)
        >>> table[["group", "name", "count", "total", "lq", "sure"]].round(3).values.tolist()[:2]
        [['a', '数字经济', 2, 3, 1.333, 0], ['b', '数字经济', 1, 3, 0.667, 0]]
    """
    check_confidence(confidence)
    if min_count < 1:
        raise ValueError(f"min_count is {min_count}; it must be 1 or more")
    incidence = count(groups, partial(names_of, kinds=frozenset(kinds)))
    totals = incidence.totals
    shown = np.flatnonzero(totals.sum(axis=0) >= min_count)
    counts, sizes = totals[:, shown], totals.sum(axis=1, keepdims=True)
    shares, overall = counts / np.maximum(sizes, 1), counts.sum(axis=0) / max(1.0, sizes.sum())
    low, high = lq_intervals(incidence, shown, confidence, draws, seed)
    wilson = wilson_interval(counts, sizes, confidence=confidence)
    flat = low == high
    low, high = np.where(flat, wilson[0] / overall, low), np.where(flat, wilson[1] / overall, high)
    logs = np.log2((counts + SMOOTHING * overall) / ((sizes + SMOOTHING) * overall))
    rows = []
    for j, name in enumerate(shown.tolist()):
        for i, group in enumerate(incidence.groups):
            numbers = (shares[i, j], overall[j], shares[i, j] / overall[j], logs[i, j] + 0.0, low[i, j], high[i, j])
            sure = int(low[i, j] > 1) - int(high[i, j] < 1)
            rows.append((group, incidence.names[name], int(counts[i, j]), int(sizes[i, 0]), *(settled(float(n)) for n in numbers), sure))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def lq_intervals(incidence: Incidence, shown: npt.NDArray[np.int64], confidence: float, draws: int, seed: int) -> tuple[Floats, Floats]:
    """Give the bootstrap intervals of the location quotients, groups × names shown."""
    drawn = [(counts[:, shown], counts.sum(axis=1, keepdims=True)) for counts in resample_statements(incidence, draws=draws, seed=seed)]
    named, all_named = sum(counts for counts, _ in drawn), sum(sizes for _, sizes in drawn)
    overall = np.asarray(named) / np.maximum(all_named, 1)
    low, high = np.zeros((len(drawn), len(shown))), np.zeros((len(drawn), len(shown)))
    for i, (counts, sizes) in enumerate(drawn):
        shares = counts / np.maximum(sizes, 1)
        quotients = np.divide(shares, overall, out=np.zeros_like(shares), where=overall > 0)
        low[i], high[i] = percentile_interval(quotients, confidence=confidence)
    return low, high


def names_of(analysis: Analysis, *, kinds: frozenset[str]) -> Iterator[tuple[str, list[str]]]:
    """Give the canonical names of some types in each statement that has any, each once."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for entity in analysis.entities:
        if entity.kind in kinds and not entity.nested and not entity.zone:
            found[entity.statement].update(entity.names)
    return ((statement, sorted(names)) for statement, names in found.items())

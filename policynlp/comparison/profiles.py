"""What groups of reports are made of: shares of classes, instruments, statuses and entity types, and how far they differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from policynlp.codebook import load_codebook
from policynlp.comparison.groups import Group
from policynlp.comparison.incidence import Incidence, count
from policynlp.comparison.intervals import (
    CONFIDENCE,
    check_confidence,
    cohens_h,
    correct_holm,
    difference_interval,
    fisher_test,
    percentile_interval,
    resample_statements,
    wilson_interval,
)
from policynlp.network.weights import settled
from policynlp.schema import Analysis

__all__ = ["LAYERS", "compare_profiles", "find_differences"]

Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]
REST = "*"  # all other groups together
PROFILE = ("count", "total", "share", "low", "high", "mentions", "rate", "rate_low", "rate_high")
KEYS = ("group_a", "group_b", "layer", "label")
DIFFERENCES = ("count_a", "total_a", "share_a", "count_b", "total_b", "share_b", "difference", "low", "high", "cohens_h", "p", "p_holm")


def classes_of(analysis: Analysis) -> Iterator[tuple[str, list[str]]]:
    """Give the class of each statement."""
    return ((statement.id, [statement.kind]) for statement in analysis.statements if statement.kind)


def instruments_of(analysis: Analysis) -> Iterator[tuple[str, list[str]]]:
    """Give the primary instrument of each measure that has one."""
    return ((statement.id, [statement.instruments[0]]) for statement in analysis.statements if statement.instruments)


def statuses_of(analysis: Analysis) -> Iterator[tuple[str, list[str]]]:
    """Give the status of each statement: planned, done or unmarked."""
    return ((statement.id, [statement.status]) for statement in analysis.statements)


def types_of(analysis: Analysis) -> Iterator[tuple[str, list[str]]]:
    """Give the type of each entity of each statement, canonical names once; outermost ones but the report's own zone."""
    found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for entity in analysis.entities:
        if not entity.nested and not entity.zone:
            found[entity.statement].update((entity.kind, name) for name in entity.names)
    return ((statement, sorted(kind for kind, _ in names)) for statement, names in found.items())


LAYERS: dict[str, Callable[[Analysis], Iterator[tuple[str, list[str]]]]] = {
    "class": classes_of,
    "instrument": instruments_of,
    "status": statuses_of,
    "type": types_of,
}


@dataclass(frozen=True, slots=True)
class Layer:
    """The labels of one layer in each group.

    Attributes:
        incidence: of the labels, statement by statement.
        labels: in the order of the codebook.
        columns: where in the incidence each label stands.
        counts: statements that have the label, groups × labels.
        totals: statements that could have it, groups.
        sizes: all statements, groups.
    """

    incidence: Incidence
    labels: tuple[str, ...]
    columns: npt.NDArray[np.int64]
    counts: Floats
    totals: Floats
    sizes: Floats


def compare_profiles(
    groups: Sequence[Group], *, layers: Sequence[str] = tuple(LAYERS), confidence: float = CONFIDENCE, draws: int = 1000, seed: int = 0
) -> pd.DataFrame:
    """Give the share of each label in each group, and how sure it is.

    ============  ============================================  ================================
    layer         a statement has the label if                  `total`
    ============  ============================================  ================================
    `class`       it is of that class                           statements that have a class
    `instrument`  it is a measure with that primary instrument  measures that have an instrument
    `status`      it is planned, done or unmarked               statements
    `type`        it holds at least one entity of that type     statements
    ============  ============================================  ================================

    So the shares of a layer add up to 1, but for `type`, where a statement may hold several. With 60 statements a
    share of 0.4 has an interval of ±0.12: two such reports that are 0.15 apart may be the same. Intervals take statements for
    independent and their labels for right.

    Args:
        groups: what is compared; their order changes nothing.
        layers: those to give.
        confidence: of the intervals.
        draws: how often the bootstrap draws the statements of each report anew.
        seed: of the random numbers.

    Returns:
        A row a layer, label (in the order of the codebook) and group: `group`, `layer`, `label`, `count` (statements that have
        it), `total`, `share`, `low`, `high` (Wilson interval of the share), `mentions` (for `type` the entities, each once a statement;
        else `count`), `rate` (mentions per 100 statements), `rate_low`, `rate_high` (its bootstrap interval; where
        the bootstrap has no width, as for a label that is nowhere, Wilson's of the statements that hold it). A label that no group
        has is left out; of a group without statements shares are 0 and intervals whole.

    Raises:
        ValueError: a layer is unknown, `confidence` is not between 0 and 1, or there are no draws.

    Source:
        Wilson, E. B. (1927) for shares; Efron, B., & Tibshirani, R. J. (1993). An introduction to the bootstrap, ch. 13, for rates.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> texts = {"a": "设立种子基金。建设科技园。加快发展。", "b": "加快发展。"}
        >>> analyses = [policynlp.analyze(policynlp.make_report(text, path=name)) for name, text in texts.items()]
        >>> table = compare_profiles(group_analyses(analyses, by="report"), layers=["type"])
        >>> table.loc[table["label"] == "FUND", ["group", "count", "total", "share", "low", "high"]].round(2).values.tolist()
        [['a', 1, 3, 0.33, 0.06, 0.79], ['b', 0, 1, 0.0, 0.0, 0.79]]
    """
    check_confidence(confidence)
    tables = [profile_layer(count_layer(groups, name), name, confidence, draws, seed) for name in check_layers(layers)]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["group", "layer", "label", *PROFILE])


def find_differences(
    groups: Sequence[Group],
    *,
    against: Literal["rest", "each"] = "rest",
    focus: str | None = None,
    layers: Sequence[str] = tuple(LAYERS),
    confidence: float = CONFIDENCE,
) -> pd.DataFrame:
    """Test where groups differ in their shares (see `compare_profiles`).

    Args:
        groups: what is compared; their order changes nothing.
        against: rest compares each group with the statements of all others together, where long reports weigh more; each compares
            every two groups (of two groups alone, rest would test the same twice).
        focus: the one group to compare; all in turn by default.
        layers: those to test.
        confidence: of the intervals, each by itself: they are not widened for their number.

    Returns:
        A row a layer, label (in the order of the codebook) and pair: `group_a`, `group_b` (`*` for the rest), `layer`, `label`,
        `count_a`, `total_a`, `share_a`, `count_b`, `total_b`, `share_b`, `difference` (share_a - share_b), `low`, `high` (Newcombe's
        interval), `cohens_h`, `p` (Fisher's exact test, two-sided) and `p_holm`, corrected for all rows of the layer, because it is the
        most striking of them that a reader picks. Who had one group in mind before she looked asks for that focus, and
        corrects for its rows alone.

    Raises:
        ValueError: `against`, `focus` or a layer is unknown, or `confidence` is not between 0 and 1.

    Source:
        Newcombe (1998), Fisher (1935), Cohen (1988), Holm (1979): see `policynlp.comparison.intervals`.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> texts = {"a": "设立种子基金。" * 9, "b": "加快发展。" * 9}
        >>> analyses = [policynlp.analyze(policynlp.make_report(text, path=name)) for name, text in texts.items()]
        >>> table = find_differences(group_analyses(analyses, by="report"), against="each", layers=["type"])
        >>> table[["group_a", "group_b", "label", "difference", "low", "p_holm"]].round(4).values.tolist()
        [['a', 'b', 'FUND', 1.0, 0.5769, 0.0]]
    """
    check_confidence(confidence)
    if against not in ("rest", "each"):
        raise ValueError(f"against is {against!r}; it must be rest or each")
    pairs = pair_groups(sorted(group.name for group in groups), against, focus)
    tables = [test_layer(count_layer(groups, name), name, pairs, confidence) for name in check_layers(layers)]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=[*KEYS, *DIFFERENCES])


def pair_groups(names: list[str], against: str, focus: str | None) -> list[tuple[int, int]]:
    """Give the numbers of the groups to compare; a group with the rest is a pair with itself."""
    if focus is not None and focus not in names:
        raise ValueError(f"focus is {focus!r}; it must be one of {', '.join(names)}")
    every = range(len(names))
    first = [i for i in every if focus in (None, names[i])]
    if against == "rest":
        return [(i, i) for i in first]
    return [(i, j) for i in first for j in every if (i < j if focus is None else i != j)]


def check_layers(layers: Sequence[str]) -> list[str]:
    """Give the layers in their order."""
    unknown = [name for name in layers if name not in LAYERS]
    if unknown:
        raise ValueError(f"layers has {unknown[0]!r}; it may have {', '.join(LAYERS)}")
    return [name for name in LAYERS if name in layers]


def count_layer(groups: Sequence[Group], name: str) -> Layer:
    """Count the statements of each label of a layer."""
    incidence = count(groups, LAYERS[name])
    codebook = load_codebook()
    order = {code: i for i, code in enumerate([*codebook.classes, *codebook.instruments, *codebook.types])}
    labels = sorted(incidence.names, key=lambda label: (order.get(label, len(order)), label))
    columns = np.array([incidence.names.index(label) for label in labels], np.int64)
    has = replace(incidence, counts=incidence.counts.minimum(1)).totals[:, columns]
    sizes = np.bincount(incidence.owners, minlength=len(incidence.groups)).astype(np.float64)
    return Layer(incidence, tuple(labels), columns, has, sizes if name == "type" else has.sum(axis=1), sizes)


def profile_layer(layer: Layer, name: str, confidence: float, draws: int, seed: int) -> pd.DataFrame:
    """Give the profile of one layer."""
    totals, mentions = layer.totals[:, None], layer.incidence.totals[:, layer.columns]
    numbers = (
        *(layer.counts, totals, layer.counts / np.maximum(totals, 1)),
        *wilson_interval(layer.counts, totals, confidence=confidence),
        *(mentions, 100 * mentions / np.maximum(layer.sizes[:, None], 1)),
        *rate_intervals(layer, confidence, draws, seed),
    )
    keys = {"group": np.tile(np.array(layer.incidence.groups, object), len(layer.labels))}
    return make_table(keys, name, layer.labels, dict(zip(PROFILE, numbers, strict=True)))


def rate_intervals(layer: Layer, confidence: float, draws: int, seed: int) -> tuple[Floats, Floats]:
    """Give the intervals of the rates per 100 statements, groups × labels."""
    low, high = np.zeros_like(layer.counts), np.zeros_like(layer.counts)
    for i, drawn in enumerate(resample_statements(layer.incidence, draws=draws, seed=seed)):
        low[i], high[i] = percentile_interval(drawn[:, layer.columns] / max(1.0, layer.sizes[i]), confidence=confidence)
    wilson_low, wilson_high = wilson_interval(layer.counts, layer.sizes[:, None], confidence=confidence)
    return 100 * np.where(low == high, wilson_low, low), 100 * np.where(low == high, wilson_high, high)


def test_layer(layer: Layer, name: str, pairs: list[tuple[int, int]], confidence: float) -> pd.DataFrame:
    """Test one layer."""
    groups = np.array(layer.incidence.groups, object)
    first, second = np.array(pairs, np.int64).reshape(-1, 2).T
    rest = (first == second)[:, None]
    counts, totals = layer.counts[first], layer.totals[first, None]
    others, other_totals = layer.counts[second], layer.totals[second, None]
    others = np.where(rest, layer.counts.sum(axis=0) - others, others)
    other_totals = np.where(rest, layer.totals.sum() - other_totals, other_totals)
    shares, other_shares = counts / np.maximum(totals, 1), others / np.maximum(other_totals, 1)
    p = fisher_test(counts, totals, others, other_totals)
    numbers = (
        *(counts, totals, shares, others, other_totals, other_shares, shares - other_shares),
        *difference_interval(counts, totals, others, other_totals, confidence=confidence),
        *(cohens_h(shares, other_shares), p, correct_holm(p.ravel()).reshape(p.shape)),
    )
    partners = np.where(rest.ravel(), REST, groups[second])
    keys = {"group_a": np.tile(groups[first], len(layer.labels)), "group_b": np.tile(partners, len(layer.labels))}
    return make_table(keys, name, layer.labels, dict(zip(DIFFERENCES, numbers, strict=True)))


def make_table(keys: dict[str, Objects], name: str, labels: tuple[str, ...], numbers: dict[str, Floats]) -> pd.DataFrame:
    """Make a tall table of numbers, groups or pairs × labels, label by label."""
    shape = next(iter(numbers.values())).shape
    columns: dict[str, object] = {**keys, "layer": name, "label": np.repeat(np.array(labels, object), shape[0])}
    for column, matrix in numbers.items():
        values = np.broadcast_to(matrix, shape).T.ravel()
        whole = column.startswith(("count", "total", "mentions"))
        columns[column] = values.astype(np.int64) if whole else np.array([settled(value) for value in values.tolist()], np.float64)
    return pd.DataFrame(columns)

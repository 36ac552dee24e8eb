"""How far coders agree on the same statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from policynlp.errors import ReportError
from policynlp.evaluation.gold import GoldStatement
from policynlp.evaluation.scores import CORE, outermost

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Agreement", "krippendorff_alpha", "measure_agreement"]

Floats = npt.NDArray[np.float64]
Key = tuple[str, int, int]
FEWEST_REPORTS = 10  # of fewer the intervals are over statements, because so few reports say little of others
FURNITURE = ("title", "boilerplate")
# What is compared, and where a statement has no such label. Subtypes and instruments count where the class has them.
LAYERS: Mapping[str, Callable[[GoldStatement], str]] = {
    "class": lambda row: row.kind,
    "subtype": lambda row: f"{row.kind}.{row.subtype}" if row.subtype else "",
    "instrument": lambda row: row.instruments[0] if row.kind == "MEASURE" and row.instruments else "",
    "status": lambda row: row.status if row.kind else "",
}
SPANS = {"entities_core": CORE, "entities_all": None}


@dataclass(frozen=True)
class Agreement:
    """How far coders agree.

    Attributes:
        coders: their names.
        reports, statements: on which at least two coders gave a class.
        blank: statements that a coder left without a class, by coder; those that others coded and she has not at all are among them.
        figures: name -> (value, low, high, statements): per cent agreement and κ, for more than two coders their means over pairs, and α
            of each layer; F1 of entities. A value is NaN where nothing can vary. Intervals: 95 %, bootstrap.
        pairs: (layer, label of one coder, label of the other) -> pairs of coders who said so, in the order of `coders`.
        disagreements: a row for each statement and layer on which coders differ: file, start, end, layer, one column a coder, text.
    """

    coders: tuple[str, ...]
    reports: int
    statements: int
    blank: dict[str, int]
    figures: dict[str, tuple[float, float, float, int]]
    pairs: dict[tuple[str, str, str], int]
    disagreements: pd.DataFrame

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Give tables: figures, pairs and disagreements."""
        import pandas as pd

        return {
            "figures": pd.DataFrame(
                [(n, *row) for n, row in self.figures.items()], columns=["figure", "value", "low", "high", "statements"]
            ),
            "pairs": pd.DataFrame([(*pair, count) for pair, count in self.pairs.items()], columns=["layer", "one", "other", "count"]),
            "disagreements": self.disagreements,
        }


def measure_agreement(coders: Mapping[str, Sequence[GoldStatement]], *, draws: int = 1000) -> Agreement:
    """Compare what coders said of the same statements, matched by file and offsets.

    Subtypes and instruments are compared where both coders gave one, so that a difference in class counts once. Entities are compared
    strictly, span and type, outermost ones. κ of more than two coders is the mean over pairs (Light's κ).

    Args:
        coders: name -> statements; title and boilerplate lines are passed over, those with an empty `kind` are not coded.
        draws: bootstrap samples behind each interval, of reports where there are at least 10, else of statements.

    Raises:
        ReportError: the coders have no statement in common, or say different texts of one place.
        ValueError: there are fewer than two coders.

    Source:
        Light, R. J. (1971). Measures of response agreement for qualitative data. Psychological Bulletin, 76(5), 365-377.
        Hripcsak, G., & Rothschild, A. S. (2005). Agreement, the F-measure, and reliability in information retrieval. JAMIA,
        12(3), 296-298 (why F1 for spans).

    Example:
        >>> row = GoldStatement("a.txt", 0, 2, "设立", "body", "GOAL", "", (), (), "planned", ())
        >>> measure_agreement({"a": [row], "b": [row]}).figures["class_agreement"]
        (1.0, 1.0, 1.0, 1)
    """
    if len(coders) < 2:
        raise ValueError("agreement takes at least two coders")
    rows = {name: {(r.file, r.start, r.end): r for r in given if r.role not in FURNITURE} for name, given in coders.items()}
    keys = common_keys(rows)
    table = [[rows[name].get(key) for name in rows] for key in keys]
    weights = draw_weights([key[0] for key in keys], draws)
    figures: dict[str, tuple[float, float, float, int]] = {}
    pairs: Counter[tuple[str, str, str]] = Counter()
    for layer, label in LAYERS.items():
        said = [[label(row) if row and row.kind else "" for row in line] for line in table]
        counted = sum(sum(map(bool, line)) > 1 for line in said)
        for figure, values in {"agreement": mean_agreement, "kappa": mean_kappa, "alpha": alpha}.items():
            figures[f"{layer}_{figure}"] = (*interval(values(codes_of(said), weights)), counted)
        pairs.update((layer, a, b) for line in said for a, b in combinations(line, 2) if a and b)
    for name, kinds in SPANS.items():
        figures[f"{name}_f1"] = (*interval(mean_f1(table, kinds, weights)), len(keys))
    every = {key for given in rows.values() for key in given}
    return Agreement(
        coders=tuple(rows),
        reports=len({key[0] for key in keys}),
        statements=len(keys),
        blank={name: sum(not (key in given and given[key].kind) for key in every) for name, given in rows.items()},
        figures=figures,
        pairs=dict(sorted(pairs.items())),
        disagreements=list_disagreements(keys, table, list(rows)),
    )


def common_keys(rows: Mapping[str, Mapping[Key, GoldStatement]]) -> list[Key]:
    """Give the places that at least two coders classed, and check that they read the same there."""
    coded: Counter[Key] = Counter(key for given in rows.values() for key, row in given.items() if row.kind)
    keys = sorted(key for key, number in coded.items() if number > 1)
    if not keys:
        raise ReportError(" ".join(rows), "they have no coded statement in common", "name labels of the same statements")
    for key in keys:
        if len({given[key].text for given in rows.values() if key in given}) > 1:
            raise ReportError(key[0], f"the coders read different texts at {key[1]}-{key[2]}", "code one sample; sort whole rows")
    return keys


def draw_weights(files: Sequence[str], draws: int) -> Floats:
    """Give how often each statement is drawn, (1 + draws, statements); the first row is the sample itself."""
    names = sorted(set(files))
    units = [names.index(file) for file in files] if len(names) >= FEWEST_REPORTS else list(range(len(files)))
    size = max(units) + 1
    drawn = np.random.default_rng(0).multinomial(size, np.full(size, 1 / size), draws)[:, units]
    return np.vstack([np.ones((1, len(files))), drawn])


def interval(values: Floats) -> tuple[float, float, float]:
    """Give the value of the sample and the 95 % interval of the draws."""
    drawn = values[1:][~np.isnan(values[1:])]
    if np.isnan(values[0]) or not len(drawn):
        return (round(float(values[0]), 4),) * 3
    low, high = np.quantile(drawn, [0.025, 0.975])
    return round(float(values[0]), 4), round(float(low), 4), round(float(high), 4)


def codes_of(said: Sequence[Sequence[str]]) -> npt.NDArray[np.int64]:
    """Number the labels, (statements, coders); -1 where there is none."""
    numbers = {label: i for i, label in enumerate(sorted({label for line in said for label in line if label}))}
    return np.array([[numbers.get(label, -1) for label in line] for line in said], np.int64)


def ratio(top: Floats, bottom: Floats) -> Floats:
    """Divide; NaN where there is nothing to divide by."""
    result: Floats = np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 1e-12)
    return result


def over_pairs(values: Sequence[Floats]) -> Floats:
    """Give the mean over pairs of coders, of those pairs that have a value."""
    stacked = np.array(values)
    known = ~np.isnan(stacked)
    return ratio(np.where(known, stacked, 0.0).sum(0), known.sum(0).astype(float))


def mean_agreement(codes: npt.NDArray[np.int64], weights: Floats) -> Floats:
    """Give the share of statements on which two coders agree, (draws,)."""
    values = []
    for a, b in combinations(codes.T, 2):
        both = (a >= 0) & (b >= 0)
        values.append(ratio(weights @ (both & (a == b)), weights @ both))
    return over_pairs(values)


def mean_kappa(codes: npt.NDArray[np.int64], weights: Floats) -> Floats:
    """Give Cohen's κ, (observed - expected) / (1 - expected), (draws,)."""
    values = []
    labels = np.arange(codes.max() + 1)
    for a, b in combinations(codes.T, 2):
        both = ((a >= 0) & (b >= 0))[:, None]
        size = weights @ both[:, 0]
        observed = ratio(weights @ (both[:, 0] & (a == b)), size)
        left, right = (weights @ (both & (side[:, None] == labels)) for side in (a, b))
        expected = ratio((left * right).sum(1), size**2)
        values.append(ratio(observed - expected, 1 - expected))
    return over_pairs(values)


def alpha(codes: npt.NDArray[np.int64], weights: Floats) -> Floats:
    """Give Krippendorff's α for nominal labels, (draws,)."""
    counts = (codes[:, :, None] == np.arange(codes.max() + 1)).sum(1).astype(float)
    size = counts.sum(1)
    counts[size < 2] = 0  # a statement that one coder alone labelled pairs with nothing
    alike = (counts * (counts - 1)).sum(1) / np.maximum(size - 1, 1)
    totals = weights @ counts
    n = totals.sum(1)
    expected = 1 - ratio((totals * (totals - 1)).sum(1), n * (n - 1))
    return 1 - ratio(1 - ratio(weights @ alike, n), expected)


def krippendorff_alpha(table: Sequence[Sequence[str]]) -> float:
    """Give Krippendorff's α for nominal labels: 1 - observed / expected disagreement.

    Args:
        table: one row a statement, one label a coder; "" where a coder gave none.

    Returns:
        NaN where no label varies.

    Source:
        Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.

    Example:
        >>> krippendorff_alpha([("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")])
        0.5333
    """
    return interval(alpha(codes_of(table), np.ones((1, len(table)))))[0]


def mean_f1(table: Sequence[Sequence[GoldStatement | None]], kinds: frozenset[str] | None, weights: Floats) -> Floats:
    """Give F1 of the entities of two coders, strict span and type, (draws,); NaN where fewer than two marked any."""
    found = [[spans_of(row, kinds) if row and row.kind else None for row in line] for line in table]
    marking = [coder for coder in range(len(table[0])) if any(line[coder] for line in found)]  # who marked none was not asked for any
    values = [np.full(len(weights), np.nan)]
    for a, b in combinations(marking, 2):
        pairs = [(line[a], line[b]) for line in found]
        total = np.array([len(x) + len(y) if x is not None and y is not None else 0 for x, y in pairs], float)
        shared = np.array([len(x & y) if x is not None and y is not None else 0 for x, y in pairs], float)
        values.append(ratio(weights @ (2 * shared), weights @ total))
    return over_pairs(values)


def spans_of(row: GoldStatement, kinds: frozenset[str] | None) -> frozenset[tuple[int, int, str]]:
    spans = outermost((e.start, e.end, e.kind) for e in row.entities if not e.nested)
    return frozenset(span for span in spans if kinds is None or span[2] in kinds)


def list_disagreements(keys: Sequence[Key], table: Sequence[Sequence[GoldStatement | None]], coders: Sequence[str]) -> pd.DataFrame:
    """List what coders say differently, in order of place."""
    import pandas as pd

    columns: dict[str, Callable[[GoldStatement], str]] = {**LAYERS, "entities": spell_spans}
    rows = []
    # Who marked no entity anywhere was not asked for any.
    marking = [any((row := line[coder]) and row.entities for line in table) for coder in range(len(coders))]
    for key, line in zip(keys, table, strict=True):
        text = next(row.text for row in line if row)
        for layer, label in columns.items():
            said = [label(row) if row and row.kind else "" for row in line]
            asked = marking if layer == "entities" else [bool(s) for s in said]
            given = [s for s, row, yes in zip(said, line, asked, strict=True) if row and row.kind and yes]
            if len(set(given)) > 1:
                rows.append((*key, layer, *said, text))
    return pd.DataFrame(rows, columns=["file", "start", "end", "layer", *coders, "text"])


def spell_spans(row: GoldStatement) -> str:
    return "、".join(f"{row.text[a - row.start : b - row.start]}/{kind}" for a, b, kind in sorted(spans_of(row, None)))

"""Scores analyses against gold: segmentation, classes, instruments, entities, each with a bootstrap interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from policynlp.evaluation.gold import GoldStatement
from policynlp.schema import Analysis, Entity, Statement

__all__ = ["CORE", "Comparison", "Scores", "cohen_kappa", "compare_file", "score"]

CORE = frozenset({"FUND", "PLATFORM", "INDUSTRY"})
EDGE = " \t\r\n。！？；;!?，,：:、"
Span = tuple[int, int, str]
Figure = tuple[float, float, float]  # value, and its 95 % interval from low to high
STEPS = 20  # points of the coverage curve


@dataclass(frozen=True, slots=True)
class Comparison:
    """One gold statement beside what was found: the statement with the same span (or None) and the outermost entities."""

    gold: GoldStatement
    found: Statement | None
    wanted: frozenset[Span]
    spans: frozenset[Span]
    names_wanted: frozenset[str]
    names_found: frozenset[str]


@dataclass(frozen=True)
class Scores:
    """Figures with their 95 % intervals, the confusion of classes, and the comparisons behind them.

    Attributes:
        figures: name -> (value, low, high); intervals by bootstrap over reports.
        confusion: (gold class, found class) -> statements.
        types: entity type -> strict F1.
        genres: genre of report -> the same figures for its statements.
        coverage: (share of statements kept, class accuracy on them), when the least probable answers are left out first.
        comparisons: one a gold statement.
    """

    figures: dict[str, Figure]
    confusion: dict[tuple[str, str], int]
    types: dict[str, float]
    genres: dict[str, dict[str, Figure]]
    coverage: list[tuple[float, float]]
    comparisons: list[Comparison] = field(repr=False)


def compare_file(gold: Sequence[GoldStatement], analysis: Analysis) -> list[Comparison]:
    """Put the gold statements of one report beside its analysis.

    Spans are compared after their edge punctuation is stripped. Title and boilerplate lines are left out.
    """
    text = analysis.report.text
    statements = {trim(text, s.start, s.end): s for s in analysis.statements}
    outer = [e for e in analysis.entities if not e.nested]
    rows = []
    for row in gold:
        if row.role in ("title", "boilerplate"):
            continue
        inside = [e for e in outer if row.start <= e.start and e.end <= row.end]
        rows.append(
            Comparison(
                gold=row,
                found=statements.get(trim(text, row.start, row.end)),
                wanted=outermost((e.start, e.end, e.kind) for e in row.entities),
                spans=outermost((e.start, e.end, e.kind) for e in inside),
                names_wanted=frozenset(e.name for e in row.entities if not e.nested and e.name),
                names_found=frozenset(entity_name(e) for e in inside),
            )
        )
    return rows


def entity_name(entity: Entity) -> str:
    return "+".join(entity.names)


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in EDGE:
        start += 1
    while end > start and text[end - 1] in EDGE:
        end -= 1
    return start, end


def outermost(spans: Iterable[Span]) -> frozenset[Span]:
    kept: list[Span] = []
    for span in sorted(set(spans), key=lambda s: (s[0], -s[1])):
        if not any(k[0] <= span[0] and span[1] <= k[1] for k in kept):
            kept.append(span)
    return frozenset(kept)


def score(comparisons: Sequence[Comparison], *, draws: int = 500) -> Scores:
    """Score comparisons of one or many reports.

    Args:
        comparisons: as `compare_file` gives them.
        draws: bootstrap samples of reports behind each interval; with one report the intervals are over its statements.

    Raises:
        ValueError: there is nothing to score.
    """
    if not comparisons:
        raise ValueError("there are no gold statements to score")
    matched = [c for c in comparisons if c.found]
    kinds = sorted({s[2] for c in comparisons for s in c.wanted})
    genres = sorted({c.gold.genre for c in comparisons if c.gold.genre})
    return Scores(
        figures=measure_all(comparisons, draws),
        confusion=dict(Counter((c.gold.kind, c.found.kind) for c in matched if c.found)),
        types={kind: round(span_f1(comparisons, frozenset({kind})) or 0.0, 4) for kind in kinds},
        genres={genre: measure_all([c for c in comparisons if c.gold.genre == genre], draws) for genre in genres},
        coverage=coverage_curve([(c.found.score, c.found.kind == c.gold.kind) for c in comparisons if c.found]),
        comparisons=list(comparisons),
    )


def measure_all(comparisons: Sequence[Comparison], draws: int) -> dict[str, Figure]:
    """Measure all figures with bootstrap intervals over reports, or over statements where there is one report."""
    groups: dict[str, list[Comparison]] = {}
    files = {c.gold.file for c in comparisons}
    for number, comparison in enumerate(comparisons):
        groups.setdefault(comparison.gold.file if len(files) > 1 else str(number), []).append(comparison)
    units = list(groups.values())
    generator = np.random.default_rng(0)
    samples = [[c for i in generator.integers(0, len(units), len(units)) for c in units[i]] for _ in range(draws)]
    figures = {}
    for name, measure in MEASURES.items():
        value = measure(comparisons)
        if value is None:
            continue
        drawn = [v for v in map(measure, samples) if v is not None]
        low, high = np.quantile(drawn, [0.025, 0.975]) if drawn else (value, value)
        figures[name] = (round(value, 4), round(float(low), 4), round(float(high), 4))
    return figures


def coverage_curve(answers: Sequence[tuple[float, bool]]) -> list[tuple[float, float]]:
    """Give the accuracy on the most probable answers, for shares of them from 1/20 to all.

    Source:
        El-Yaniv, R., & Wiener, Y. (2010). On the foundations of noise-free selective classification. JMLR, 11, 1605-1641.

    Example:
        >>> coverage_curve([(0.9, True), (0.8, True), (0.5, False), (0.4, True)])[-1]
        (1.0, 0.75)
    """
    ranked = [right for _, right in sorted(answers, key=lambda answer: -answer[0])]
    curve = []
    for step in range(1, STEPS + 1):
        kept = ranked[: round(len(ranked) * step / STEPS)]
        if kept:
            curve.append((round(step / STEPS, 2), round(sum(kept) / len(kept), 4)))
    return curve


def class_pairs(comparisons: Iterable[Comparison]) -> list[tuple[str, str]]:
    return [(c.gold.kind, c.found.kind) for c in comparisons if c.found]


def share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Give Cohen's κ: agreement beyond chance, (observed - expected) / (1 - expected).

    Source:
        Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological Measurement, 20, 37-46.

    Example:
        >>> cohen_kappa([("A", "A"), ("A", "B"), ("B", "B"), ("B", "B")])
        0.5
    """
    if not pairs:
        return None
    n = len(pairs)
    observed = sum(a == b for a, b in pairs) / n
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(left[k] * right[k] for k in left) / n**2
    return (observed - expected) / (1 - expected) if expected < 1 else 1.0


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float | None:
    labels = sorted({a for a, _ in pairs})
    if not labels:
        return None
    gold, found, both = Counter(a for a, _ in pairs), Counter(b for _, b in pairs), Counter(a for a, b in pairs if a == b)
    return sum(2 * both[k] / (gold[k] + found[k]) for k in labels) / len(labels)


def instrument_pairs(comparisons: Iterable[Comparison]) -> list[tuple[str, str]]:
    """Give the primary instruments, gold and found, of the measures that both call measures."""
    return [
        (c.gold.instruments[0], c.found.instruments[0])
        for c in comparisons
        if c.found and c.gold.kind == c.found.kind == "MEASURE" and c.gold.instruments and c.found.instruments
    ]


def instrument_share(comparisons: Sequence[Comparison]) -> float | None:
    return share([a == b for a, b in instrument_pairs(comparisons)])


def family_share(comparisons: Sequence[Comparison]) -> float | None:
    return share([a[0] == b[0] for a, b in instrument_pairs(comparisons)])


def span_f1(comparisons: Sequence[Comparison], kinds: frozenset[str] | None) -> float | None:
    wanted = found = both = 0
    for c in comparisons:
        a = {s for s in c.wanted if kinds is None or s[2] in kinds}
        b = {s for s in c.spans if kinds is None or s[2] in kinds}
        wanted, found, both = wanted + len(a), found + len(b), both + len(a & b)
    return 2 * both / (wanted + found) if wanted + found else None


def name_f1(comparisons: Sequence[Comparison]) -> float | None:
    wanted = sum(len(c.names_wanted) for c in comparisons)
    found = sum(len(c.names_found) for c in comparisons)
    both = sum(len(c.names_wanted & c.names_found) for c in comparisons)
    return 2 * both / (wanted + found) if wanted else None


MEASURES: Mapping[str, Callable[[Sequence[Comparison]], float | None]] = {
    "segmentation": lambda cs: share([c.found is not None for c in cs]),
    "class_accuracy": lambda cs: share([a == b for a, b in class_pairs(cs)]),
    "class_kappa": lambda cs: cohen_kappa(class_pairs(cs)),
    "class_macro_f1": lambda cs: macro_f1(class_pairs(cs)),
    "class_clear": lambda cs: share([a == b for a, b in class_pairs(c for c in cs if not c.gold.alternatives)]),
    "class_lenient": lambda cs: share([c.found.kind in (c.gold.kind, *c.gold.alternatives) for c in cs if c.found]),
    "instrument_primary": instrument_share,
    "instrument_family": family_share,
    "entities_core": lambda cs: span_f1(cs, CORE),
    "entities_all": lambda cs: span_f1(cs, None),
    "canonical_names": name_f1,
}

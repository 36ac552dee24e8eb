"""Counts what occurs together: windows, names and pairs, for one report or a million (codebook G1-G6)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

from policynlp.codebook import load_codebook
from policynlp.memory import paused_collection
from policynlp.schema import Analysis, Entity, Statement

__all__ = ["Counts", "Pair", "Unit", "count_together", "each_report"]

Pair = tuple[str, str]
Unit = Literal["statement", "paragraph", "section"]
UNITS = ("statement", "paragraph", "section")
MIXED = -1  # a name that stands in several enumerations of a window, or in one and outside


@dataclass
class Counts:
    """What occurs together. Counts of disjoint reports add up with `+`, in any grouping.

    Attributes:
        reports: how many reports were counted.
        windows: how many windows there are, empty ones too.
        keys: of each window that holds a name: the ids of its statements, `report#statement`.
        kinds: of each of these windows the class of its statements, where the window is the statement; else "".
        mentions: (name, type, subtype, whether it is proper) -> how often it stands in the text.
        names: name -> numbers of the windows that hold it.
        places: (name, window) -> the statements of the window that hold the name; empty where the window is the statement.
        pairs: (name, name), in order of names -> numbers of the windows that hold both.
        listed: pair -> for each window where both stand in one enumeration and nowhere else, how many others it has.
        parts: (member, whole) in order of names -> ids of the statements that say so (R1).
    """

    reports: int = 0
    windows: int = 0
    keys: list[tuple[str, ...]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    mentions: Counter[tuple[str, str, str, bool]] = field(default_factory=Counter)
    names: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    places: dict[tuple[str, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    pairs: dict[Pair, list[int]] = field(default_factory=lambda: defaultdict(list))
    listed: dict[Pair, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    parts: dict[Pair, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __add__(self, other: Counts) -> Counts:
        """Add the counts of other reports."""
        shift = len(self.keys)
        total = Counts(
            reports=self.reports + other.reports,
            windows=self.windows + other.windows,
            keys=self.keys + other.keys,
            kinds=self.kinds + other.kinds,
            mentions=self.mentions + other.mentions,
        )
        for counts, by in ((self, 0), (other, shift)):
            for name, windows in counts.names.items():
                total.names[name] += [window + by for window in windows]
            for (name, window), statements in counts.places.items():
                total.places[name, window + by] = statements
            for pair, windows in counts.pairs.items():
                total.pairs[pair] += [window + by for window in windows]
            for pair, sizes in counts.listed.items():
                total.listed[pair].update({window + by: size for window, size in sizes.items()})
            for pair, statements in counts.parts.items():
                total.parts[pair] += statements
        return total

    def evidence(self, pair: Pair) -> tuple[str, ...]:
        """Give the ids of the statements behind a pair, in order."""
        windows = self.pairs.get(pair, [])
        if not self.places:
            found = [self.keys[window][0] for window in windows]
        else:
            found = [key for window in windows for key in self.keys[window] if any(key in self.places[name, window] for name in pair)]
        return tuple(dict.fromkeys(found or self.parts.get(pair, [])))

    def statements(self, name: str) -> tuple[str, ...]:
        """Give the ids of the statements that hold a name, in order."""
        if not self.places:
            return tuple(self.keys[window][0] for window in self.names[name])
        return tuple(dict.fromkeys(key for window in self.names[name] for key in self.places[name, window]))


def count_together(
    analyses: Analysis | Iterable[Analysis],
    *,
    unit: Unit = "statement",
    kinds: Sequence[str] | None = None,
    tiers: Sequence[int] | None = None,
    layer: str | None = None,
) -> Counts:
    """Count the names of each window and the pairs of names in it.

    A name counts once a window, however often it stands there; second copies of a block count for nothing. Names are the
    canonical names of outermost entities, the members of a headless coordination one by one; the report's own zone is left
    out, because it is in everything.

    Args:
        analyses: one analysis or several; two of one name are told apart.
        unit: the window: statement, paragraph or section. Headings are no windows for the text below them (G2): in
            a paragraph or section they stand alone.
        kinds: entity types to count; all by default.
        tiers: tiers of types to count (1 core, 2 around it, 3 target groups); all by default.
        layer: GOAL, MEASURE, INSTITUTION or OTHER counts only statements of that class; all by default.

    Raises:
        ValueError: `unit` is none of the three.

    Example:
        >>> import policynlp
        >>> counts = count_together(policynlp.analyze("支持科技型中小企业发展数字经济。建设创新平台。"))
        >>> counts.windows, dict(counts.pairs)
        (2, {('数字经济', '科技型中小企业'): [0]})
    """
    if unit not in UNITS:
        raise ValueError(f"unit is {unit!r}; it must be one of {', '.join(UNITS)}")
    types = load_codebook().types
    wanted = frozenset(k for k in types if (kinds is None or k in kinds) and (tiers is None or types[k].tier in tiers))
    counts = Counts()
    with paused_collection():
        for report, analysis in each_report(analyses):
            counts.reports += 1
            count_report(analysis, report, unit, wanted, layer, counts)
    return counts


def each_report(analyses: Analysis | Iterable[Analysis]) -> Iterator[tuple[str, Analysis]]:
    """Give each analysis with the name of its report; two files may share a name, and the later ones get a number."""
    taken: Counter[str] = Counter()
    for analysis in [analyses] if isinstance(analyses, Analysis) else analyses:
        taken[analysis.report.id] += 1
        number = taken[analysis.report.id]
        yield analysis.report.id if number == 1 else f"{analysis.report.id}~{number}", analysis


def count_report(analysis: Analysis, report: str, unit: Unit, wanted: frozenset[str], layer: str | None, counts: Counts) -> None:
    """Add one report's windows."""
    entities: dict[str, list[Entity]] = {}
    for entity in analysis.entities:
        if not entity.nested and not entity.zone and entity.kind in wanted:
            entities.setdefault(entity.statement, []).append(entity)
    named: set[str] = set()
    for statements in windows_of(analysis.statements, unit, layer):
        counts.windows += 1
        named.update(name for s in statements for entity in entities.get(s.id, ()) for name in entity.names)
        if any(statement.id in entities for statement in statements):
            count_window(statements, report, entities, counts, several=unit != "statement")
            counts.kinds.append(statements[0].kind if unit == "statement" else "")
    for formula in analysis.formulas:
        for part in formula.parts:
            for member in dict.fromkeys(part.members):
                if member != formula.whole and formula.whole in named and member in named:
                    counts.parts[ordered(formula.whole, member)].append(f"{report}#{part.statement}")


def windows_of(statements: Sequence[Statement], unit: Unit, layer: str | None) -> Iterable[list[Statement]]:
    """Cut the statements of a report into windows; title and page furniture are in none."""
    groups: dict[object, list[Statement]] = {}
    for statement in statements:
        if statement.role in ("title", "boilerplate") or (layer is not None and statement.kind != layer):
            continue
        alone = unit == "statement" or statement.role == "heading"
        key = statement.id if alone else statement.paragraph if unit == "paragraph" else statement.section
        groups.setdefault(key, []).append(statement)
    return groups.values()


def count_window(statements: Sequence[Statement], report: str, entities: dict[str, list[Entity]], counts: Counts, *, several: bool) -> None:
    """Add one window that holds at least one name; `several`: windows may hold several statements."""
    window = len(counts.keys)
    counts.keys.append(tuple(f"{report}#{s.id}" for s in statements))
    groups: dict[str, tuple[str, int]] = {}  # name -> the enumeration it stands in
    for statement in statements:
        for entity in entities.get(statement.id, ()):
            where = (statement.id, entity.group)
            for name in entity.names:
                counts.mentions[name, entity.kind, entity.subtype, entity.named] += 1
                groups[name] = where if groups.get(name, where) == where else (statement.id, MIXED)
                if several:
                    counts.places[name, window].append(f"{report}#{statement.id}")
    names = sorted(groups)
    for name in names:
        counts.names[name].append(window)
    pairs = counts.pairs
    for pair in combinations(names, 2):
        pairs[pair].append(window)
    members: dict[tuple[str, int], list[str]] = {}
    for name in names:
        if groups[name][1] > 0:
            members.setdefault(groups[name], []).append(name)
    for together in members.values():
        for pair in combinations(together, 2):
            counts.listed[pair][window] = len(together) - 1


def ordered(a: str, b: str) -> Pair:
    return (a, b) if a < b else (b, a)

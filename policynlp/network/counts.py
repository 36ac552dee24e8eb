"""Counts what occurs together: windows, names and pairs, for one report or a million (codebook G1-G6)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

from policynlp.codebook import load_codebook
from policynlp.memory import paused_collection
from policynlp.schema import Analysis, Entity, Statement

__all__ = ["Counts", "Pair", "Unit", "count_together", "each_report"]

Pair = tuple[str, str]
Mention = tuple[str, str, str, bool]
Enumeration = tuple[str, int]  # id of its statement, its number there
Unit = Literal["statement", "paragraph", "section"]
UNITS = ("statement", "paragraph", "section")
NOWHERE: Enumeration = ("", 0)  # of a name that stands in none
MIXED: Enumeration = ("-", 0)  # of a name that stands in several of a window, or in one and outside


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
    mentions: Counter[Mention] = field(default_factory=Counter)
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
    held: dict[str, list[Entity]] = defaultdict(list)
    for entity in analysis.entities:
        if not entity.nested and not entity.zone and entity.kind in wanted:
            held[entity.statement].append(entity)
    first = len(counts.keys)  # of its windows
    mentions: list[Mention] = []
    windows = windows_of(analysis.statements, unit, layer)
    counts.windows += len(windows)
    for statements in windows:
        if holding := [(f"{report}#{s.id}", entities) for s in statements if (entities := held.get(s.id))]:
            alone = unit == "statement"
            counts.keys.append((holding[0][0],) if alone else tuple([f"{report}#{s.id}" for s in statements]))
            counts.kinds.append(statements[0].kind if alone else "")
            count_window(holding, counts, mentions, several=not alone)
    counts.mentions.update(mentions)
    count_parts(analysis, report, first, counts)


def count_parts(analysis: Analysis, report: str, first: int, counts: Counts) -> None:
    """Add what the formulas of a report say of names that stand in its windows, the first of which has this number."""

    def stands(name: str) -> bool:
        return name in counts.names and counts.names[name][-1] >= first

    for formula in analysis.formulas:
        for part in formula.parts:
            for member in dict.fromkeys(part.members):
                if member != formula.whole and stands(formula.whole) and stands(member):
                    counts.parts[ordered(formula.whole, member)].append(f"{report}#{part.statement}")


def windows_of(statements: Sequence[Statement], unit: Unit, layer: str | None) -> Collection[list[Statement]]:
    """Cut the statements of a report into windows; title and page furniture are in none."""
    counted = [s for s in statements if s.role not in ("title", "boilerplate") and (layer is None or s.kind == layer)]
    if unit == "statement":
        return [[statement] for statement in counted]
    groups: dict[object, list[Statement]] = {}
    for statement in counted:
        below = statement.paragraph if unit == "paragraph" else statement.section
        groups.setdefault(statement.id if statement.role == "heading" else below, []).append(statement)
    return groups.values()


def count_window(statements: Sequence[tuple[str, Sequence[Entity]]], counts: Counts, mentions: list[Mention], *, several: bool) -> None:
    """Add the last window, which holds at least one name.

    Args:
        statements: ids and entities of those of its statements that hold any.
        counts: what to add to.
        mentions: what to add the mentions to.
        several: windows may hold several statements.
    """
    window = len(counts.keys) - 1
    groups: dict[str, Enumeration] = {}  # name -> the enumeration it stands in
    listed = 0
    for statement, entities in statements:
        for entity in entities:
            kind, subtype, named, group = entity.kind, entity.subtype, entity.named, entity.group
            listed |= group
            where = (statement, group) if group else NOWHERE
            for name in entity.members or (entity.name,):
                mentions.append((name, kind, subtype, named))
                if groups.setdefault(name, where) != where:
                    groups[name] = MIXED
                if several:
                    counts.places[name, window].append(statement)
    names = sorted(groups)
    windows, pairs = counts.names, counts.pairs
    for name in names:
        windows[name].append(window)
    for pair in combinations(names, 2):
        pairs.setdefault(pair, []).append(window)
    if listed:
        count_listed(names, groups, window, counts)


def count_listed(names: Sequence[str], groups: Mapping[str, Enumeration], window: int, counts: Counts) -> None:
    """Add the pairs of names that stand in one enumeration of a window."""
    members: dict[Enumeration, list[str]] = defaultdict(list)
    for name in names:
        if groups[name][1]:
            members[groups[name]].append(name)
    for together in members.values():
        for pair in combinations(together, 2):
            counts.listed[pair][window] = len(together) - 1


def ordered(a: str, b: str) -> Pair:
    return (a, b) if a < b else (b, a)

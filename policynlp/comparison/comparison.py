"""Puts a comparison together: the groups, and each table when it is first asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from policynlp.comparison.concordance import find_concordance
from policynlp.comparison.groups import Group, group_analyses, name_reports
from policynlp.comparison.incidence import entities_of
from policynlp.comparison.keyness import find_keywords
from policynlp.comparison.likeness import compare_likeness, explain_pairs
from policynlp.comparison.methods import describe_methods, list_references
from policynlp.comparison.presence import compare_presence, find_missing
from policynlp.comparison.profiles import compare_profiles, find_differences
from policynlp.comparison.reuse import find_reuse, share_reused
from policynlp.comparison.sample import list_indicators, list_sample
from policynlp.comparison.specialisation import compare_specialisation
from policynlp.comparison.years import match_promises, trace_entities
from policynlp.memory import paused_collection
from policynlp.schema import Analysis, Statement

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Groups of reports side by side, as `compare` makes it.

    Attributes:
        groups: in the order of their names.
        by: what the reports are grouped by.
        focus: the group that is set against the others, or None.
        upper: the upper-level documents with their keys.
        seed: of the random numbers.
    """

    groups: tuple[Group, ...]
    by: str
    focus: str | None = None
    upper: tuple[tuple[str, Analysis], ...] = ()
    seed: int = 0
    _tables: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)
    _reports: dict[str, Analysis] = field(default_factory=dict, repr=False, compare=False)

    def __repr__(self) -> str:
        """Say what is compared, without the texts of all reports."""
        return f"Comparison(by={self.by!r}, focus={self.focus!r}, groups={[group.name for group in self.groups]})"

    def names(self) -> tuple[str, ...]:
        """Give the names of the tables, in the order in which papers print them."""
        return tuple(TABLES)

    def table(self, name: str) -> pd.DataFrame:
        """Give a table; it is computed when it is first asked for.

        ===================  =================================================================================
        name                 what it holds; the columns are described there
        ===================  =================================================================================
        `sample`             the reports: `list_sample`
        `profiles`           shares and rates of classes, instruments, statuses and types: `compare_profiles`
        `differences`        each group against the rest: `find_differences`
        `presence`           which group has which entity: `compare_presence`
        `missing`            what a group lacks and others have: `find_missing`
        `specialisation`     location quotients of industries: `compare_specialisation`
        `keywords`           typical words: `find_keywords`
        `likeness_words`     every two groups by TF-IDF: `compare_likeness`
        `likeness_entities`  the same by entities
        `likeness_graph`     the same by co-occurrence graphs
        `reasons`            what makes each group like its nearest one: `explain_likeness`
        `reuse`              shared passages: `find_reuse`
        `reuse_shares`       how much of each report is reused: `share_reused`
        `changes`            entities born, kept and dropped between the years of a zone: `trace_entities`
        `promises`           promised in one year, reported in a later one: `match_promises`
        `indicators`         all quantified targets and results: `list_indicators`
        ===================  =================================================================================

        With a focus, its rows of `differences`, `presence` and `missing` come first, corrected for their own number alone; the
        rows of the other groups are corrected for the number of all rows. With upper-level documents `presence` and `missing`
        have a column `upper`: the statements of these documents that name the entity (ids, a tuple). The nearest group in `reasons`
        is that of the largest `likeness` by entities in proportion to `expected`. `changes` and `promises` take the
        years of each zone, whatever the reports are grouped by.

        Returns:
            A copy: changing it leaves the comparison as it is.

        Raises:
            ValueError: there is no such table.

        Example:
            >>> import policynlp
            >>> texts = {"a": "设立种子基金。发展数字经济。", "b": "发展数字经济。"}
            >>> found = compare([policynlp.analyze(policynlp.make_report(t, path=name)) for name, t in texts.items()])
            >>> found.table("sample")[["group", "statements"]].values.tolist()
            [['a', 2], ['b', 1]]
        """
        if name not in TABLES:
            raise ValueError(f"name is {name!r}; it must be one of {', '.join(TABLES)}")
        if name not in self._tables:
            with paused_collection():
                self._tables[name] = TABLES[name](self)
        return self._tables[name].copy()

    def statement(self, identifier: str) -> Statement:
        """Give the statement behind an id `report#statement`, as the tables give it for evidence.

        Raises:
            KeyError: no report or upper-level document of the comparison has it.
        """
        if not self._reports:
            self._reports.update(pair for group in self.groups for pair in group.reports)
            self._reports.update(self.upper)
        report, _, number = identifier.rpartition("#")
        return self._reports[report].statement(number)

    def concordance(self, term: str, *, of: Literal["text", "words", "entities"] = "text") -> pd.DataFrame:
        """Give all places of a term with their context, as `find_concordance` does."""
        return find_concordance(self.groups, term, of=of)

    def methods(self, lang: str = "zh") -> str:
        """Give the methods paragraphs of a paper, in Chinese (zh) or English (en), with every parameter."""
        return describe_methods(self, lang)

    def references(self) -> list[str]:
        """Give the sources of the measures used, in order of names."""
        return list_references(self)


def compare(
    analyses: Iterable[Analysis], *, by: str = "zone", upper: Iterable[Analysis] = (), focus: str | None = None, seed: int = 0
) -> Comparison:
    """Compare reports, group by group.

    Args:
        analyses: of one report or more; their order changes nothing.
        by: what makes a group: zone, year, region, source, issuer, genre, report (each alone), or a column of a manifest.
        upper: analyses of upper-level documents, such as a national plan: texts that the reports may have drawn on.
        focus: the group that the reader has in mind; None for none.
        seed: of the random numbers.

    Returns:
        The comparison; its tables are computed when they are asked for.

    Raises:
        ValueError: there is no analysis, `by` is unknown, `focus` is no group, or an upper-level document has the id of a report.

    Example:
        >>> import policynlp
        >>> texts = {"a": "设立种子基金。发展数字经济。", "b": "发展数字经济。"}
        >>> found = compare([policynlp.analyze(policynlp.make_report(t, path=name)) for name, t in texts.items()], focus="a")
        >>> found.table("presence")[["group", "name", "shared"]].values.tolist()
        [['a', '种子基金', 'unique'], ['a', '数字经济', 'all'], ['b', '数字经济', 'all']]
    """
    groups = group_analyses(analyses, by=by)
    if not groups:
        raise ValueError("there are no analyses; give one or more")
    names = [group.name for group in groups]
    if focus is not None and focus not in names:
        raise ValueError(f"focus is {focus!r}; it must be one of {', '.join(names)}")
    above = tuple(name_reports(upper))
    if clash := {key for group in groups for key, _ in group.reports} & {key for key, _ in above}:
        raise ValueError(f"{', '.join(sorted(clash))} is a report and an upper-level document; give the latter's file another name")
    return Comparison(tuple(groups), by, focus, above, seed)


def with_focus(make: Callable[..., pd.DataFrame], column: str) -> Callable[[Comparison], pd.DataFrame]:
    """Make a table in which the focus comes first, corrected for its own rows."""

    def build(comparison: Comparison) -> pd.DataFrame:
        table = make(comparison.groups)
        if comparison.focus is None:
            return table
        others = table[table[column] != comparison.focus]
        return pd.concat([make(comparison.groups, focus=comparison.focus), others], ignore_index=True)

    return build


def with_upper(build: Callable[[Comparison], pd.DataFrame]) -> Callable[[Comparison], pd.DataFrame]:
    """Add to a table of entities where upper-level documents name them; what is one zone's own they can't."""

    def build_with_upper(comparison: Comparison) -> pd.DataFrame:
        table = build(comparison)
        if not comparison.upper:
            return table
        named: defaultdict[str, list[str]] = defaultdict(list)
        for key, analysis in comparison.upper:
            for statement, names in entities_of(analysis):
                for name in names:
                    named[name].append(f"{key}#{statement}")
        found = [() if zone else tuple(sorted(named[name])) for name, zone in zip(table["name"], table["zone"], strict=True)]
        return table.assign(upper=pd.Series(found, table.index, object))

    return build_with_upper


def reasons(comparison: Comparison) -> pd.DataFrame:
    """Explain the likeness of each group and its nearest one."""
    return explain_pairs(comparison.groups, nearest(comparison.table("likeness_entities")))


def nearest(pairs: pd.DataFrame) -> list[tuple[str, str]]:
    """Give each group with the one that is most like it for the size of both."""
    scores: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for a, b, likeness, expected in zip(*(pairs[c] for c in ("group_a", "group_b", "likeness", "expected")), strict=True):
        scores[a][b] = scores[b][a] = likeness / expected if expected else 0.0
    return [(group, min(others, key=lambda name: (-others[name], name))) for group, others in sorted(scores.items())]


def zones(comparison: Comparison) -> list[Group]:
    """Group the reports by zone, with the keys they have."""
    reports: defaultdict[str, list[tuple[str, Analysis]]] = defaultdict(list)
    for key, analysis in sorted((pair for group in comparison.groups for pair in group.reports), key=lambda pair: pair[0]):
        reports[analysis.report.zone or key].append((key, analysis))
    return [Group(zone, tuple(reports[zone])) for zone in sorted(reports)]


def likeness(measure: Any) -> Callable[[Comparison], pd.DataFrame]:
    return lambda comparison: compare_likeness(comparison.groups, measure=measure, seed=comparison.seed)


def upper_of(comparison: Comparison) -> Sequence[Analysis]:
    return [analysis for _, analysis in comparison.upper]


TABLES: dict[str, Callable[[Comparison], pd.DataFrame]] = {
    "sample": lambda comparison: list_sample(comparison.groups),
    "profiles": lambda comparison: compare_profiles(comparison.groups, seed=comparison.seed),
    "differences": with_focus(find_differences, "group_a"),
    "presence": with_upper(with_focus(compare_presence, "group")),
    "missing": with_upper(with_focus(find_missing, "group")),
    "specialisation": lambda comparison: compare_specialisation(comparison.groups, seed=comparison.seed),
    "keywords": lambda comparison: find_keywords(comparison.groups),
    "likeness_words": likeness("tfidf"),
    "likeness_entities": likeness("entities"),
    "likeness_graph": likeness("graph"),
    "reasons": reasons,
    "reuse": lambda comparison: find_reuse(comparison.groups, upper=upper_of(comparison)),
    "reuse_shares": lambda comparison: share_reused(comparison.groups, comparison.table("reuse")),
    "changes": lambda comparison: trace_entities(zones(comparison)),
    "promises": lambda comparison: match_promises(zones(comparison)),
    "indicators": lambda comparison: list_indicators(comparison.groups),
}

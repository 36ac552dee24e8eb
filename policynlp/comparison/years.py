"""The same zone over the years: entities born, kept and dropped; targets promised in one report and reported in a later one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from policynlp.annotation.indicators import find_indicators
from policynlp.annotation.periods import reviewed_year
from policynlp.annotation.quantities import indicator_tables, measure
from policynlp.comparison.groups import Group
from policynlp.comparison.incidence import WHERE
from policynlp.network.weights import settled
from policynlp.schema import Analysis, Indicator

__all__ = ["match_promises", "trace_entities"]

TRACE = ("zone", "kind", "name", "year_before", "year", "change", "statements_before", "statements")
PROMISES = ("zone", "name", "comparator", "promised", "promised_high", "bound", "unit", "deadline", "promised_in", "promised_statement")
PROMISED = ("name", "comparator", "value", "high", "bound", "unit")  # the fields of an indicator that are PROMISES from name to unit
REPORTS = ("reported", "reported_bound", "reported_unit", "reported_in", "reported_statement", "verdict", "difference")
WORDS = ("reported_bound", "reported_unit", "reported_statement")
NUMBERS = ("promised", "promised_high", "reported", "reported_in", "difference")
FORMS = {"reach": "level", "exceed": "level"}  # a level reached and one surpassed can be compared
ROUNDING = 1e-9


class Told(NamedTuple):
    """An indicator with the report that tells it."""

    year: int
    key: str
    indicator: Indicator

    @property
    def statement(self) -> str:
        """The id `report#statement`."""
        return f"{self.key}#{self.indicator.statement}"


def reports_by_year(group: Group) -> dict[int, list[tuple[str, Analysis]]]:
    """Give the reports that look back on each year of a zone, the years in order; those without a year are left out.

    Raises:
        ValueError: the group holds reports of several zones.
    """
    zones = sorted({analysis.report.zone or analysis.report.id for _, analysis in group.reports})
    if len(zones) > 1:
        raise ValueError(f"group {group.name!r} holds reports of {', '.join(zones)}; years are compared within a zone: group by zone")
    years: dict[int, list[tuple[str, Analysis]]] = defaultdict(list)
    for key, analysis in sorted(group.reports, key=lambda report: report[0]):
        if (year := reviewed_year(analysis)) is not None:
            years[year].append((key, analysis))
    return dict(sorted(years.items()))


def trace_entities(groups: Sequence[Group]) -> pd.DataFrame:
    r"""Tell which entities of a zone are born, kept and dropped from each year to the next.

    A report's year is the one that it looks back on. Consecutive years are those that have reports: with none for 2022, 2023
    follows 2021. Outermost entities, the members of a headless coordination one by one; the zone itself and administrative places are
    left out. That a report no longer names an entity does not mean that it has ceased to exist.

    Args:
        groups: of one zone each, in any order. Reports without a year are left out.

    Returns:
        A row an entity and pair of years, by zone, year, kind and name: `zone`, `kind`, `name`, `year_before`, `year`, `change` (born,
        kept or dropped), `statements_before` and `statements` (ids `report#statement`, tuples of str; empty where it is not named).

    Raises:
        ValueError: a group holds reports of several zones.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> texts = {2022: "设立种子基金。", 2023: "设立种子基金。设立天使基金。"}
        >>> reports = [policynlp.make_report(f"丹麓高新区{year}年工作总结\n{text}") for year, text in texts.items()]
        >>> table = trace_entities(group_analyses(map(policynlp.analyze, reports)))
        >>> table[["name", "year", "change"]].values.tolist()
        [['天使基金', 2023, 'born'], ['种子基金', 2023, 'kept']]
    """
    rows: list[tuple[object, ...]] = []
    for group in sorted(groups, key=lambda group: group.name):
        named = {year: entities_named(reports) for year, reports in reports_by_year(group).items()}
        for before, year in pairwise(named):
            old, new = named[before], named[year]
            for kind, name in sorted(old.keys() | new.keys()):
                evidence = old.get((kind, name), ()), new.get((kind, name), ())
                change = "kept" if all(evidence) else "born" if evidence[1] else "dropped"
                rows.append((group.name, kind, name, before, year, change, *evidence))
    return pd.DataFrame(rows, columns=list(TRACE))


def entities_named(reports: Sequence[tuple[str, Analysis]]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Give for each entity, by kind and name, the statements that name it."""
    named: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for key, analysis in reports:
        for entity in analysis.entities:
            if not entity.nested and not entity.zone and (entity.kind, entity.subtype) not in WHERE:
                for name in entity.names:
                    named[entity.kind, name][f"{key}#{entity.statement}"] = None
    return {name: tuple(statements) for name, statements in named.items()}


def match_promises(groups: Sequence[Group], *, tolerance: float = 0.05) -> pd.DataFrame:
    r"""Set what each report promises against what later reports say was done.

    A promise is an indicator with status planned whose deadline lies after the year that its report reviews; without a deadline it
    is for the year after. What meets it is an indicator with status done, of the same canonical name, for the deadline's year; of
    several, one of the same form (a level, growth, fall, addition or rank) and unit first, then the one that stands first.

    ==============  ==============================================================================================
    `verdict`       meaning
    ==============  ==============================================================================================
    met, missed     the reported value reaches the promised one (the lower end of a range), or does not
    not comparable  the name is reported, but in another form or unit (a level promised, growth reported) or without a number
    not reported    there are reports of the deadline's year or later, and none gives the indicator as done
    not due         no report of the deadline's year or later is among the groups
    ==============  ==============================================================================================

    Where less is better (不超过, a rank, 失业率, 能耗, 审批时限), a lower value meets the promise.

    Args:
        groups: of one zone each, in any order. Reports without a year are left out.
        tolerance: how far from a value promised with 左右 the reported one may stay and still meet it; a share of the promised value.

    Returns:
        A row a promise, by zone, report and place in the text; what a report promises twice is given once. `zone`, `name`, `comparator`,
        `promised`, `promised_high` (of a range), `bound`, `unit`, `deadline` (year), `promised_in` (the year that the promising
        report reviews), `promised_statement`; `reported` (in the promised unit where both measure the same), `reported_bound`,
        `reported_unit`, `reported_in`, `reported_statement`, `verdict`, `difference` (reported less promised). Numbers are NaN and words ""
        where there is nothing.

    Raises:
        ValueError: `tolerance` is not within 0 and 1, or a group holds reports of several zones.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> first = "丹麓高新区2022年工作总结\n一、2023年工作目标\n力争2023年高新技术企业达到120家。"
        >>> second = "丹麓高新区2023年工作总结\n一、2023年工作回顾\n全区高新技术企业达到126家。"
        >>> reports = [policynlp.make_report(text) for text in (first, second)]
        >>> table = match_promises(group_analyses(map(policynlp.analyze, reports)))
        >>> table[["name", "promised", "reported", "verdict", "difference"]].values.tolist()
        [['高新技术企业', 120.0, 126.0, 'met', 6.0]]
    """
    if not 0 <= tolerance <= 1:
        raise ValueError(f"tolerance is {tolerance}; it must be from 0 to 1, a share of the promised value")
    rows = [row for group in sorted(groups, key=lambda group: group.name) for row in promise_rows(group, tolerance)]
    table = pd.DataFrame(rows, columns=[*PROMISES, *REPORTS])
    words, numbers = dict.fromkeys(WORDS, ""), dict.fromkeys(NUMBERS, float)
    table = table.astype(dict.fromkeys(WORDS, object)).fillna(words)  # a column in which nothing is said is none of words yet
    return table.astype({**dict.fromkeys(WORDS, str), **numbers, "deadline": int, "promised_in": int})


def promise_rows(group: Group, tolerance: float) -> Iterator[dict[str, object]]:
    """Give the rows of a zone."""
    years = reports_by_year(group)
    told = [Told(year, key, found) for year, reports in years.items() for key, analysis in reports for found in find_indicators(analysis)]
    done: dict[tuple[str, int], list[Told]] = defaultdict(list)
    for one in told:
        if one.indicator.status == "done":
            done[one.indicator.name, one.indicator.deadline or one.year].append(one)
    seen: set[tuple[object, ...]] = set()
    for one in told:
        due = one.indicator.deadline or one.year + 1
        if one.indicator.status != "planned" or due <= one.year:
            continue
        row = (group.name, *(getattr(one.indicator, field) for field in PROMISED), due, one.year)
        if row in seen:
            continue
        seen.add(row)
        later = [other for other in done[one.indicator.name, due] if other.year > one.year]
        answer = min(later, key=lambda other: rank_answer(one.indicator, other), default=None)
        silent = {"verdict": "not reported" if due <= max(years) else "not due"}
        found = compare(one.indicator, answer, tolerance) if answer else silent
        yield dict(zip(PROMISES, (*row, one.statement), strict=True)) | found


def form(indicator: Indicator) -> str:
    """Give what kind of number an indicator is."""
    return FORMS.get(indicator.comparator, indicator.comparator)


def rank_answer(promise: Indicator, answer: Told) -> tuple[bool, bool, int, str, int]:
    """Order what is reported: the same form and unit first, then the earlier report, then the place in the text."""
    reported = answer.indicator
    other_unit = measure(reported.unit)[0] != measure(promise.unit)[0]
    return form(reported) != form(promise) or other_unit, reported.comparator == "exceed", answer.year, answer.key, reported.start


def compare(promise: Indicator, answer: Told, tolerance: float) -> dict[str, object]:
    """Give the columns that set a report against a promise."""
    reported = answer.indicator
    row: dict[str, object] = {"reported": reported.value, "reported_bound": reported.bound, "reported_unit": reported.unit}
    row |= {"reported_in": answer.year, "reported_statement": answer.statement, "verdict": "not comparable"}
    (dimension, size), (other, other_size) = measure(promise.unit), measure(reported.unit)
    if form(reported) != form(promise) or dimension != other or promise.value is None or reported.value is None:
        return row
    value = settled(reported.value * other_size / size)
    row |= {"reported": value, "reported_unit": promise.unit, "difference": settled(value - promise.value)}
    return row | {"verdict": judge(promise, promise.value, value, reported.bound, tolerance)}


def judge(promise: Indicator, promised: float, value: float, bound: str, tolerance: float) -> str:
    """Tell whether a value meets a promise."""
    less = promise.bound == "at_most" or promise.comparator == "rank"
    less = less or (promise.comparator != "fall" and any(word in promise.name for word in indicator_tables()["direction"]["lower"]))
    target = promised if promise.high is None or not less else promise.high
    room = abs(target) * tolerance if promise.bound == "about" else 0.0
    met = value <= target + room + ROUNDING if less else value >= target - room - ROUNDING
    open_end = bound == ("at_most" if less else "at_least")  # 超过400家 may also be 410
    return "met" if met else "not comparable" if open_end else "missed"

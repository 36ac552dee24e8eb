"""Puts reports into the groups that are compared: by zone, year, report, or anything else known of a report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from policynlp.network.counts import each_report
from policynlp.schema import Analysis, Statement

__all__ = ["Group", "group_analyses", "name_reports"]


@dataclass(frozen=True, slots=True)
class Group:
    """Reports that are compared as one.

    Attributes:
        name: what the group is called, such as a zone.
        reports: each report's key (unique among all that are compared) with its analysis, in order of keys.
    """

    name: str
    reports: tuple[tuple[str, Analysis], ...]

    @property
    def statements(self) -> list[tuple[str, Statement]]:
        """The statements of the group but titles and page furniture, each with its id `report#statement`."""
        return [
            (f"{key}#{statement.id}", statement)
            for key, analysis in self.reports
            for statement in analysis.statements
            if statement.role not in ("title", "boilerplate")
        ]


FIELDS: dict[str, Callable[[Analysis], str]] = {
    "zone": lambda analysis: analysis.report.zone or analysis.report.id,
    "year": lambda analysis: str(analysis.report.year or "?"),
    "region": lambda analysis: analysis.report.region or "?",
    "source": lambda analysis: analysis.report.source or "?",
    "issuer": lambda analysis: analysis.report.issuer or "?",
    "genre": lambda analysis: analysis.report.genre or "?",
}


def group_analyses(analyses: Iterable[Analysis], *, by: str = "zone") -> list[Group]:
    """Group analyses.

    Args:
        analyses: in any order; the result does not depend on it.
        by: zone, year, region, source, issuer, genre, report (each alone), or a column that a manifest gave the reports.

    Returns:
        The groups in the order of their names; «?» holds the reports of which it is not known.

    Raises:
        ValueError: `by` is none of these.

    Example:
        >>> import policynlp
        >>> report = policynlp.make_report("设立种子基金。", path="a.txt")
        >>> [group.name for group in group_analyses([policynlp.analyze(report)], by="report")]
        ['a']
    """
    reports = name_reports(analyses)
    columns = sorted({column for _, analysis in reports for column, _ in analysis.report.extra})
    if by != "report" and by not in FIELDS and by not in columns:
        raise ValueError(f"by is {by!r}; it must be one of {', '.join(['report', *FIELDS, *columns])}")
    find = FIELDS[by] if by in FIELDS else lambda analysis: dict(analysis.report.extra).get(by) or "?"
    groups: dict[str, list[tuple[str, Analysis]]] = {}
    for key, analysis in reports:
        groups.setdefault(key if by == "report" else find(analysis), []).append((key, analysis))
    return [Group(name, tuple(groups[name])) for name in sorted(groups)]


def name_reports(analyses: Iterable[Analysis]) -> list[tuple[str, Analysis]]:
    """Give each analysis its key, whatever their order: the report's id, numbered where several have the same."""
    return list(each_report(sorted(analyses, key=lambda a: (a.report.id, a.report.sha256, a.report.path))))

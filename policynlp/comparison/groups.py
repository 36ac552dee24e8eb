"""Puts reports into the groups that are compared: by zone, year, report, or anything else known of a report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from policynlp.network.counts import each_report
from policynlp.schema import Analysis, Statement

__all__ = ["Group", "group_analyses"]


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
}


def group_analyses(analyses: Iterable[Analysis], *, by: str = "zone") -> list[Group]:
    """Group analyses.

    Args:
        analyses: in any order; the result does not depend on it.
        by: zone, year, region, source, or report (each alone).

    Returns:
        The groups in the order of their names.

    Raises:
        ValueError: `by` is unknown.

    Example:
        >>> import policynlp
        >>> report = policynlp.make_report("设立种子基金。", path="a.txt")
        >>> [group.name for group in group_analyses([policynlp.analyze(report)], by="report")]
        ['a']
    """
    if by != "report" and by not in FIELDS:
        raise ValueError(f"by is {by!r}; it must be one of report, {', '.join(FIELDS)}")
    ordered: Sequence[Analysis] = sorted(analyses, key=lambda a: (a.report.id, a.report.sha256, a.report.path))
    groups: dict[str, list[tuple[str, Analysis]]] = {}
    for key, analysis in each_report(ordered):
        groups.setdefault(key if by == "report" else FIELDS[by](analysis), []).append((key, analysis))
    return [Group(name, tuple(groups[name])) for name in sorted(groups)]

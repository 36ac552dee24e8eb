"""The reports that are compared, and the figures they give: the first and the last table of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd

from policynlp.annotation.indicators import find_indicators
from policynlp.comparison.groups import Group
from policynlp.comparison.shingles import list_lines

__all__ = ["list_indicators", "list_sample"]

NAMED = ("title", "zone", "region", "year", "source", "published")
SAMPLE = ("group", "report", *NAMED, "characters", "characters_clean", "statements", "uncertain")
WHOLE = ("year", "base_year", "deadline")
INDICATORS = (
    *(
        "group",
        "report",
        "zone",
        "year",
        "name",
        "comparator",
        "value",
        "high",
        "unit",
        "bound",
        "baseline",
        "base_year",
        "deadline",
        "status",
    ),
    *("statement", "text", "start", "end"),
)


def list_sample(groups: Sequence[Group]) -> pd.DataFrame:
    r"""Describe the reports that are compared.

    Args:
        groups: what is compared; their order changes nothing.

    Returns:
        A row a report, in order of groups and keys: `group`, `report` (its key), `title`, `zone`, `region`, `year` (of the report; <NA>
        if it is not known), `source`, `published` (ISO date or ""), `characters` (of the text as read), `characters_clean` (of its
        lines without page furniture, titles and second copies), `statements` (without titles and page furniture), `uncertain`
        (how many of them have an uncertain class).

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> text = "丹麓高新区2022年工作总结\n设立种子基金。发展数字经济。"
        >>> table = list_sample(group_analyses([policynlp.analyze(policynlp.make_report(text))]))
        >>> table[["zone", "year", "characters", "characters_clean", "statements"]].values.tolist()
        [['丹麓高新区', 2022, 29, 14, 2]]
    """
    rows = []
    for group in sorted(groups, key=lambda group: group.name):
        for key, analysis in sorted(group.reports, key=lambda pair: pair[0]):
            report = analysis.report
            body = [statement for statement in analysis.statements if statement.role not in ("title", "boilerplate")]
            clean = sum(line[-1].end - line[0].start for line in list_lines(analysis))
            named = (report.title, report.zone, report.region, report.year, report.source, str(report.published or ""))
            rows.append((group.name, key, *named, len(report.text), clean, len(body), sum(s.uncertain for s in body)))
    return pd.DataFrame(rows, columns=list(SAMPLE)).astype({"year": "Int64"})


def list_indicators(groups: Sequence[Group]) -> pd.DataFrame:
    """List the quantified targets and results of all reports.

    Args:
        groups: what is compared; their order changes nothing.

    Returns:
        A row an indicator, in order of groups, keys and the text: `group`, `report`, its `zone` and `year`, then the fields of
        `Indicator` from `name` to `status`, `statement` (its id, `report#statement`), `text` (the number as written), `start`, `end`
        (offsets in the report's text). Numbers that there are not are NaN, years <NA>.

    Example:
        >>> import policynlp
        >>> from policynlp.comparison.groups import group_analyses
        >>> report = policynlp.make_report("到2025年，规上工业总产值突破1200亿元。", path="a.txt")
        >>> table = list_indicators(group_analyses([policynlp.analyze(report)]))
        >>> table[["name", "value", "unit", "deadline", "statement"]].values.tolist()
        [['规模以上工业总产值', 1200.0, '亿元', 2025, 'a#s0001']]
    """
    rows = []
    for group in sorted(groups, key=lambda group: group.name):
        for key, analysis in sorted(group.reports, key=lambda pair: pair[0]):
            of = {"group": group.name, "report": key, "zone": analysis.report.zone, "year": analysis.report.year}
            rows += [asdict(found) | of | {"statement": f"{key}#{found.statement}"} for found in find_indicators(analysis)]
    types = dict.fromkeys(("value", "high", "baseline"), "float64") | dict.fromkeys(WHOLE, "Int64")
    return pd.DataFrame(rows, columns=list(INDICATORS)).astype(types)

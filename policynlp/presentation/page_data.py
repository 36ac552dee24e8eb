"""What a page shows, as compact rows for JSON: every text once, and numbers wherever something is named again."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from policynlp.codebook import Label, codebook_of
from policynlp.network.counts import each_report
from policynlp.presentation.messages import LANGUAGES, message, messages
from policynlp.presentation.page_graph import edge_rows, node_rows, page_graph
from policynlp.presentation.page_layout import MOST_LINES, strength_order
from policynlp.reading.audit import audit_table
from policynlp.schema import Analysis, Entity, Formula, Report, Statement

__all__ = ["MOST_TEXT", "page_data", "page_title", "report_name"]

MOST_TEXT = 3_200_000  # bytes of statements that a page holds: some sixty reports of a city's government
ROLES = ("body", "heading", "runin_heading", "title", "boilerplate")


class Numbers(dict[Any, int]):
    """Numbers values in the order in which they are first asked for."""

    def __missing__(self, value: Any) -> int:
        self[value] = len(self)
        return self[value]


def page_data(analyses: Sequence[Analysis], lang: str, limit: int) -> dict[str, Any]:
    """Collect what the page shows.

    Returns:
        Tables of codes (`types`, `classes`, `instruments`) with labels and colours, and rows: `statements`, `nodes`, `edges`,
        `formulas`. Rows name each other by number; page.js/data.js reads them in the same order of columns.
    """
    codebook = codebook_of(analyses)
    named = list(each_report(analyses))
    graph = page_graph(analyses)
    order = strength_order(graph)
    nodes = {name: i for i, name in enumerate(order)}
    types = {code: i for i, code in enumerate(codebook.types)}
    numbers = {f"{report}#{s.id}": i for i, (report, s) in enumerate((r, s) for r, a in named for s in a.statements)}
    edges = edge_rows(graph, order, numbers)
    paths, rules = Numbers(), Numbers()
    rows: list[list[Any]] = []
    reports, formulas = [], []
    for place, (key, analysis) in enumerate(named):
        inside = entities_inside(analysis.entities)
        first = len(rows)
        for statement in analysis.statements:
            spans = span_rows(statement, inside.get(statement.id, []), types, nodes)
            rows.append([*statement_row(statement, place, paths, rules, list(codebook.classes), list(codebook.instruments)), spans])
        reports.append(report_row(analysis, first, len(rows)))
        formulas += [formula_row(f, key, numbers) for f in analysis.formulas]
    left_out = drop_texts(rows, [i for edge in sorted(edges, key=lambda e: -len(e)) for i in edge[5:]])
    families = codebook.families
    return {
        "lang": lang,
        "messages": {code: messages("page", code) | messages("audit", code) for code in LANGUAGES},
        "types": {code: label_row(t.label) for code, t in codebook.types.items()},
        "classes": {code: label_row(label) for code, label in codebook.classes.items()},
        "instruments": {code: label_row(label) | {"colour": families[code[0]].colour} for code, label in codebook.instruments.items()},
        "title": {code: page_title(analyses, code) for code in LANGUAGES},
        "made": {code: made_note(analyses, code) for code in LANGUAGES},
        "roles": ROLES,
        "paths": list(paths),
        "rules": list(rules),
        "reports": reports,
        "statements": rows,
        "left_out": left_out,
        "formulas": formulas,
        "nodes": node_rows(graph, order, types, limit),
        "edges": edges,
        "limit": limit,
        "lines": MOST_LINES,
    }


def label_row(label: Label) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en, "colour": label.colour}


def report_name(report: Report) -> str:
    """Name a report for a reader: its zone and year, or what is known of it."""
    return " ".join(filter(None, [report.zone or report.title or report.id, str(report.year or "")])) or "—"


def page_title(analyses: Sequence[Analysis], lang: str) -> str:
    """Name what a page or a figure shows: one report, or how many."""
    if len(analyses) == 1:
        return report_name(analyses[0].report)
    return message("page", "several", lang, count=len(analyses))


def made_note(analyses: Sequence[Analysis], lang: str) -> str:
    """Say what made the page: versions and hashes, so that it can be made again."""
    texts = [a.provenance.report for a in analyses]
    text = texts[0] if len(texts) == 1 else hashlib.sha256("".join(texts).encode()).hexdigest()
    made = sorted({(a.provenance.version, a.provenance.codebook, a.provenance.models) for a in analyses})
    parts = []
    for version, codebook, models in made:
        learnt = " ".join(f"{name} {sha[:8]}" for name, sha in models)
        parts.append(message("page", "made", lang, version=version, codebook=codebook[:12], models=learnt, text=text[:12]))
    return " / ".join(parts)


def report_row(analysis: Analysis, first: int, end: int) -> dict[str, Any]:
    """Describe a report.

    `statements` are its first and the one after its last; `contents` its outline: depth and heading; `audit` what became of its
    file: what, why, pieces, characters, bytes.
    """
    report = analysis.report
    places = sorted((s.start, i) for i, s in enumerate(analysis.statements, first))  # a second copy changes the reading order
    headings = [(len(section.path), bisect_right(places, (section.start, end)) - 1) for section in analysis.sections]
    contents = [(depth, places[at][1]) for depth, at in headings if at >= 0]
    return {
        "name": report_name(report),
        "zone": report.zone,
        "region": report.region,
        "year": report.year,
        "source": report.source,
        "published": report.published.isoformat() if report.published else "",
        "characters": len(report.text),
        "duplicates": [d.lines for d in report.duplicates],
        "text": analysis.provenance.report[:12],
        "statements": [first, end],
        "contents": contents,
        "file": " · ".join(filter(None, [report.format, report.encoding])),
        "audit": audit_table([report]).drop(columns=["report", "share"]).values.tolist(),
    }


def entities_inside(entities: Iterable[Entity]) -> dict[str, list[Entity]]:
    """Give the outermost entities of each statement, in their order."""
    inside: dict[str, list[Entity]] = {}
    for entity in entities:
        if not entity.nested:
            inside.setdefault(entity.statement, []).append(entity)
    return inside


def statement_row(
    statement: Statement, report: int, paths: Numbers, rules: Numbers, classes: Sequence[str], instruments: Sequence[str]
) -> list[Any]:
    return [
        report,
        ROLES.index(statement.role),
        statement.paragraph,
        paths[statement.section],
        statement.marker,
        statement.text,
        classes.index(statement.kind),
        round(100 * statement.score),
        list(statement.cues),
        rules[statement.rule],
        [instruments.index(code) for code in statement.instruments],
        int(statement.uncertain),
    ]


def span_rows(statement: Statement, entities: Iterable[Entity], types: dict[str, int], nodes: dict[str, int]) -> list[list[int]]:
    """Give start, end and type of each entity, then its nodes: none where it is the report's own zone.

    Offsets count UTF-16 units, as JavaScript does.
    """
    rows = []
    for entity in entities:
        start, end = (utf16_length(statement.text[: place - statement.start]) for place in (entity.start, entity.end))
        found = [] if entity.zone else [nodes[name] for name in entity.names if name in nodes]
        rows.append([start, end, types[entity.kind], *found])
    return rows


def utf16_length(text: str) -> int:
    r"""Count the units that JavaScript sees.

    Example:
        >>> utf16_length("𠮷林")
        3
    """
    return len(text) + sum(c > "\uffff" for c in text)


def formula_row(formula: Formula, report: str, numbers: dict[str, int]) -> list[Any]:
    parts = [[part.key, list(part.members), numbers[f"{report}#{part.statement}"]] for part in formula.parts]
    return [formula.expression, formula.whole, numbers[f"{report}#{formula.statement}"], formula.complete, parts]


def drop_texts(rows: list[list[Any]], wanted: Iterable[int]) -> int:
    """Blank the texts that a page has no room for, in place, and say how many: those behind the strongest edges stay.

    The statements stay as rows, so that all numbers on the page are those of the whole.
    """
    sizes = [len(row[5].encode("utf-8", "replace")) for row in rows]
    if sum(sizes) <= MOST_TEXT:
        return 0
    room, kept = MOST_TEXT, set()
    for i in dict.fromkeys([*wanted, *range(len(rows))]):
        if sizes[i] <= room:
            room -= sizes[i]
            kept.add(i)
    for i in set(range(len(rows))) - kept:
        rows[i][5] = None
    return len(rows) - len(kept)

"""What the page of a comparison shows, as compact tables for JSON: every statement once, and its number wherever it is evidence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd
from scipy.cluster.hierarchy import leaves_list

from policynlp.codebook import Label, codebook_of
from policynlp.comparison.incidence import count_words
from policynlp.comparison.likeness import explain_pairs, make_matrix
from policynlp.comparison.maps import cluster_groups, map_groups
from policynlp.presentation.messages import LANGUAGES, messages
from policynlp.presentation.page_data import MOST_TEXT, made_note, report_name, utf16_length
from policynlp.schema import Analysis, Entity, Statement

if TYPE_CHECKING:
    from policynlp.comparison.comparison import Comparison
    from policynlp.comparison.groups import Group

__all__ = ["comparison_data"]

DIGITS = 4  # of a number in the page: more than any table shows
MOST_PASSAGES = 2000
MOST_PASSAGE = 1200  # characters
# table -> the columns that the page shows; a table may lack some, and what it holds beyond them stays out of the page.
COLUMNS: dict[str, tuple[str, ...]] = {
    "profiles": ("group", "layer", "label", "count", "total", "share", "low", "high"),
    "differences": (
        *("group_a", "group_b", "layer", "label", "count_a", "total_a", "share_a", "count_b", "total_b", "share_b"),
        *("difference", "low", "high", "cohens_h", "p", "p_holm"),
    ),
    "presence": ("name", "kind", "zone", "shared", "groups", "group", "count", "rate", "expected", "p", "p_bh", "statements"),
    "missing": ("group", "name", "kind", "zone", "groups", "elsewhere", "expected", "p", "p_bh"),
    "specialisation": ("group", "name", "count", "total", "share", "overall", "lq", "log2_lq", "low", "high", "sure"),
    "keywords": ("group", "term", "count", "total", "elsewhere", "groups", "reports", "z", "log_ratio", "g2", "statements"),
    "likeness_words": ("group_a", "group_b", "likeness", "expected", "expected_low", "p"),
    "likeness_entities": ("group_a", "group_b", "likeness", "expected", "expected_low", "p"),
    "likeness_graph": ("group_a", "group_b", "likeness", "node_jaccard", "edge_jaccard", "qap", "qap_p"),
    "reuse": (
        *("group_a", "report_a", "start_a", "end_a", "text_a", "statements_a"),
        *("group_b", "report_b", "start_b", "end_b", "text_b", "statements_b"),
        *("letters", "similarity", "first", "reports", "boilerplate", "upper"),
    ),
    "reuse_shares": ("group", "report", "characters", "reused_share", "borrowed_share", "own_share", "upper_share", "boilerplate_share"),
    "changes": ("zone", "kind", "name", "year_before", "year", "change", "statements_before", "statements"),
    "promises": (
        *("zone", "name", "comparator", "promised", "promised_high", "bound", "unit", "deadline", "promised_in", "promised_statement"),
        *("reported", "reported_bound", "reported_unit", "reported_in", "reported_statement", "verdict", "difference"),
    ),
    "indicators": (
        *("group", "report", "name", "value", "high", "unit", "comparator", "bound", "base_year", "deadline"),
        *("status", "statement", "text"),
    ),
}
REASONS = 8  # entities and words of a pair
MOST_ROWS = {"missing": 40, "keywords": 30}  # of each group
MOST_CELLS = 40_000  # rows of a table: what every group has is shortened, the surest or first stay


def comparison_data(comparison: Comparison, lang: str) -> dict[str, Any]:
    """Collect what the page shows.

    Returns:
        Labels and colours of codes, groups and reports, `statements` as rows, and `tables`: name -> columns and rows, ids of
        statements as their numbers, numbers to four digits, what is missing as None.
    """
    groups = sorted(comparison.groups, key=lambda group: group.name)
    focus = comparison.focus or groups[0].name
    named = [(place, key, analysis) for place, group in enumerate(groups) for key, analysis in group.reports]
    said = statement_rows(named)
    rows, numbers = said.rows, said.numbers
    tables = {name: shown(comparison, name) for name in COLUMNS}
    tables["reasons"] = reasons_of(comparison, focus)
    tables["keywords"] = with_evidence(tables["keywords"], groups)
    cut = [name for name in COLUMNS if name not in MOST_ROWS and name != "reuse" and len(tables[name]) < len(comparison.table(name))]
    left_out = drop_texts(rows, [numbers[i] for i in evidence_of(tables.values()) if i in numbers])
    analyses = [analysis for _, _, analysis in named]
    codebook = codebook_of(analyses)
    return {
        "lang": lang,
        "by": comparison.by,
        "focus": focus,
        "messages": {code: messages("comparison", code) for code in LANGUAGES},
        "types": {code: label_row(t.label) for code, t in codebook.types.items()},
        "classes": {code: label_row(label) for code, label in codebook.classes.items()},
        "instruments": {
            code: label_row(label) | {"colour": codebook.families[code[0]].colour} for code, label in codebook.instruments.items()
        },
        "groups": [group.name for group in groups],
        "reports": [report_row(place, key, analysis) for place, key, analysis in named],
        "paths": [list(path) for path in said.paths],
        "names": list(said.names),
        "statements": rows,
        "left_out": left_out,
        "cut": cut,
        "sample": frame_rows(comparison.table("sample"), numbers),
        "tables": {name: frame_rows(table, numbers) for name, table in tables.items()},
        "orders": {name: tree_order(tables[f"likeness_{name}"]) for name in ("words", "entities", "graph")},
        "map": frame_rows(map_groups(groups)[["kind", "name", "x", "y", "quality", "inertia_x", "inertia_y"]], numbers),
        "methods": {code: comparison.methods(code) for code in LANGUAGES},
        "references": list(comparison.references()),
        "made": {code: made_note(analyses, code) for code in LANGUAGES},
    }


@dataclass(frozen=True, slots=True)
class Said:
    """The statements of a page, with their numbers by id; paths of headings and names of entities in the order of their numbers."""

    rows: list[list[Any]] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    paths: dict[tuple[str, ...], int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)


def statement_rows(named: Sequence[tuple[int, str, Analysis]]) -> Said:
    """Number the statements of all reports but titles and page furniture: report, statement, path of headings, entities."""
    said = Said()
    for report, (_, key, analysis) in enumerate(named):
        inside = entities_inside(analysis.entities)
        for statement in analysis.statements:
            if statement.role not in ("title", "boilerplate"):
                said.numbers[f"{key}#{statement.id}"] = len(said.rows)
                path = said.paths.setdefault(statement.section, len(said.paths))
                spans = span_rows(statement, inside.get(statement.id, ()), said.names)
                said.rows.append([report, *statement_row(statement), path, spans])
    return said


def label_row(label: Label) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en, "colour": label.colour}


def report_row(place: int, key: str, analysis: Analysis) -> dict[str, Any]:
    """Describe a report."""
    report = analysis.report
    return {"key": key, "group": place, "zone": report.zone or key, "name": report_name(report), "year": report.year}


def statement_row(statement: Statement) -> list[Any]:
    """Give id, class, instruments, status and text."""
    return [statement.id, statement.kind, list(statement.instruments), statement.status, statement.text]


def entities_inside(entities: Iterable[Entity]) -> dict[str, list[Entity]]:
    """Give the outermost entities of each statement, the report's own zone apart."""
    inside: dict[str, list[Entity]] = {}
    for entity in entities:
        if not entity.nested and not entity.zone:
            inside.setdefault(entity.statement, []).append(entity)
    return inside


def span_rows(statement: Statement, entities: Sequence[Entity], names: dict[str, int]) -> list[list[Any]]:
    """Give start and end (in UTF-16 units, as JavaScript counts), type, and the names of each entity."""
    spans = []
    for entity in entities:
        start, end = (utf16_length(statement.text[: place - statement.start]) for place in (entity.start, entity.end))
        spans.append([start, end, entity.kind, *(names.setdefault(name, len(names)) for name in entity.names)])
    return spans


def shown(comparison: Comparison, name: str) -> pd.DataFrame:
    """Give the columns of a table that the page shows, and of a long one the first rows of each group."""
    table = comparison.table(name)
    table = table[[column for column in COLUMNS[name] if column in table]]
    owner = next((column for column in ("group", "zone") if column in table), "")
    if owner:
        table = table.groupby(owner, sort=False).head(MOST_ROWS.get(name, max(1, MOST_CELLS // max(1, table[owner].nunique()))))
    if name == "reuse":
        table = table.sort_values(["boilerplate", "letters"], ascending=[True, False], kind="stable").head(MOST_PASSAGES)
        table = table.assign(**{side: table[side].str.slice(0, MOST_PASSAGE) for side in ("text_a", "text_b")})
    return table.reset_index(drop=True)


def reasons_of(comparison: Comparison, focus: str) -> pd.DataFrame:
    """Give what makes the focus and each other group alike, and every group and its nearest."""
    pairs = [(focus, group.name) for group in comparison.groups if group.name != focus]
    tables = [explain_pairs(comparison.groups, pairs, limit=REASONS), comparison.table("reasons")]
    return pd.concat(tables, ignore_index=True)[["group_a", "group_b", "kind", "name", "share", "count_a", "count_b"]]


def with_evidence(keywords: pd.DataFrame, groups: Sequence[Group]) -> pd.DataFrame:
    """Add to each keyword the statements of its group that hold it."""
    incidence = count_words(groups)
    order = {name: i for i, name in enumerate(incidence.names)}
    columns = incidence.counts.tocsc()
    places = {group: i for i, group in enumerate(incidence.groups)}
    found = []
    for group, term in zip(keywords["group"], keywords["term"], strict=True):
        at = order[term]
        held = columns.indices[columns.indptr[at] : columns.indptr[at + 1]]
        found.append(tuple(incidence.statements[row] for row in sorted(held.tolist()) if incidence.owners[row] == places[group]))
    return keywords.assign(statements=pd.Series(found, index=keywords.index, dtype=object))


def evidence_of(tables: Iterable[pd.DataFrame]) -> Iterator[str]:
    """Give the ids of all statements that a table names."""
    for table in tables:
        for column in table.columns:
            for value in table[column] if names_statements(str(column)) else ():
                yield from (value if isinstance(value, tuple) else (value,))


def names_statements(column: str) -> bool:
    """Say whether a column holds ids of statements."""
    return column.startswith("statements") or column.endswith("statement")


def drop_texts(rows: list[list[Any]], evidence: Iterable[int]) -> int:
    """Blank the texts that a page has no room for, in place, and say how many: evidence stays first, in the order of the tables."""
    room, kept = MOST_TEXT, set()
    for i in dict.fromkeys([*evidence, *range(len(rows))]):
        room -= len(rows[i][5].encode("utf-8", "replace"))
        if room < 0:
            break
        kept.add(i)
    for i in set(range(len(rows))) - kept:
        rows[i][5] = None
    return len(rows) - len(kept)


def frame_rows(table: pd.DataFrame, numbers: Mapping[str, int]) -> dict[str, Any]:
    """Give a table as its columns and rows."""
    convert = {
        column: (lambda value: number_of(value, numbers)) if names_statements(column) else plain for column in map(str, table.columns)
    }
    columns = [[convert[str(column)](value) for value in table[column].tolist()] for column in table.columns]
    return {"columns": list(convert), "rows": [list(row) for row in zip(*columns, strict=True)]}


def number_of(value: Any, numbers: Mapping[str, int]) -> Any:
    """Give the numbers of statements for their ids; a count of statements stays."""
    if isinstance(value, tuple):
        return [numbers[one] for one in value if one in numbers]
    return numbers.get(value) if isinstance(value, str) else plain(value)


def plain(value: Any) -> Any:
    """Give a value for JSON: numbers to a few digits, what is missing as None."""
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, float):
        short = float(f"{value:.{DIGITS}g}") if abs(value) < 10**DIGITS else round(value, 2)
        return int(short) if short.is_integer() else short
    return value if isinstance(value, bool | int) else str(value)


def tree_order(pairs: pd.DataFrame) -> list[str]:
    """Give the groups in the order of the tree, so that like ones stand together."""
    matrix = make_matrix(pairs)
    if len(matrix) < 2 or matrix.isna().to_numpy().any():
        return [str(name) for name in matrix.index]
    return [str(matrix.index[i]) for i in leaves_list(cluster_groups(matrix)).tolist()]

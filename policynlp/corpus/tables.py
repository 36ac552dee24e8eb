"""The tables of a store and their columns, drawn from the dataclasses of `schema`: a new field is a new column."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
import typing
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any

import pyarrow as pa

from policynlp.corpus.documents import Document, writable
from policynlp.errors import PolicyNLPError
from policynlp.network.counts import count_together
from policynlp.schema import Analysis, Report

__all__ = ["TABLES", "Failure", "columns_hash", "make_tables"]

PLAIN: dict[Any, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
    type(None): pa.null(),
}
PAIRS = pa.schema(
    {
        "document": pa.string(),
        "statement": pa.string(),
        "place": pa.int64(),  # the window's number in its document
        "layer": pa.string(),  # the class of the statement
        "head": pa.string(),
        "tail": pa.string(),
        "others": pa.int64(),  # in one enumeration and nowhere else: how many others it has; else 0
        "part_of": pa.bool_(),  # a member of a formula and its whole
    }
)
ERRORS = pa.schema({name: pa.string() for name in ("document", "path", "sha256", "error", "problem", "remedy")})


@dataclasses.dataclass(frozen=True, slots=True)
class Failure:
    """Why a document gave no analysis."""

    error: str
    problem: str
    remedy: str

    @classmethod
    def of(cls, error: Exception) -> Failure:
        """Describe an error."""
        if isinstance(error, PolicyNLPError):
            return cls(type(error).__name__, error.problem, error.remedy)
        return cls(type(error).__name__, str(error)[:500], "report it with the file")


def arrow_type(hint: Any) -> pa.DataType | None:
    """Give the column type of a field's type; None for what has no plain type and is kept as JSON."""
    if hint in PLAIN:
        return PLAIN[hint]
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        known = [arrow_type(part) for part in inner if part is not type(None)]
        return known[0] if len(known) == 1 else None
    if origin is typing.Literal:
        return pa.string()
    if origin in (tuple, list):
        kinds = {arrow_type(part) for part in inner if part is not Ellipsis}
        kind = kinds.pop() if len(kinds) == 1 else None
        return None if kind is None else pa.list_(kind)
    return None


@cache
def fields_of(row_type: type) -> dict[str, pa.DataType | None]:
    hints = typing.get_type_hints(row_type)
    return {field.name: arrow_type(hints[field.name]) for field in dataclasses.fields(row_type)}


@cache
def row_types() -> dict[str, type]:
    """Give the tables that hold one row a finding: each list of `Analysis`, with the type of its rows."""
    found = {}
    for name, hint in typing.get_type_hints(Analysis).items():
        inner = typing.get_args(hint)
        if typing.get_origin(hint) is tuple and dataclasses.is_dataclass(inner[0]):
            found[name] = typing.cast("type", inner[0])
    return found


def schema_of(fields: dict[str, pa.DataType | None], **more: pa.DataType) -> pa.Schema:
    return pa.schema({"document": pa.string()} | {name: kind or pa.string() for name, kind in fields.items()} | more)


def report_fields() -> dict[str, pa.DataType | None]:
    """Give the columns of a report: all but its text, which the statements hold, and with its name under `report`."""
    return {"report" if name == "id" else name: kind for name, kind in fields_of(Report).items() if name != "text"}


TABLES: dict[str, pa.Schema] = (
    {"documents": schema_of(report_fields(), characters=pa.int64())}
    | {name: schema_of(fields_of(row), place=pa.int64()) for name, row in row_types().items()}
    | {"pairs": PAIRS, "errors": ERRORS}
)


def columns_hash() -> str:
    """Give the hash of all tables and columns: stores whose hashes differ hold different columns."""
    text = json.dumps({name: [[f.name, str(f.type)] for f in schema] for name, schema in TABLES.items()})
    return hashlib.sha256(text.encode()).hexdigest()


def make_tables(results: Sequence[tuple[Document, str, Analysis | Failure]]) -> dict[str, pa.Table]:
    """Give the tables of a batch of documents, each with its sha256 and its analysis or failure."""
    good = [(document, result) for document, _, result in results if isinstance(result, Analysis)]
    names = [document.id for document, _ in good]
    reports = [analysis.report for _, analysis in good]
    columns = {"document": names} | {
        name: [getattr(report, "id" if name == "report" else name) for report in reports] for name in report_fields()
    }
    tables = {"documents": make_table("documents", columns | {"characters": [len(report.text) for report in reports]}, report_fields())}
    for table, row_type in row_types().items():
        found = [(document.id, getattr(analysis, table)) for document, analysis in good]
        fields = fields_of(row_type)
        columns = {name: [value for _, rows in found for value in map(attrgetter(name), rows)] for name in fields}
        columns["document"] = [document for document, rows in found for _ in rows]
        columns["place"] = [place for _, rows in found for place in range(len(rows))]
        tables[table] = make_table(table, columns, fields)
    pairs = [row for document, analysis in good for row in pair_rows(document.id, analysis)]
    failed = [
        (document.id, document.path, sha256, result.error, result.problem, result.remedy)
        for document, sha256, result in results
        if isinstance(result, Failure)
    ]
    return tables | {"pairs": make_table("pairs", turn(pairs, PAIRS)), "errors": make_table("errors", turn(failed, ERRORS))}


def turn(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> dict[str, Sequence[Any]]:
    return dict(zip(schema.names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(schema.names, ())


def pair_rows(document: str, analysis: Analysis) -> Iterator[tuple[Any, ...]]:
    """Give the pairs of names of a report, one row a window (codebook G1-G6), then the members of formulas."""
    counts = count_together(analysis)
    statements = [key[0].rpartition("#")[2] for key in counts.keys]
    for (head, tail), windows in counts.pairs.items():
        listed = counts.listed.get((head, tail), {})
        for window in windows:
            yield document, statements[window], window, counts.kinds[window], head, tail, listed.get(window, 0), False
    for (head, tail), keys in counts.parts.items():
        for place, key in enumerate(dict.fromkeys(keys)):
            yield document, key.rpartition("#")[2], place, "", head, tail, 0, True


def make_table(name: str, columns: dict[str, Any], fields: dict[str, pa.DataType | None] | None = None) -> pa.Table:
    """Give the columns as a table; fields without a plain type become JSON, what UTF-8 cannot hold becomes escapes."""
    schema = TABLES[name]
    for field, kind in (fields or {}).items():
        if kind is None:
            columns[field] = [to_json(value) for value in columns[field]]
    return pa.Table.from_arrays([to_array(columns[field.name], field.type) for field in schema], schema=schema)


def to_array(values: Iterable[Any], kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        return pa.array([escape(value) for value in values], kind)


def escape(value: Any) -> Any:
    if isinstance(value, str):
        return writable(value)
    return [escape(part) for part in value] if isinstance(value, tuple | list) else value


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=plain)


def plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return dict(value) if isinstance(value, typing.Mapping) else str(value)

"""Sheets with one report a row (.csv, .xlsx, .jsonl): the user names the columns."""

from __future__ import annotations

import csv
import io
import itertools
import json
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from policynlp.errors import ReportError
from policynlp.reading.archives import open_archive, read_member
from policynlp.reading.content import load_library, replace_surrogates
from policynlp.reading.encodings import decode
from policynlp.reading.limits import Deadline, Limits
from policynlp.reading.metadata import FIELDS

__all__ = ["COLUMNS", "TABLES", "check_columns", "iterate_rows"]

COLUMNS = ("text", "id", *FIELDS)
# Headings that are taken for the text where the user names none.
TEXT_HEADINGS = ("text", "正文", "全文", "文本", "内容", "content")
DELIMITERS = ",\t;|"
CHECK_EVERY = 1000


def check_columns(columns: Mapping[str, str] | None) -> Mapping[str, str]:
    """Check which columns the user names.

    Raises:
        ValueError: a key is no field of a report.
    """
    for key in columns or {}:
        if key not in COLUMNS:
            raise ValueError(f"columns names {key!r}; a report has {', '.join(COLUMNS)}")
    return columns or {}


def iterate_rows(data: bytes, kind: str, name: str, limits: Limits, columns: Mapping[str, str]) -> Iterator[dict[str, str] | ReportError]:
    """Give the rows of a sheet as dicts of a report's fields, or the error of a row.

    Args:
        data: the file.
        kind: csv, xlsx or jsonl.
        name: how errors call it.
        limits: rows, columns, time.
        columns: field of a report -> heading of its column.

    Raises:
        ReportError: the sheet cannot be read, or a column that is named is not in it.
    """
    deadline = Deadline(name, limits)
    rows = TABLES[kind](data, name, limits)
    for number, row in enumerate(rows):
        if number >= limits.rows:
            raise ReportError(name, f"it has more than {limits.rows:,} rows", "split it, or raise `Limits.rows`")
        deadline.check()
        if isinstance(row, ReportError):
            yield row
            continue
        chosen = choose(row, columns, name)
        yield {field: replace_surrogates(written(row.get(heading))) for field, heading in chosen.items()}


def choose(row: Mapping[str, Any], columns: Mapping[str, str], name: str) -> dict[str, str]:
    chosen = dict(columns)
    if "text" not in chosen:
        heading = next((h for h in TEXT_HEADINGS if h in row), None)
        if heading is None:
            shown = "、".join(str(h) for h in row)[:200]
            raise ReportError(name, f"no column is named as the text; it has {shown}", 'say which: columns={"text": "…"}')
        chosen["text"] = heading
    missing = [heading for heading in chosen.values() if heading not in row]
    if missing:
        shown = "、".join(str(h) for h in row)[:200]
        raise ReportError(name, f"it has no column {missing[0]}; it has {shown}", "check the names of the columns")
    return chosen


def written(value: object) -> str:
    """Write a cell as text: 2023.0, as Excel keeps years, is 2023."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def csv_rows(data: bytes, name: str, limits: Limits) -> Iterator[dict[str, Any]]:
    decoded = decode(data, limits)
    if decoded is None:
        raise ReportError(name, "this is no text file", "save the sheet as CSV in UTF-8")
    first = decoded.text[:10_000].split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=lambda sign: (first.count(sign), -DELIMITERS.index(sign)))
    # The module's limit of a field is global and by default lower than a long report.
    before = csv.field_size_limit(limits.characters)
    try:
        rows = csv.reader(io.StringIO(decoded.text, newline=""), delimiter=delimiter)
        yield from with_headings(rows, name, limits)
    except csv.Error as error:
        raise ReportError(name, f"the CSV is damaged ({error})", "save the sheet again") from error
    finally:
        csv.field_size_limit(before)


def xlsx_rows(data: bytes, name: str, limits: Limits) -> Iterator[dict[str, Any]]:
    archive = open_archive(data, name, limits)
    for member in archive.infolist():
        if member.filename.endswith((".xml", ".rels")):
            read_member(archive, member, name, limits, limits.member_bytes)
    openpyxl = load_library(name, "openpyxl")
    with warnings.catch_warnings():  # of styles and print areas, which are of no account here
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        if not book.worksheets:
            raise ReportError(name, "the workbook has no sheet", "save it again")
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # they are what the file claims, a billion cells if it likes
        yield from with_headings(sheet.iter_rows(values_only=True), name, limits)
    finally:
        book.close()


def with_headings(rows: Iterator[Any], name: str, limits: Limits) -> Iterator[dict[str, Any]]:
    """Give rows as dicts by the headings in the first row; empty rows are passed over."""
    try:
        headings = [written(cell).strip() for cell in next(rows)]
    except StopIteration as error:
        raise ReportError(name, "the sheet is empty", "choose a sheet with a row of headings") from error
    if len(headings) > limits.columns:
        raise ReportError(name, f"it has more than {limits.columns:,} columns", "leave out some, or raise `Limits.columns`")
    deadline = Deadline(name, limits)
    for number, row in enumerate(rows):
        if number % CHECK_EVERY == 0:  # between two rows of a workbook there may be any number of empty ones
            deadline.check()
        if any(cell not in (None, "") for cell in row):
            yield {heading: cell for heading, cell in itertools.zip_longest(headings, row[: len(headings)]) if heading}


def jsonl_rows(data: bytes, name: str, limits: Limits) -> Iterator[dict[str, Any] | ReportError]:
    decoded = decode(data, limits)
    if decoded is None:
        raise ReportError(name, "this is no text file", "save it as UTF-8")
    for number, line in enumerate(io.StringIO(decoded.text), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line, parse_int=str)  # an integer of a million digits takes for ever
        except (ValueError, RecursionError):
            row = None
        if isinstance(row, dict):
            yield row
        else:
            yield ReportError(f"{name}, line {number}", "it is no JSON object", "write one object a line")


TABLES = {"csv": csv_rows, "xlsx": xlsx_rows, "jsonl": jsonl_rows}

"""A table of terms as Excel saves it: term, type, canonical name, negative, head."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from policynlp.codebook.drafting import Draft
from policynlp.errors import CodebookError, ReportError
from policynlp.reading.files import read_bytes
from policynlp.reading.limits import LIMITS
from policynlp.reading.sheets import TABLES

__all__ = ["TABLE_FORMATS", "add_term_table", "iterate_table", "load_bytes"]

TABLE_FORMATS = {".csv": "csv", ".tsv": "csv", ".xlsx": "xlsx"}
HEADINGS = {
    "term": ("term", "word", "术语", "词语", "词", "名称", "实体"),
    "type": ("type", "kind", "类型", "实体类型", "类别"),
    "canonical": ("canonical", "canonical name", "规范名", "规范名称", "标准名"),
    "negative": ("negative", "exclude", "排除", "否定", "负面"),
    "head": ("head", "head noun", "中心词"),
}
YES = frozenset({"1", "yes", "y", "true", "x", "是", "√", "✓", "✔"})
NO = frozenset({"", "0", "no", "n", "false", "否"})


def load_bytes(path: Path) -> bytes:
    """Read a file of a codebook.

    Raises:
        CodebookError: it cannot be read.
    """
    try:
        return read_bytes(path, LIMITS.file_bytes, "split it into two files")
    except ReportError as error:
        raise CodebookError(error.path, error.problem, error.remedy) from error


def iterate_table(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the rows of a csv or xlsx file, each with its number; row 1 holds the headings, empty rows are not counted.

    Raises:
        CodebookError: the file cannot be read.
    """
    data = load_bytes(path)
    try:
        for number, row in enumerate(TABLES[TABLE_FORMATS[path.suffix.lower()]](data, str(path), LIMITS), 2):
            if number > LIMITS.rows:
                raise CodebookError(path, f"it has more than {LIMITS.rows:,} rows", "split it into two files")
            if isinstance(row, ReportError):
                raise row
            yield number, {heading.strip().lstrip("\ufeff"): cell_text(cell) for heading, cell in row.items()}
    except ReportError as error:
        raise CodebookError(error.path, error.problem, error.remedy) from error


def cell_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():  # as Excel keeps numbers
        value = int(value)
    return "" if value is None else str(value).strip()


def add_term_table(path: Path, draft: Draft) -> None:
    """Add the rows of a table of terms to a draft; what a row lacks or contradicts is a fault of the draft.

    Raises:
        CodebookError: the file cannot be read, or no column holds the terms.
    """
    if path.suffix.lower() not in TABLE_FORMATS:
        raise CodebookError(path, f"a table of terms cannot be a {path.suffix or 'nameless'} file", "save it as .csv, .tsv or .xlsx")
    columns: dict[str, str] = {}
    for number, row in iterate_table(path):
        if number == 2:
            columns = columns_of(row, path, draft)
        cells = {name: row.get(heading, "") for name, heading in columns.items()}
        add_row(f"{path}, row {number}", cells, draft)
    if not columns:
        draft.notes.append(f"{path} has no rows")


def columns_of(row: Mapping[str, str], path: Path, draft: Draft) -> dict[str, str]:
    """Find which column is what, and note those that are not used."""
    columns: dict[str, str] = {}
    for heading in row:
        name = next((name for name, known in HEADINGS.items() if heading.lower() in known), "")
        if name in columns:
            draft.fault(f"{path}, row 1", f"«{columns[name]}» and «{heading}» are both the column {name}", "keep one of them")
        elif name:
            columns[name] = heading
        else:
            draft.notes.append(f"{path}: the column «{heading}» is not used")
    if "term" not in columns:
        shown = "、".join(row)[:200]
        remedy = "name the columns term, type, canonical, negative"
        raise CodebookError(f"{path}, row 1", f"no column is named term (词语); it has {shown}", remedy)
    return columns


def add_row(place: str, cells: Mapping[str, str], draft: Draft) -> None:
    term = cells["term"]
    flags = {name: read_flag(place, name, cells.get(name, ""), draft) for name in ("negative", "head")}
    if not term:
        draft.fault(place, "it has no term", "fill the column term, or delete the row")
        return
    kind = find_type(place, cells.get("type", ""), draft)
    if flags["negative"]:
        draft.add_negative(place, term, kind)
    elif not kind:
        draft.fault(place, f"«{term}» has no type", "fill the column type, such as 基金, FUND or a type of your own")
    elif flags["head"]:
        draft.add_head(place, term, kind, next(iter(draft.all_types()[kind].subtypes), ""))
    else:
        draft.add_term(place, term, kind, cells.get("canonical", ""))


def read_flag(place: str, name: str, cell: str, draft: Draft) -> bool:
    if cell.lower() not in YES | NO:
        draft.fault(place, f"{name} is «{cell[:40]}»", "write 是 or 1 for yes; leave it empty for no")
    return cell.lower() in YES


def find_type(place: str, name: str, draft: Draft) -> str:
    """Give the code of a type that a cell names by code or label; a name that is new makes a new type."""
    if not name:
        return ""
    known = draft.all_types()
    for code, kind in known.items():
        if name.lower() in (code.lower(), kind.label.zh, kind.label.en.lower()):
            return code
    draft.add_type(place, name, {})
    return name if name in draft.all_types() else ""

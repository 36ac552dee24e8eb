"""Writes the tables of a comparison: a workbook for readers, CSV files for programs, and the methods with their sources."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from policynlp.atomic import replace_file
from policynlp.codebook import load_codebook
from policynlp.comparison.sectors import add_sectors
from policynlp.presentation.harmless import harmless
from policynlp.presentation.messages import LANGUAGES, check_language
from policynlp.presentation.tables import STAMP, clean, write_frame_csvs
from policynlp.resources import data_path

if TYPE_CHECKING:
    from policynlp.comparison.comparison import Comparison

__all__ = ["write_comparison_csvs", "write_comparison_tables", "write_methods"]

STATEMENTS = ("id", "group", "kind", "status", "uncertain", "text")
WITH_SECTORS = ("presence", "missing")
SAME = {"reported_bound": "bound", "label": "status"}  # columns with the codes of another
MOST_ROWS = 100_000  # of a sheet: with more, workbooks open slowly and take gigabytes to write
WIDTH = 12  # of a column of numbers or codes, in characters
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_comparison_tables(comparison: Comparison, path: str | Path, *, lang: str = "zh") -> None:
    """Write the tables of a comparison as an Excel workbook, one sheet each, in the order in which papers print them.

    The first sheet says what each holds; the last has the statements that the ids of the others name. Columns and codes are called
    what readers call them, numbers have their formats, and industries their sectors. Text is only ever text: no cell becomes a
    formula or a link. A sheet holds the first 100,000 rows, and the first sheet says where that is not all; the CSV files have all.

    Args:
        comparison: as `compare` gives it.
        path: the .xlsx file to write; it appears whole or not at all.
        lang: zh or en.

    Raises:
        StoreError: the file cannot be written.
        ValueError: the suffix is not .xlsx, or `lang` is unknown.

    Example:
        >>> import policynlp, tempfile, pathlib
        >>> from policynlp.comparison.comparison import compare
        >>> target = pathlib.Path(tempfile.mkdtemp(), "tables.xlsx")
        >>> write_comparison_tables(compare([policynlp.analyze("设立种子基金。")]), target)
        >>> target.stat().st_size > 0
        True
    """
    check_language(lang)
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise ValueError(f"{target.name}: the workbook's name must end in .xlsx")
    frames = {name: comparison.table(name) for name in comparison.names()}
    frames |= {name: add_sectors(frames[name], lang=lang) for name in WITH_SECTORS}
    frames["statements"] = list_statements(comparison)
    frames = {"about": describe_sheets(frames, lang)} | {name: frame.head(MOST_ROWS) for name, frame in frames.items()}
    with replace_file(target) as temporary:
        fill_book(temporary, frames, lang)


def fill_book(path: Path, frames: Mapping[str, pd.DataFrame], lang: str) -> None:
    """Write the sheets."""
    try:
        with xlsxwriter.Workbook(str(path), OPTIONS) as book:
            book.set_properties({"created": STAMP})
            formats = {name: book.add_format({"num_format": code}) for name, code in labels()["format"].items()}
            formats |= {"": None, "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})}
            for name, frame in frames.items():
                fill_sheet(book.add_worksheet(labels()["table"][name][lang]), frame, name, lang, formats)
    except FileCreateError as error:
        raise OSError(str(error)) from error


def describe_sheets(frames: Mapping[str, pd.DataFrame], lang: str) -> pd.DataFrame:
    """Give the first sheet: of each other its name, how many rows its table has, and what it holds."""
    titles = labels()["table"]
    cut = labels()["cut"][lang].format(count=f"{MOST_ROWS:,}")
    rows = [
        (titles[name][lang], len(frame), titles[name][f"note_{lang}"] + (cut if len(frame) > MOST_ROWS else ""))
        for name, frame in frames.items()
    ]
    return pd.DataFrame(rows, columns=["table", "rows", "note"])


def fill_sheet(sheet: Worksheet, frame: pd.DataFrame, name: str, lang: str, formats: dict[str, Any]) -> None:
    """Write one table: its columns with their names, widths and formats, the first row held in place."""
    columns = labels()["column"] | labels()["own"].get(name, {})
    for number, column in enumerate(frame.columns):
        known = columns[column]
        look = formats[known.get("format", "")]
        sheet.set_column(number, number, known.get("width", WIDTH))
        sheet.write_string(0, number, known[lang], formats["head"])
        named = codes(column, lang)
        for row, value in enumerate(frame[column].astype(object).tolist(), 1):
            write_cell(sheet, row, number, named.get(value, value) if named else value, look)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(frame), 1), len(frame.columns) - 1)


def write_cell(sheet: Worksheet, row: int, column: int, value: object, look: Any) -> None:
    """Write a cell by what it is; what is missing stays empty."""
    if isinstance(value, (str, tuple)):
        sheet.write_string(row, column, clean(value))
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif not pd.isna(value):  # type: ignore[call-overload]  # a number of Python or numpy, NaN or <NA>
        sheet.write_number(row, column, value, look)


def list_statements(comparison: Comparison) -> pd.DataFrame:
    """List the statements of all reports, for the ids in the other tables."""
    rows = [
        (identifier, group.name, statement.kind, statement.status, statement.uncertain, statement.text)
        for group in comparison.groups
        for identifier, statement in group.statements
    ]
    return pd.DataFrame(rows, columns=list(STATEMENTS))


@cache
def labels() -> dict[str, Any]:
    return tomllib.loads(data_path("comparison_labels.toml").read_text("utf-8"))


@cache
def codes(column: str, lang: str) -> dict[str, str]:
    """Give what the codes of a column are called; no other column has any."""
    named = {code: row[lang] for code, row in labels()["value"].get(SAME.get(column, column), {}).items()}
    if column in ("kind", "label"):
        codebook = load_codebook()
        called = {**codebook.classes, **codebook.instruments} | {code: kind.label for code, kind in codebook.types.items()}
        named |= {code: label.name(lang) for code, label in called.items()}
    return named


def write_comparison_csvs(comparison: Comparison, folder: str | Path) -> list[Path]:
    """Write each table of a comparison as a CSV file, UTF-8 with byte-order mark; columns and codes are those of `Comparison.table`.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front.

    Returns:
        The files written, named for the tables.

    Raises:
        StoreError: a file cannot be written.
    """
    return write_frame_csvs({name: comparison.table(name) for name in comparison.names()}, folder)


def write_methods(comparison: Comparison, folder: str | Path, *, lang: str = "zh") -> None:
    """Write `methods.md`, the methods in both languages with `lang` first, and `references.txt`, one source a line.

    Raises:
        StoreError: a file cannot be written.
        ValueError: `lang` is unknown.
    """
    check_language(lang)
    with replace_file(Path(folder, "methods.md")) as temporary:
        temporary.write_text("\n".join(markdown(comparison, lang)), encoding="utf-8", newline="\n")
    with replace_file(Path(folder, "references.txt")) as temporary:
        temporary.write_text("".join(f"{source}\n" for source in comparison.references()), encoding="utf-8", newline="\n")


def markdown(comparison: Comparison, lang: str) -> Iterator[str]:
    """Give the lines of the methods: `lang` first, the other language, the sources."""
    heads = tomllib.loads(data_path("methods.toml").read_text("utf-8"))
    for code in sorted(LANGUAGES, key=lambda code: code != lang):
        yield f"# {heads['title'][code]}\n"
        yield from (f"{paragraph}\n" for paragraph in escape_markdown(harmless(comparison.methods(code))).split("\n"))
    yield f"# {heads['references'][lang]}\n"
    yield from (f"- {source}" for source in comparison.references())
    yield ""


def escape_markdown(text: str) -> str:
    """Make text from reports, such as a title, mean nothing to Markdown."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#|" else letter for letter in text)

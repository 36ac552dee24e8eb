"""Coding sheets: a workbook in which each statement is a row and each label is chosen from a list."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from policynlp.atomic import replace_file
from policynlp.coding.coded import Coded, Sample, Unit, make_unit
from policynlp.coding.scheme import Problems, Scheme, label_codes, make_coded
from policynlp.errors import ReportError
from policynlp.evaluation.gold import GoldEntity
from policynlp.reading.archives import open_archive, read_member
from policynlp.reading.content import load_library
from policynlp.reading.files import read_bytes
from policynlp.reading.limits import LIMITS

__all__ = ["read_sheet", "write_sheet"]

# Heading -> its Chinese name and the width of its column; what stands before the first space is what the reader goes by.
COLUMNS = {
    "id": ("编号", 12),
    "file": ("文件", 14),
    "section": ("所在标题", 24),
    "before": ("上文", 30),
    "text": ("语句", 60),
    "after": ("下文", 30),
    "class": ("类别", 18),
    "subtype": ("子类", 18),
    "instrument": ("首要工具", 20),
    "further": ("其他工具，以|分隔", 20),
    "status": ("状态", 18),
    "note": ("备注", 30),
}
SPAN_COLUMNS = {"id": ("编号", 12), "type": ("实体类型", 18), "text": ("实体原文", 40), "nth": ("语句中第几次出现", 12)}
CHOSEN = ("class", "subtype", "instrument", "status")
CODING, SPANS, CODES, ABOUT = "coding", "entities", "codes", "about"
MOST_ROWS, MOST_COLUMNS = 100_000, 60  # of a sheet that people fill in
SPARE = 500  # rows for further entities, with drop-down lists
BETWEEN = "|"
STAMP = datetime(2020, 1, 1)  # a workbook records when it was made; the same sample must give the same bytes
HELP = (
    ("class", "一条语句一个类别；留空表示未编码。One class a statement; blank: not coded."),
    ("entities", "实体在 entities 表，每行一个；可增删行。Entities have a sheet of their own, one a row; rows may be added and deleted."),
    ("id", "请勿修改编号和语句；排序须整行进行。Leave ids and texts as they are; sort whole rows."),
)


def write_sheet(sample: Sample, path: Path, scheme: Scheme) -> list[Path]:
    """Write a workbook: statements, entities, the codes to choose from, and how the sample was drawn.

    Text is only ever text: no cell becomes a formula or a link.
    """
    import xlsxwriter

    with replace_file(path) as temporary, xlsxwriter.Workbook(str(temporary)) as book:
        book.set_properties({"created": STAMP})
        wrap, bold = book.add_format({"text_wrap": True, "valign": "top"}), book.add_format({"bold": True})
        rows = [coding_row(coded, scheme) for coded in sample.coded]
        spans = [row for coded in sample.coded for row in span_rows(coded, scheme)]
        fill(book.add_worksheet(CODING), COLUMNS, rows, wrap, bold)
        fill(book.add_worksheet(SPANS), SPAN_COLUMNS, spans, wrap, bold)
        add_codes(book, scheme, len(rows), len(spans) + SPARE)
        about = book.add_worksheet(ABOUT)
        for row, (name, value) in enumerate([*sample.about.items(), *HELP]):
            about.write_string(row, 0, name, bold)
            about.write_string(row, 1, value)
        about.set_column(0, 1, 24)
    return [path]


def add_codes(book: Any, scheme: Scheme, rows: int, spans: int) -> None:
    """Add the sheet of codes, and the lists in the columns that are chosen from it."""
    codes = book.add_worksheet(CODES)
    for column, layer in enumerate((*CHOSEN, "entity")):
        shown = [layer, *(scheme.shown(layer, code) for code in scheme.layers[layer])]
        for row, text in enumerate(shown):
            codes.write_string(row, column, text)
        codes.set_column(column, column, 24)
        letter = ascii_uppercase[column]
        rule = {"validate": "list", "source": f"={CODES}!${letter}$2:${letter}${len(shown)}"}
        place = list(SPAN_COLUMNS).index("type") if layer == "entity" else list(COLUMNS).index(layer)
        sheet, last = (SPANS, spans) if layer == "entity" else (CODING, rows)
        book.get_worksheet_by_name(sheet).data_validation(1, place, last, place, rule)


def fill(sheet: Any, columns: Mapping[str, tuple[str, int]], rows: Sequence[Sequence[str]], wrap: Any, bold: Any) -> None:
    for column, (name, (chinese, width)) in enumerate(columns.items()):
        sheet.write_string(0, column, f"{name} {chinese}", bold)
        sheet.set_column(column, column, width, wrap)
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row):
            if text:
                sheet.write_string(number, column, text, wrap)
    sheet.freeze_panes(1, 1)


def coding_row(coded: Coded, scheme: Scheme) -> list[str]:
    unit = coded.unit
    labels = {layer: BETWEEN.join(scheme.shown(layer, code) for code in codes) for layer, codes in label_codes(coded).items()}
    return [unit.id, unit.file, unit.section, unit.before, unit.text, unit.after, *labels.values(), coded.note]


def span_rows(coded: Coded, scheme: Scheme) -> Iterator[list[str]]:
    """Give the entities as a person would write them: the words, and which of their occurrences is meant."""
    text = coded.unit.text
    for entity in coded.entities:
        start, end = entity.start - coded.unit.start, entity.end - coded.unit.start
        nth = find_all(text, text[start:end]).index(start) + 1
        yield [coded.unit.id, scheme.shown("entity", entity.kind), text[start:end], str(nth)]


def find_all(text: str, part: str) -> list[int]:
    """Give the places where a part stands in a text, overlapping ones too."""
    return [i for i in range(len(text) - len(part) + 1) if text.startswith(part, i)]


def read_sheet(path: Path, scheme: Scheme) -> dict[str, list[Coded]]:
    """Read a workbook back, whichever program saved it; columns and sheets that a coder added are hers and not read."""
    problems = Problems(str(path))
    tables = read_tables(path)
    units: dict[str, Unit] = {}
    labels: dict[str, tuple[str, dict[str, str]]] = {}
    for place, row in iterate_rows(tables, CODING, COLUMNS, path):
        try:
            unit = make_unit(row["id"], row["file"].strip(), row["text"])
            if unit.id in units:
                raise ValueError(f"{unit.id} stands twice in the sheet")
            units[unit.id], labels[unit.id] = unit, (place, row)
        except ValueError as error:
            problems.add(place, error)
    entities: dict[str, list[GoldEntity]] = {identifier: [] for identifier in units}
    for place, row in iterate_rows(tables, SPANS, SPAN_COLUMNS, path):
        try:
            entities.get(row["id"].strip(), []).append(find_span(row, units, scheme))
        except ValueError as error:
            problems.add(place, error)
    coded = []
    for identifier, (place, row) in labels.items():
        try:
            chosen = {layer: scheme.codes(layer, [row[layer]]) for layer in CHOSEN}
            chosen["further"] = scheme.codes("further", row["further"].split(BETWEEN))
            coded.append(make_coded(units[identifier], chosen, entities[identifier], row["note"]))
        except ValueError as error:
            problems.add(place, error)
    problems.check()
    return {path.name: coded}


def read_tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Read the cells of the two sheets that coders fill in."""
    name, data = str(path), read_bytes(path, LIMITS.member_bytes)
    archive = open_archive(data, name, LIMITS)
    for member in archive.infolist():
        if member.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in read_member(archive, member, name, LIMITS):
            raise ReportError(name, "it declares XML entities, which no workbook does", "check where it comes from")
    library = load_library(name, "openpyxl")
    try:
        with warnings.catch_warnings():  # of styles and drop-down lists, which are of no account here
            warnings.simplefilter("ignore")
            book = library.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            with closing(book):
                return {sheet: read_cells(book[sheet]) for sheet in (CODING, SPANS) if sheet in book.sheetnames}
    except Exception as error:  # the library raises whatever a damaged file makes it stumble over
        raise ReportError(
            name, f"the workbook is damaged ({error!r:.200})", "open it in a spreadsheet program and save it again"
        ) from error


def read_cells(sheet: Any) -> list[tuple[object, ...]]:
    sheet.reset_dimensions()  # they are what the file claims, a billion cells if it likes
    return list(islice(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), MOST_ROWS + 1))


def iterate_rows(
    tables: Mapping[str, Sequence[Sequence[object]]], name: str, columns: Mapping[str, object], path: Path
) -> Iterator[tuple[str, dict[str, str]]]:
    """Give the rows that are not empty with their places, by the first words of their headings."""
    if name not in tables:
        raise ReportError(path, f"it has no sheet «{name}»", "save the whole workbook, as policynlp sample wrote it")
    rows = tables[name]
    if len(rows) > MOST_ROWS:
        raise ReportError(path, f"the sheet «{name}» has more than {MOST_ROWS:,} rows", "split it")
    headings = [cell_text(cell).split(" ")[0] for cell in rows[0]] if rows else []
    if missing := [column for column in columns if column not in headings]:
        raise ReportError(path, f"the sheet «{name}» has no column {', '.join(missing)}", "restore the headings of the sheet")
    for number, row in enumerate(rows[1:], 2):
        cells = dict(zip(headings, map(cell_text, row), strict=False))
        if any(cells.get(column, "").strip() for column in columns):
            yield f"{name}, row {number}", {column: cells.get(column, "") for column in columns}


def cell_text(cell: object) -> str:
    """Give a cell as text; 1.0, as spreadsheets keep numbers, is 1."""
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def find_span(row: Mapping[str, str], units: Mapping[str, Unit], scheme: Scheme) -> GoldEntity:
    """Find an entity of the sheet in its statement."""
    unit = units.get(row["id"].strip())
    if unit is None:
        raise ValueError(f"«{row['id'][:60]}» is no id of a statement in the sheet")
    kind = scheme.code("entity", row["type"])
    if not kind:
        raise ValueError("the entity has no type")
    places = find_all(unit.text, row["text"]) if row["text"] else []
    nth = row["nth"].strip() or "1"
    if not nth.isdecimal() or not 1 <= int(nth[:9]) <= len(places):
        raise ValueError(f"«{row['text'][:60]}» does not stand {nth[:9]} times in the statement")
    start = unit.start + places[int(nth) - 1]
    return GoldEntity(start, start + len(row["text"]), kind)

"""The tables of a comparison as workbook, CSV files and methods: complete, readable, harmless, the same bytes each time."""

import csv
import zipfile

import numpy as np
import openpyxl
import pytest

import policynlp
from policynlp.comparison.comparison import compare
from policynlp.presentation import comparison_tables
from policynlp.presentation.comparison_tables import codes, labels, write_comparison_csvs, write_comparison_tables, write_methods
from policynlp.resources import corpora_path


@pytest.fixture(scope="module")
def shipped():
    return policynlp.analyze_many(sorted(corpora_path("reports").glob("*.txt")))


@pytest.fixture(scope="module")
def compared(shipped):
    return compare(shipped)


@pytest.fixture(scope="module", params=["zh", "en"])
def book(request, compared, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "tables.xlsx"
    write_comparison_tables(compared, path, lang=request.param)
    return request.param, openpyxl.load_workbook(path)


def rows_of(sheet):
    return list(sheet.iter_rows(values_only=True))


def test_sheets_stand_in_the_order_of_papers(book, compared):
    lang, sheets = book
    assert sheets.sheetnames == [labels()["table"][name][lang] for name in ("about", *compared.names(), "statements")]
    about = rows_of(sheets.worksheets[0])
    assert [row[0] for row in about[1:]] == sheets.sheetnames[1:]
    assert [row[1] for row in about[1:]] == [sheet.max_row - 1 for sheet in sheets.worksheets[1:]]
    assert all(sheet.freeze_panes == "A2" for sheet in sheets.worksheets)


def test_the_workbook_says_what_the_tables_say(book, compared):
    lang, sheets = book
    for name in ("profiles", "presence", "likeness_entities", "promises"):
        sheet, table = sheets[labels()["table"][name][lang]], compared.table(name)
        assert sheet.max_row == len(table) + 1
        heads = [cell.value for cell in sheet[1]]
        for column in table.columns:
            label = (labels()["column"] | labels()["own"].get(name, {}))[column][lang]
            written = sheet.cell(2, heads.index(label) + 1).value
            value = table[column].iloc[0]
            if isinstance(value, float):
                assert written is None if value != value else written == pytest.approx(value), (name, column)
            elif isinstance(value, tuple):
                assert written == "|".join(value), (name, column)
            else:
                assert (written or "") == (codes(column, lang).get(value, value) if isinstance(value, str) else value), (name, column)


def test_no_head_stands_twice_and_none_is_a_code_name(book):
    lang, sheets = book
    for sheet in sheets.worksheets:
        heads = [cell.value for cell in sheet[1]]
        assert all(heads), sheet.title
        assert len(set(heads)) == len(heads), (sheet.title, heads)
        assert lang == "en" or not any("_" in head for head in heads)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_code_has_a_name(compared, lang):
    for name in compared.names():
        table = compared.table(name)
        for column in set(table.columns) & {"layer", "label", "kind", "shared", "change", "verdict", "status", "comparator", "bound"}:
            unnamed = set(table[column]) - set(codes(column, lang)) - {""}
            assert not unnamed, (name, column)


def test_numbers_have_formats(book):
    lang, sheets = book
    sheet = sheets[labels()["table"]["differences"][lang]]
    heads = [cell.value for cell in sheet[1]]
    formats = {heads[i]: cell.number_format for i, cell in enumerate(sheet[2])}
    assert formats[labels()["column"]["share_a"][lang]] == "0.0%"
    assert formats[labels()["column"]["p_holm"][lang]] == '[<0.001]"<0.001";0.000'
    assert formats[labels()["column"]["count_a"][lang]] == "#,##0"


def test_industries_have_their_sectors(book):
    lang, sheets = book
    rows = rows_of(sheets[labels()["table"]["presence"][lang]])
    place = rows[0].index(labels()["column"]["section"][lang])
    found = {row[0]: row[place] for row in rows[1:] if row[place]}
    assert found["工业"].startswith("B ")
    assert len(found) > 5


def test_ids_of_evidence_are_those_of_the_last_sheet(book, compared):
    _, sheets = book
    last = {row[0]: row[-1] for row in rows_of(sheets.worksheets[-1])[1:]}
    assert len(last) == sum(len(group.statements) for group in compared.groups)
    for evidence in compared.table("presence")["statements"]:
        assert set(evidence) <= set(last)


def test_the_same_reports_in_any_order_give_the_same_bytes(shipped, compared, tmp_path):
    shuffled = [shipped[i] for i in np.random.default_rng(3).permutation(len(shipped))]
    for name, comparison in (("one", compared), ("other", compare(shuffled))):
        write_comparison_csvs(comparison, tmp_path / name)
        write_methods(comparison, tmp_path / name)
        write_comparison_tables(comparison, tmp_path / name / "tables.xlsx")
    written = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert written == sorted([*(f"{name}.csv" for name in compared.names()), "methods.md", "references.txt", "tables.xlsx"])
    for name in written:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes(), name


def test_csv_files_hold_all_rows_and_the_names_of_the_code(compared, tmp_path):
    for path in write_comparison_csvs(compared, tmp_path):
        table = compared.table(path.stem)
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        with path.open(encoding="utf-8-sig", newline="") as file:
            heads, *rows = csv.reader(file)
        assert heads == list(table.columns)
        assert len(rows) == len(table)


def test_hostile_names_become_no_formulas(tmp_path):
    text = "=1+1高新区2022年工作总结\n设立“=cmd|' /C calc'!A0”基金。设立\x0b种子基金。"
    report = policynlp.make_report(text, path="=HYPERLINK.txt")
    other = policynlp.make_report("发展数字经济。设立种子基金。", path="@b.txt")
    comparison = compare([policynlp.analyze(report), policynlp.analyze(other)], by="report")
    write_comparison_tables(comparison, tmp_path / "tables.xlsx")
    with zipfile.ZipFile(tmp_path / "tables.xlsx") as book:
        assert not any(b"<f>" in book.read(name) or b"hyperlink" in book.read(name) for name in book.namelist() if "sheet" in name)
    for path in write_comparison_csvs(comparison, tmp_path / "csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            assert not [cell for row in csv.reader(file) for cell in row if cell.startswith(("=", "@", "+"))], path.name


def test_methods_stand_in_both_languages_with_their_sources(compared, tmp_path):
    write_methods(compared, tmp_path, lang="en")
    text = (tmp_path / "methods.md").read_text("utf-8")
    assert text.index("# Methods") < text.index("# 方法") < text.index("# References")
    sources = (tmp_path / "references.txt").read_text("utf-8").splitlines()
    assert sources == compared.references()
    assert all(f"- {source}\n" in text for source in sources)


def test_a_title_means_nothing_to_markdown(tmp_path):
    reports = [policynlp.make_report("发展数字经济。", path="a.txt"), policynlp.make_report("<b>计划</b>_*2022\n发展。", path="plan.txt")]
    one, plan = map(policynlp.analyze, reports)
    write_methods(compare([one], upper=[plan]), tmp_path)
    assert "<b>" not in (tmp_path / "methods.md").read_text("utf-8").replace("\\<b\\>", "")


def test_a_sheet_that_is_cut_says_so(compared, tmp_path, monkeypatch):
    monkeypatch.setattr(comparison_tables, "MOST_ROWS", 15)
    write_comparison_tables(compared, tmp_path / "tables.xlsx", lang="en")
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    assert book["profiles"].max_row == 16
    told = {row[0]: row[1:] for row in rows_of(book["about"])}
    assert told["profiles"][0] == len(compared.table("profiles"))
    assert told["profiles"][1].endswith("This sheet has the first 15 rows; the CSV file has all.")
    assert "CSV" not in told["sample"][1]


def test_the_suffix_must_be_that_of_a_workbook(compared, tmp_path):
    with pytest.raises(ValueError, match=r"must end in \.xlsx"):
        write_comparison_tables(compared, tmp_path / "tables.csv")
    with pytest.raises(ValueError, match="lang is 'fr'"):
        write_comparison_tables(compared, tmp_path / "tables.xlsx", lang="fr")
    assert not list(tmp_path.iterdir())

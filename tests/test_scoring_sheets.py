"""Scoring sheets hold evidence and empty cells; only a person's scores make a total, and the spreadsheet adds them up."""

import shutil
import subprocess
import sys
from dataclasses import replace

import openpyxl
import pytest

import policynlp
from policynlp.errors import CodebookError
from policynlp.presentation.scoring_sheets import write_scoring_sheet
from policynlp.presentation.scoring_templates import find_evidence, load_template, template_path

TEXT = (
    "青岭高新区2022年工作总结\n二、2023年工作安排\n设立种子基金，支持科技型中小企业发展。\n给予企业最高100万元奖励。\n"
    "完善考核机制。\n到2025年，总产值达到300亿元。\n“一网通办”平台受理事项2.6万件。\n"
)
# A PMC sheet scored by hand: X1 3/5, X2 1/3, X3 1/3, X4 3/5, X5 2/3, X6 4/5, X7 3/5, X8 5/5, X9 2/4, X10 1/1: 6.4333…
SCORES = {
    "X1": [1, 0, 0, 1, 1], "X2": [0, 0, 1], "X3": [0, 0, 1], "X4": [1, 1, 0, 0, 1], "X5": [1, 1, 0],
    "X6": [1, 1, 1, 1, 0], "X7": [1, 1, 1, 0, 0], "X8": [1, 1, 1, 1, 1], "X9": [1, 0, 1, 0], "X10": [1],
}  # fmt: skip
PMC = 6 + 13 / 30


@pytest.fixture(scope="module")
def analysis():
    return policynlp.analyze(policynlp.make_report(TEXT, path="青岭.txt"))


@pytest.fixture(scope="module")
def pmc(analysis, tmp_path_factory):
    path = tmp_path_factory.mktemp("pmc") / "pmc.xlsx"
    write_scoring_sheet([analysis] * 4, path)
    return path


def rows_of(sheet):
    """Code -> row of a report's sheet."""
    return {row[0].value: row for row in sheet.iter_rows() if row[0].value}


def variables(sheet="pmc"):
    return [v for d in load_template(sheet).dimensions for v in d.variables]


def fill(sheet, scores):
    rows = rows_of(sheet)
    for dimension, values in scores.items():
        for number, value in enumerate(values, 1):
            rows[f"{dimension}-{number}"][6].value = value


def recalculate(path, tmp_path):
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is absent")
    out = tmp_path / "recalculated"
    command = [
        office,
        "--headless",
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--convert-to",
        "xlsx",
        "--outdir",
        out,
        path,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return openpyxl.load_workbook(out / path.name, data_only=True)


def test_no_score_is_there_before_a_person_gives_one(pmc):
    book = openpyxl.load_workbook(pmc)
    assert book.sheetnames == ["汇总", "多投入产出表", "P1", "P2", "P3", "P4", "文本证据", "说明"]
    rows = rows_of(book["P1"])
    for variable in variables():
        assert rows[variable.code][6].value is None
        assert "需人工判断" in rows[variable.code][4].value
    shown = openpyxl.load_workbook(pmc, data_only=True)
    for row in shown["汇总"].iter_rows(min_row=3, min_col=3):
        for place in row:
            assert not isinstance(place.value, int | float)
    assert shown["汇总"].cell(13, 3).value == "需人工判断：还差 39"


def test_evidence_stands_beside_its_cell_with_ids_and_texts(pmc, analysis):
    rows = rows_of(openpyxl.load_workbook(pmc)["P1"])
    fund = next(s for s in analysis.statements if s.text.startswith("设立种子基金"))
    assert f"{fund.id} {fund.text}" in rows["X7-3"][5].value
    assert rows["X7-3"][4].value == "有证据 1 条，需人工判断"
    assert rows["X7-2"][4].value == "文本未检出（不等于没有），需人工判断"
    assert rows["X9-2"][4].value == "文本无从判断，需人工判断"
    assert rows["X3-3"][5].value == "zone: 青岭高新区"
    every = list(openpyxl.load_workbook(pmc)["文本证据"].iter_rows(values_only=True))
    assert ("P4", "X7-3", "金融", fund.id, "MEASURE") == tuple(next(row for row in every if row[0] == "P4" and row[1] == "X7-3")[:5])


def test_each_kind_of_evidence_is_found(analysis):
    found = {v.code: [s.text[:6].rstrip("，") for s in find_evidence(v, analysis)[0]] for v in variables()}
    assert "到2025年" in found["X1-1"]  # a goal with an indicator
    assert found["X2-2"] == ["到2025年"]  # due three years after the report
    assert "到2025年" not in found["X2-3"]
    assert "完善考核机制" in found["X7-5"]  # a class and a word
    assert "给予企业最高" in found["X7-1"]  # an instrument
    assert set(found["X5-1"]) >= {"给予企业最高"}  # a family
    unknown_year = replace(analysis, report=replace(analysis.report, year=None))
    assert not find_evidence(variables()[6], unknown_year)[0]


@pytest.mark.slow
def test_libreoffice_adds_up_what_a_person_has_filled_in_and_nothing_else(pmc, tmp_path):
    book = openpyxl.load_workbook(pmc)
    fill(book["P1"], SCORES)
    fill(book["P2"], SCORES | {"X9": [1, None, 1, 0]})
    fill(book["P3"], SCORES | {"X10": [7]})
    fill(book["P4"], {code: [1] * len(values) for code, values in SCORES.items()})
    filled = tmp_path / "filled.xlsx"
    book.save(filled)
    summary = recalculate(filled, tmp_path)["汇总"]
    columns = [[row[column].value for row in summary.iter_rows(min_row=3, max_row=14)] for column in (2, 3, 4, 5)]
    by_hand = [sum(values) / len(values) for values in SCORES.values()]
    assert columns[0][:10] == pytest.approx(by_hand)
    assert columns[0][10] == pytest.approx(PMC)
    assert columns[0][11] == "可接受"
    assert columns[1][10] == "需人工判断：还差 1"
    assert columns[1][8] in (None, "")
    assert columns[2][10] == "需人工判断：还差 1"
    assert columns[1][11] in (None, "")
    assert columns[3][10:] == [10, "完美"]


@pytest.mark.slow
def test_libreoffice_works_out_strength_times_goals_and_measures(analysis, tmp_path):
    write_scoring_sheet(analysis, tmp_path / "strength.xlsx", sheet="strength", lang="en")
    book = openpyxl.load_workbook(tmp_path / "strength.xlsx")
    fill(book["P1"], {"P": [3], "G": [5, 0, 1, 0, 4, 2], "M": [1, 2, 3, 0, 5]})
    book.save(tmp_path / "filled.xlsx")
    shown = recalculate(tmp_path / "filled.xlsx", tmp_path)
    assert [row[2].value for row in shown["summary"].iter_rows(min_row=3, max_row=6)] == [3, 12, 11, 3 * (12 + 11)]
    assert [row[2].value for row in shown["input-output"].iter_rows(min_row=2)] == [3, 5, 0, 1, 0, 4, 2, 1, 2, 3, 0, 5]


def test_text_of_reports_stays_text_and_the_bytes_are_the_same(tmp_path):
    report = policynlp.make_report("设立=HYPERLINK(1)基金。\n=1+1给予奖励100万元。\n", path="=cmd.txt")
    analysis = policynlp.analyze(replace(report, title="=1+1\x00", zone="'P9'!A1"))
    for name in ("a.xlsx", "b.xlsx"):
        write_scoring_sheet(analysis, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    formulas = [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert all(c.value.startswith(("=IF(", "='P1'!")) for c in formulas)
    assert book["P1"]["B1"].data_type == "s"


def test_a_template_of_ones_own_is_used(analysis, tmp_path):
    text = template_path("strength").read_text("utf-8")
    own = tmp_path / "own.toml"
    own.write_bytes(b"\xef\xbb\xbf" + text.replace('"P*(G+M)"', '"2*P+G/M"').replace("法律效力", "自定义").replace("\n", "\r\n").encode())
    template = load_template(own)
    assert template.formula == "2 * P + G / M"
    assert template.dimensions[0].variables[0].name.zh == "自定义"
    write_scoring_sheet(analysis, tmp_path / "own.xlsx", sheet=str(own))
    summary = openpyxl.load_workbook(tmp_path / "own.xlsx")["汇总"]
    assert "2 * $C$3 + $C$4 / $C$5" in summary["C6"].value


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"P*(G+M)"', '"P*(G+Q)"', "names Q"),
        ('"P*(G+M)"', '"P*__import__(1)"', "numbers and codes"),
        ('"P*(G+M)"', '"P**9"', "numbers and codes"),
        ('"P*(G+M)"', '"P+"', "no arithmetic"),
        ('"P*(G+M)"', '"P+\\"x\\""', "numbers and codes"),
        ('code = "G"', 'code = "P"', "stands twice"),
        ('code = "G"', 'code = "g g"', "capital letters"),
        ('value = "sum"', 'value = "median"', "`value` must be"),
        ("scores = [1, 2, 3, 4, 5]", "scores = [1]", "`scores` must be"),
        ("scores = [1, 2, 3, 4, 5]", 'scores = ["a", "b"]', "`scores` must be"),
        ('"E-IPR"', '"E-NONE"', "E-NONE is no instruments"),
        ('instruments = ["E-IPR"]', 'instrument = ["E-IPR"]', "evidence takes"),
        ('words = ["外资", "外商"]', 'words = "外资"', "must be a list"),
        ('words = ["外资", "外商"]', "years = [1]", "two whole numbers"),
        ('zh = "政策力度"\n', "", "lacks 'zh'"),
        ("[[dimension]]", "[[dimension", "this is no TOML"),
    ],
)
def test_a_template_that_is_wrong_is_explained(old, new, problem, tmp_path):
    text = template_path("strength").read_text("utf-8")
    assert old in text
    (tmp_path / "own.toml").write_text(text.replace(old, new), "utf-8")
    with pytest.raises(CodebookError, match=r"own\.toml") as caught:
        load_template(tmp_path / "own.toml")
    assert problem in str(caught.value)


def test_what_cannot_be_written_is_refused(analysis, tmp_path):
    for options, problem in (({"sheet": "none"}, "pmc, strength"), ({"lang": "fr"}, "lang"), ({}, "xlsx")):
        with pytest.raises(ValueError, match=problem):
            write_scoring_sheet(analysis, tmp_path / ("a.xlsx" if options else "a.csv"), **options)
    with pytest.raises(ValueError, match="no analyses"):
        write_scoring_sheet([], tmp_path / "a.xlsx")
    with pytest.raises(CodebookError, match="cannot be read"):
        write_scoring_sheet(analysis, tmp_path / "a.xlsx", sheet=tmp_path / "none.toml")
    assert not list(tmp_path.iterdir())


def test_the_command_writes_a_sheet_and_copies_a_template(tmp_path):
    def run(*arguments):
        command = [sys.executable, "-m", "policynlp", "score-sheet", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=tmp_path, timeout=120)

    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    assert run("-o", "mine.toml").returncode == 0
    assert (tmp_path / "mine.toml").read_bytes() == template_path("pmc").read_bytes()
    done = run("a.txt", "--sheet", "mine.toml", "-o", "scores.xlsx")
    assert done.returncode == 0, done.stderr
    assert "P1" in openpyxl.load_workbook(tmp_path / "scores.xlsx").sheetnames
    assert run("a.txt", "-o", "x.toml").returncode == 2
    assert run("a.txt", "--sheet", "none", "-o", "x.xlsx").returncode == 2

"""The commands of the human check, as a person uses them."""

import subprocess
import sys

import openpyxl
import pytest

REPORT = """青岭高新区2023年工作总结
一、下一步工作
实施百川计划和青年人才计划，引进人才。
将研发投入纳入年度考核。
培育壮大氢能产业。
设立1亿元种子基金。
"""
OWN = """[types."人才计划"]
zh = "人才计划"
en = "Talent programme"
colour = "#aa3377"
heads = ["人才计划"]
terms = ["百川计划"]
[classes.EVALUATION]
zh = "考核"
en = "Evaluation"
[[rules]]
class = "EVALUATION"
text = '纳入.{0,20}考核'
cue = "纳入考核"
"""


def run(*arguments, cwd):
    command = [sys.executable, "-m", "policynlp", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=cwd)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "report.txt").write_text(REPORT, "utf-8")
    (tmp_path / "mine.toml").write_text(OWN, "utf-8")
    return tmp_path


def test_a_sample_is_coded_and_compared(folder):
    for name in ("a.xlsx", "b.xlsx"):
        done = run("sample", "report.txt", "-o", name, cwd=folder)
        assert done.returncode == 0, done.stderr
        assert name in done.stdout
    book = openpyxl.load_workbook(folder / "b.xlsx")
    cell = book["coding"]["G3"]
    assert cell.value.startswith("MEASURE")
    cell.value = "OTHER"
    for column in "HIJ":
        book["coding"][f"{column}3"] = None
    book["coding"]["G4"] = book["coding"]["H4"] = book["coding"]["I4"] = book["coding"]["J4"] = book["coding"]["K4"] = None
    book.save(folder / "b.xlsx")
    done = run("agree", "a.xlsx", "b.xlsx", "-o", "agreement.xlsx", "--lang", "en", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "Krippendorff's α" in done.stdout
    assert "b.xlsx: 1 not coded" in done.stdout
    assert "class  a.xlsx: MEASURE  b.xlsx: OTHER" in done.stdout
    sheets = openpyxl.load_workbook(folder / "agreement.xlsx")
    assert sheets.sheetnames == ["figures", "pairs", "disagreements"]
    figures = {row[0]: row[1] for row in sheets["figures"].iter_rows(min_row=2, values_only=True)}
    assert figures["class_agreement"] < 1


@pytest.mark.slow
def test_a_codebook_of_ones_own_is_sampled_compared_and_explained(folder):
    for name in ("a.xlsx", "a.qdpx"):
        assert run("sample", "report.txt", "-o", name, "--codebook", "mine.toml", cwd=folder).returncode == 0
    done = run("agree", "a.xlsx", "a.qdpx", "--codebook", "mine.toml", cwd=folder)
    assert "1.000 – 1.000" in done.stdout, done.stderr
    done = run("agree", "a.xlsx", "a.qdpx", cwd=folder)
    assert done.returncode == 1
    assert "is no entity of the codebook" in done.stderr
    done = run("explain", "report.txt", "s0004", "--codebook", "mine.toml", "--lang", "en", cwd=folder)
    assert "class: Evaluation, by rule own (纳入考核), which reads “纳入年度考核”" in done.stdout, done.stderr
    done = run("explain", "report.txt", "s0003", "--codebook", "mine.toml", cwd=folder)
    assert "“百川计划” 人才计划：自己手册的词条" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["sample", "report.txt", "-o", "a.csv"], 2, "must end in .xlsx"),
        (["sample", "nothing.txt", "-o", "a.xlsx"], 1, "nothing.txt"),
        (["agree", "report.txt", "mine.toml"], 1, "no file of coded statements"),
        (["explain", "report.txt", "s0001"], 2, "no class to explain"),
        (["explain", "report.txt", "s0099"], 2, "no statement s0099"),
        (["explain", "report.txt", "s0003", "--lang", "fr"], 2, "lang"),
    ],
)
def test_what_goes_wrong_is_said_without_a_traceback(arguments, code, message, folder):
    done = run(*arguments, cwd=folder)
    assert done.returncode == code
    assert message in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["sample", "agree", "explain"])
def test_help_fits_a_screen_and_shows_an_example(command, tmp_path):
    done = run(command, "--help", cwd=tmp_path)
    assert "Example:" in done.stdout
    assert len(done.stdout.splitlines()) <= 40

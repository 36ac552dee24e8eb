"""Many reports: their ids, the manifest, what the pages of a folder have in common, and what is passed over."""

import csv
import io
import zipfile

import pytest

import policynlp
from policynlp.errors import ReportError
from policynlp.reading import read_reports
from policynlp.schema import Report


def page(year):
    return f"岭上开发区{year}年工作总结\n岭上开发区门户\n全年新增高新技术企业{year % 100}家。\n设立产业引导基金。\n岭上通客户端\n"


def write_pages(folder, number=6):
    folder.mkdir(parents=True, exist_ok=True)
    for year in range(2018, 2018 + number):
        (folder / f"{year}.txt").write_text(page(year), "utf-8")
    return folder


def sheet(rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def marks(report):
    return [mark.text for mark in report.furniture if mark.rule == "repeated"]


def test_what_the_pages_of_a_folder_have_in_common_is_marked(tmp_path):
    folder = write_pages(tmp_path / "site")
    reports = list(read_reports(folder))
    assert [marks(report) for report in reports] == [["岭上开发区门户", "岭上通客户端"]] * 6
    assert all(report.text[m.start : m.end] == m.text for report in reports for m in report.furniture)
    one = policynlp.analyze_many(folder)[0]
    assert [s.text for s in one.statements if s.role == "boilerplate"] == ["岭上开发区门户", "岭上通客户端"]
    assert [marks(report) for report in read_reports(sorted(folder.glob("*.txt")))] == [marks(report) for report in reports]


def test_few_reports_and_reports_of_different_folders_mark_nothing(tmp_path):
    for number, folder in enumerate("abcdefg"):
        write_pages(tmp_path / "all" / folder, 1)
        write_pages(tmp_path / "few", min(number, 4))
    for folder in ("all", "few"):
        assert not any(marks(report) for report in read_reports(tmp_path / folder))


def test_the_pages_of_an_archive_and_the_rows_of_a_sheet_are_a_folder_too(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for year in range(2018, 2024):
            archive.writestr(f"site/{year}.txt", page(year))
    (tmp_path / "b.csv").write_text(sheet([["正文"], *([page(year)] for year in range(2018, 2024))]), "utf-8")
    for name in ("a.zip", "b.csv"):
        assert [len(marks(report)) for report in read_reports(tmp_path / name)] == [2] * 6


def test_a_large_folder_is_not_held_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("policynlp.reading.collection.SAMPLE", 5)
    reports = read_reports(write_pages(tmp_path, 12))
    assert marks(next(reports)) == ["岭上开发区门户", "岭上通客户端"]
    (tmp_path / "2025.txt").unlink()  # it has not been opened yet
    rest = list(reports)
    assert [isinstance(report, Report) for report in rest].count(False) == 1
    assert all(marks(report) for report in rest if isinstance(report, Report))


def test_the_manifest_goes_before_what_is_read_and_its_mistakes_are_said(tmp_path):
    folder = write_pages(tmp_path / "site", 2)
    manifest = tmp_path / "m.csv"
    rows = [
        ["文件", "编号", "园区", "年份", "批次"],
        ["2018.txt", "../../x y", "本溪高新区", "2001", "甲"],
        ["2019.txt", "", "", "两千年", ""],
    ]
    manifest.write_text(sheet(rows), "utf-8")
    problem, first, second = read_reports(folder, manifest=manifest)
    assert isinstance(problem, ReportError)
    assert "row 3" in problem.path
    assert (first.id, first.zone, first.region, first.year, first.extra) == ("x_y", "本溪高新区", "辽宁省", 2001, (("批次", "甲"),))
    assert (second.id, second.year, second.extra) == ("2019", 2019, ())
    with pytest.raises(ReportError, match="no such file"):
        read_reports(folder, manifest=tmp_path / "none.csv")


def test_results_of_a_run_are_not_read_as_reports(tmp_path):
    folder = write_pages(tmp_path / "site", 1)
    from policynlp.presentation.bundle import write_bundle

    write_bundle(policynlp.analyze(folder / "2018.txt"), folder / "out" / "2018")
    assert [report.id for report in read_reports(folder)] == ["2018"]
    (empty,) = read_reports(folder / "out")
    assert "no report in this folder" in str(empty)


def test_thousands_of_equal_ids_are_numbered_soon(tmp_path):
    (tmp_path / "a.csv").write_text(sheet([["id", "正文"], *([["A", "支持企业。"]] * 5000)]), "utf-8")
    names = [report.id for report in read_reports(tmp_path / "a.csv", columns={"id": "id", "text": "正文"})]
    assert len(set(names)) == 5000
    assert names[-1] == "A-5000"

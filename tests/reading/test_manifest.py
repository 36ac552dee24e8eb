"""Manifests: what the user says goes before what is read, and bad rows are named."""

from datetime import date

import openpyxl
import pytest

from policynlp.errors import ReportError
from policynlp.reading import make_report
from policynlp.reading.manifest import Manifest, ManifestRow, read_manifest

SHEET = "文件,园区,年份,发布日期,文号,批次\na.txt,本溪高新区,2014,2015-01-10,本高发〔2015〕1号,甲\nb.txt,,2019,,,乙\n"


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_sheet_replaces_what_was_read(encoding, tmp_path):
    manifest = read_manifest(write(tmp_path / "m.csv", SHEET, encoding))
    assert manifest.problems == ()
    report = manifest.apply(make_report("岭上高新区2020年工作总结\n产值增长。", path="reports/a.txt"))
    assert (report.zone, report.region, report.year) == ("本溪高新区", "辽宁省", 2014)
    assert (report.published, report.number, report.extra) == (date(2015, 1, 10), "本高发〔2015〕1号", (("批次", "甲"),))
    assert report.title == "岭上高新区2020年工作总结"
    assert {f.field: f.origin for f in report.facts if f.field in ("zone", "region", "year")} == {
        "zone": "manifest row 2", "region": "zone", "year": "manifest row 2",
    }  # fmt: skip


def test_empty_cells_replace_nothing_and_other_files_stay_as_they_are(tmp_path):
    manifest = read_manifest(write(tmp_path / "m.csv", SHEET))
    other = make_report("岭上高新区2020年工作总结\n产值增长。", path="c.txt")
    assert manifest.apply(other) is other
    known = manifest.apply(make_report("岭上高新区2020年工作总结\n产值增长。", path="b.txt"))
    assert (known.zone, known.year) == ("岭上高新区", 2019)


def test_excel_and_toml_say_the_same_as_csv(tmp_path):
    book = openpyxl.Workbook()
    for row in (["文件", "园区", "年份", "发布日期", "批次"], ["a.txt", "本溪高新区", 2014, date(2015, 1, 10), "甲"]):
        book.active.append(row)
    book.save(tmp_path / "m.xlsx")
    toml = '[[report]]\nfile = "a.txt"\nzone = "本溪高新区"\nyear = 2014\npublished = 2015-01-10\n"批次" = "甲"\n'
    lines = '{"file": "a.txt", "zone": "本溪高新区", "year": 2014, "published": "2015-01-10", "批次": "甲"}\n'
    report = make_report("产值增长。", path="a.txt")
    said = [
        read_manifest(path).apply(report)
        for path in (tmp_path / "m.xlsx", write(tmp_path / "m.toml", toml), write(tmp_path / "m.jsonl", lines))
    ]
    for found in said:
        assert (found.zone, found.year, found.published, found.extra) == ("本溪高新区", 2014, date(2015, 1, 10), (("批次", "甲"),))


def test_rows_are_found_by_sha256_then_name_then_pattern():
    report = make_report("产值增长。", path="site/2023/a.txt")
    rows = [ManifestRow(key, n, (("source", key),)) for n, key in enumerate(["*.txt", "2023/*.txt", "a.txt", "2023/a.txt", report.sha256])]
    assert Manifest(tuple(rows)).apply(report).source == report.sha256
    assert Manifest(tuple(rows[:4])).apply(report).source == "2023/a.txt"
    assert Manifest(tuple(rows[:3])).apply(report).source == "a.txt"
    assert Manifest(tuple(rows[1:2])).apply(report).source == "2023/*.txt"
    assert Manifest(tuple(rows[:1])).apply(make_report("产值增长。", path="a.md")).source == ""


def test_bad_rows_are_named_and_the_others_count(tmp_path):
    sheet = "file,year,published\na.txt,20x3,\n,2023,\nb.txt,2023,someday\nc.txt,2023年,\nc.txt,2024,\n"
    manifest = read_manifest(write(tmp_path / "m.csv", sheet))
    assert [(row.key, row.row, dict(row.values)) for row in manifest.rows] == [("c.txt", 5, {"year": "2023"})]
    assert [str(problem).split(": ")[0][-5:] for problem in manifest.problems] == ["row 2", "row 3", "row 4", "row 6"]
    assert all(problem.remedy for problem in manifest.problems)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("m.csv", "园区,年份\n本溪高新区,2014\n", "no column `file`"),
        ("m.toml", "[[report]\n", "no valid TOML"),
        ("m.toml", "report = 3\n", "no tables"),
        ("m.docx", "file\na\n", "cannot be"),
    ],
)
def test_a_manifest_that_is_none_says_why(name, content, problem, tmp_path):
    with pytest.raises(ReportError, match=problem):
        read_manifest(write(tmp_path / name, content))


def test_an_unknown_zone_has_no_province():
    row = ManifestRow("a.txt", 2, (("zone", "岭上高新区"), ("id", "甲")))
    report = Manifest((row,)).apply(make_report("本溪高新区2023年工作总结\n好。", path="a.txt"))
    assert (report.id, report.zone, report.region) == ("甲", "岭上高新区", "")

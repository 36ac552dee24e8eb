"""Files, folders, zips and sheets through the command line and `analyze_many`, with a manifest."""

import csv
import json
import os
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import pytest

import policynlp
from policynlp.corpus.local import iterate_analyses
from policynlp.errors import PolicyNLPError, ReportError
from policynlp.reading.audit import audit_report, audit_table

TEXT = "岭上高新区{year}年工作总结\n全年新增高新技术企业{count}家。\n设立产业引导基金，支持科技型中小企业发展数字经济。\n"


def run(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "policynlp", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONUTF8": "1", "COLUMNS": "120"},
        timeout=300,
        **options,
    )


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """A folder with a text, a zip of two, a sheet of two, and a file that is none."""
    folder = tmp_path_factory.mktemp("many") / "reports"
    (folder / "2020").mkdir(parents=True)
    (folder / "2020" / "总结.txt").write_text(TEXT.format(year=2020, count=20), "gbk")
    with zipfile.ZipFile(folder / "b.zip", "w") as archive:
        for year in (2021, 2022):
            archive.writestr(f"{year}/总结.txt", TEXT.format(year=year, count=year % 100))
    with (folder / "c.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([["标题", "材料"], *(["总结", TEXT.format(year=year, count=year % 100)] for year in (2023, 2024))])
    (folder / "d.docx").write_bytes(b"PK\x03\x04 nothing")
    return folder


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    path = tmp_path_factory.mktemp("manifest") / "m.csv"
    path.write_text("文件,园区,批次\n2020/总结.txt,本溪高新区,甲\nb.zip/*,本溪高新区,乙\nc.csv*,本溪高新区,乙\n", "utf-8")
    return path


def test_everything_is_read_and_what_is_none_is_said(reports, manifest):
    errors = []
    analyses = policynlp.analyze_many(reports, columns={"text": "材料"}, manifest=manifest, on_error=errors.append)
    assert [(a.report.id, a.report.zone, a.report.year, dict(a.report.extra)["批次"]) for a in analyses] == [
        ("2021-总结", "本溪高新区", 2021, "乙"), ("2022-总结", "本溪高新区", 2022, "乙"), ("c-0001", "本溪高新区", 2023, "乙"),
        ("c-0002", "本溪高新区", 2024, "乙"), ("2020-总结", "本溪高新区", 2020, "甲"),
    ]  # fmt: skip
    assert [type(error) for error in errors] == [ReportError]
    assert "d.docx" in str(errors[0])


def test_processes_give_the_same_in_the_same_order(reports):
    paths = [reports] * 30  # more than go in one batch
    results = [list(iterate_analyses(paths, workers=workers, columns={"text": "材料"})) for workers in (1, 2)]
    outcomes = [[(name, str(r) if isinstance(r, PolicyNLPError) else r) for name, r in result] for result in results]
    assert outcomes[0] == outcomes[1]
    assert len(outcomes[0]) == 180


def test_analyses_are_given_while_later_reports_are_not_read_yet(tmp_path):
    paths = [tmp_path / str(number) / "r.txt" for number in range(300)]
    for path in paths:
        path.parent.mkdir()
        path.write_text(TEXT.format(year=2020, count=1), "utf-8")
    results = iterate_analyses(paths)
    next(results)
    paths[-1].unlink()
    assert "no such file" in str(list(results)[-1][1])


def test_a_warning_names_what_was_left_out(reports):
    with pytest.warns(UserWarning, match=r"left out: .*d\.docx"):
        policynlp.analyze_many([reports / "2020", reports / "d.docx"])


@pytest.mark.slow
def test_the_command_analyses_folders_with_a_manifest(reports, manifest, tmp_path):
    done = run("analyze", reports, "--manifest", manifest, "--column", "text=材料", "-o", tmp_path / "out")
    assert done.returncode == 1
    assert "d.docx" in done.stderr
    assert "Traceback" not in done.stderr
    names = ["2020-总结", "2021-总结", "2022-总结", "c-0001", "c-0002"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names
    record = json.loads((tmp_path / "out" / "c-0001" / "analysis.json").read_text("utf-8"))
    assert record["report"]["extra"] == {"批次": "乙"}
    assert record["file"].endswith("c.csv, row 1")


@pytest.mark.slow
def test_graph_and_compare_take_them_too(reports, manifest, tmp_path):
    options = ("--manifest", manifest, "--column", "text=材料")
    assert run("graph", reports, *options, "-o", tmp_path / "graph").returncode == 1
    with (tmp_path / "graph" / "audit.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len({row["report"] for row in csv.DictReader(file)}) == 5
    done = run("compare", reports / "2020", reports / "b.zip", *options, "--by", "批次", "-o", tmp_path / "compare")
    assert done.returncode == 0, done.stderr
    with (tmp_path / "compare" / "csv" / "sample.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["group"] for row in csv.DictReader(file)} == {"甲", "乙"}


def test_wrong_manifests_and_columns_are_explained(reports, tmp_path):
    for command in ("analyze", "graph", "compare"):
        done = run(command, reports, "--manifest", tmp_path / "none.csv", "-o", tmp_path / "out")
        assert (done.returncode, "none.csv" in done.stderr, "Traceback" in done.stderr) == (1, True, False)
        done = run(command, reports, "--column", "word=材料", "-o", tmp_path / "out")
        assert (done.returncode, "a report has text" in done.stderr.replace("\n", " ")) == (2, True), done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_all_city_reports_are_read_split_and_analysed_without_error_or_warning(shared):
    folder = shared / "texts" / "city-reports-2024"
    errors = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        analyses = policynlp.analyze_many(folder, on_error=errors.append)
    assert errors == []
    assert len(analyses) == len(list(folder.glob("*.txt"))) == 139
    for analysis in analyses:
        report = analysis.report
        size = Path(report.path).stat().st_size
        assert sum(piece.bytes for piece in audit_report(report)) == size == audit_table([report])["bytes"].sum()
        assert all(report.text[s.start : s.end] == s.text for s in (*analysis.statements, *analysis.entities))
        assert set(outside(analysis)) <= {s.marker for s in analysis.statements}, report.path


def outside(analysis):
    """The pieces of text that stand in no statement and in no second copy, where nothing stands in two."""
    pieces, at = set(), 0
    copies = [(d.copy_start, d.copy_end) for d in analysis.report.duplicates]
    for start, end in sorted([(s.start, s.end) for s in analysis.statements] + copies):
        assert start >= at
        pieces |= set(analysis.report.text[at:start].split())
        at = end
    return pieces | set(analysis.report.text[at:].split())

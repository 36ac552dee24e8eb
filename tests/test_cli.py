"""The command line: outputs, exit codes, errors that explain, nothing half-written."""

import json
import os
import subprocess
import sys

import pytest


def run(*arguments, cwd=None):
    environment = os.environ | {"PYTHONUTF8": "1", "COLUMNS": "120"}
    return subprocess.run(
        [sys.executable, "-m", "policynlp", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        env=environment,
        timeout=120,
    )


def test_analyze_writes_everything(benxi_path, tmp_path):
    done = run("analyze", benxi_path, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert names == {"analysis.json", "page.html", "tables.xlsx", "csv", "network.xlsx", "network", "figures", "provenance.json"}
    record = json.loads((tmp_path / "out" / "analysis.json").read_text("utf-8"))
    assert record["file"] == str(benxi_path)
    assert {"start", "end", "class", "instrument"} <= set(record["statements"][10])
    assert {"start", "end", "type", "canonical"} <= set(record["entities"][0])
    assert "本溪高新区" in done.stdout


def test_jsonl_prints_and_writes_nothing(benxi_path, tmp_path):
    done = run("analyze", benxi_path, benxi_path, "--jsonl", cwd=tmp_path)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert [json.loads(line)["file"] for line in lines] == [str(benxi_path)] * 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("options", [["--jsonl"], ["-o", "out", "--workers", "2"]])
def test_analyze_needs_no_extra(options, benxi_path, tmp_path):
    extras = ("dask", "distributed", "duckdb", "filelock", "graspologic_native", "mcp", "openpyxl", "pyarrow", "pycrfsuite", "sklearn")
    hidden = f"import sys; sys.modules.update(dict.fromkeys({extras}))"  # None in the place of a module: it cannot be imported
    code = f"{hidden}; sys.argv[0] = 'policynlp'; from policynlp.cli import main; main()"
    command = [sys.executable, "-c", code, "analyze", str(benxi_path), *options]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=tmp_path, timeout=120)
    assert done.returncode == 0, done.stderr


def test_one_bad_file_does_not_stop_the_rest(benxi_path, tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"")
    done = run("analyze", bad, benxi_path, tmp_path / "missing.txt", "-o", tmp_path / "out", "--workers", "2")
    assert done.returncode == 1
    assert "bad.txt" in done.stderr
    assert "missing.txt" in done.stderr
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["benxi-2014"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.txt", b""), ("binary.txt", bytes(range(256)) * 99), ("long.txt", "培育产业".encode() * 4_400_000)],
    ids=["empty", "binary", "50 MB on one line"],
)
def test_malformed_input_is_explained_and_leaves_nothing(name, content, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    done = run("analyze", path, "-o", tmp_path / "out")
    assert done.returncode == 1
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_and_a_missing_path(tmp_path):
    for path in (tmp_path, tmp_path / "none.txt"):
        done = run("analyze", path, "-o", tmp_path / "out")
        assert done.returncode == 1
        assert "Traceback" not in done.stderr


def test_gbk_gives_the_same_result(benxi_path, tmp_path):
    copy = tmp_path / "benxi-2014.txt"
    copy.write_bytes(benxi_path.read_text("utf-8").encode("gbk"))
    results = [json.loads(run("analyze", p, "--jsonl").stdout) for p in (benxi_path, copy)]
    assert results[0]["statements"] == results[1]["statements"]
    assert results[0]["entities"] == results[1]["entities"]


def test_the_output_place_is_a_file(benxi_path, tmp_path):
    place = tmp_path / "out"
    place.write_text("mine")
    done = run("analyze", benxi_path, "-o", place)
    assert done.returncode == 1
    assert place.read_text() == "mine"


def test_wrong_command_lines(benxi_path):
    assert run("analyze", benxi_path).returncode == 2
    assert run("analyze").returncode == 2
    assert run("nonsense").returncode == 2


def test_version_and_help():
    assert run("--version").stdout.startswith("policynlp ")
    for command in ("analyze", "demo", "train", "evaluate", "agree"):
        done = run(command, "--help")
        assert done.returncode == 0
        assert "Example:" in done.stdout
        assert len(done.stdout.splitlines()) <= 40


def test_evaluate_and_agree(tmp_path):
    from policynlp.resources import corpora_path

    folder = corpora_path("annotated")
    gold = folder / "labels" / "benxi-2014.jsonl"
    done = run("evaluate", gold, "--texts", folder, "-o", tmp_path, "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert "Class accuracy" in done.stdout
    assert "annual_summary" in done.stdout
    record = json.loads((tmp_path / "evaluation.json").read_text("utf-8"))
    assert record["figures"]["segmentation"][0] == 1.0
    assert record["coverage"][-1][0] == 1.0
    assert set(record["genres"]) == {"annual_summary"}
    page = (tmp_path / "evaluation.html").read_text("utf-8")
    assert "Accuracy against coverage" in page
    assert "<script" not in page
    assert "类别准确率" in run("evaluate", gold, "--texts", folder).stdout
    done = run("agree", folder / "first", folder / "second")
    assert "Cohen κ" in done.stdout
    assert run("evaluate", folder / "reports.tsv", "--texts", folder).returncode == 1

"""Comparing from the command line: what is written, mistakes that are explained, and how long twenty cities take."""

import csv
import os
import subprocess
import sys

import pytest

from policynlp.resources import corpora_path

OUTPUTS = ["csv", "figures", "methods.md", "page.html", "provenance.json", "references.txt", "tables.xlsx"]
PROCESSOR_SECONDS = 60  # of all cores together, so that a machine with other work passes too


def run(*arguments, timeout=300):
    return subprocess.run(
        [sys.executable, "-m", "policynlp", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONUTF8": "1", "COLUMNS": "120"},
        timeout=timeout,
    )


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def tables_in(folder):
    return {path.name: path.read_bytes() for path in (folder / "csv").iterdir()}


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Two years of one invented zone, and a year of another."""
    folder = tmp_path_factory.mktemp("reports")
    for name in ("invented-qiling-2021", "invented-qiling-2022", "invented-hongcha-2021"):
        (folder / f"{name}.txt").write_bytes(corpora_path("reports", f"{name}.txt").read_bytes())
    return folder


@pytest.mark.slow
def test_the_demo_compares_everything_that_is_shipped(tmp_path):
    done = run("demo", "--compare", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert str(tmp_path / "out") in done.stdout
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == OUTPUTS
    tables = sorted((tmp_path / "out" / "csv").iterdir())
    assert len(tables) == 16
    assert [path.name for path in tables if not rows_of(path)] == []
    assert len(rows_of(tmp_path / "out" / "csv" / "sample.csv")) == len(list(corpora_path("reports").glob("*.txt")))
    assert len(list((tmp_path / "out" / "figures").iterdir())) >= 4


@pytest.mark.slow
def test_files_and_their_folder_give_the_same_tables(two, tmp_path):
    files = sorted(two.iterdir(), reverse=True)
    assert run("compare", two, "-o", tmp_path / "folder").returncode == 0
    assert run("compare", *files, "-o", tmp_path / "files").returncode == 0
    assert tables_in(tmp_path / "folder") == tables_in(tmp_path / "files")


@pytest.mark.slow
def test_options_reach_the_comparison(two, tmp_path):
    plan = tmp_path / "plan.txt"
    plan.write_text("国家高新区发展规划\n推动高新技术企业发展。", "utf-8")
    options = ("--by", "year", "--focus", "2022", "--upper", plan, "--lang", "en")
    done = run("compare", two, *options, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    presence = rows_of(tmp_path / "out" / "csv" / "presence.csv")
    assert presence[0]["group"] == "2022"
    assert any(row["upper"].startswith("plan#") for row in presence)
    assert (tmp_path / "out" / "methods.md").read_text("utf-8").startswith("# Methods")


def test_a_wrong_option_is_explained_and_nothing_written(two, tmp_path):
    for options, said in ((("--by", "colour"), "by is 'colour'"), (("--focus", "none"), "focus is 'none'")):
        done = run("compare", two, *options, "-o", tmp_path / "out")
        assert done.returncode == 2
        assert said in done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_file_that_cannot_be_read_does_not_stop_the_rest(two, tmp_path):
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"")
    done = run("compare", two, bad, tmp_path / "missing.txt", "-o", tmp_path / "out")
    assert done.returncode == 1
    assert "bad.txt" in done.stderr
    assert "missing.txt" in done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == OUTPUTS


def test_without_any_report_nothing_is_written(tmp_path):
    done = run("compare", tmp_path / "missing.txt", "-o", tmp_path / "out")
    assert done.returncode == 1
    assert "missing.txt" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_file_where_the_folder_should_be_is_explained(two, tmp_path):
    (tmp_path / "out").write_text("mine")
    done = run("compare", two, "-o", tmp_path / "out")
    assert done.returncode == 1
    assert "a file stands where the output folder should be" in done.stderr
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.slow
def test_benxi_and_twenty_cities_take_less_than_a_minute(city_paths, benxi_path, tmp_path):
    resource = pytest.importorskip("resource", reason="this system does not count a process's seconds")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = run("compare", benxi_path, *city_paths[:20], "--focus", "本溪高新区", "-o", tmp_path / "out")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < PROCESSOR_SECONDS
    presence = rows_of(tmp_path / "out" / "csv" / "presence.csv")
    assert presence[0]["group"] == "本溪高新区"
    assert any(row["shared"] == "unique" and row["group"] == "本溪高新区" for row in presence)

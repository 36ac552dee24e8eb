"""A folder of results for each of many reports: taken up where a run stopped, and nothing done twice."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from policynlp.errors import ReportError
from policynlp.presentation.many import write_bundles
from policynlp.presentation.provenance import hash_files
from policynlp.reading import read_reports

TEXT = "岭上高新区{year}年工作总结\n全年新增高新技术企业{year}家。\n设立产业引导基金，支持科技型中小企业发展数字经济。\n"


@pytest.fixture
def reports(tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    for year in (2019, 2020, 2021):
        (folder / f"{year}.txt").write_text(TEXT.format(year=year), "utf-8")
    return folder


def write(reports, out, **options):
    results = list(write_bundles(read_reports([reports]), lambda report: out / report.id, **options))
    return [str(result) if isinstance(result, ReportError) else (result.name, result.fresh) for _, result in results]


def finished(out):
    """Give the folders that are whole, each with the time when it was."""
    return {path.parent.name: path.stat().st_mtime_ns for path in out.glob("[!.]*/provenance.json")}


@pytest.mark.slow
def test_what_is_finished_stays_and_what_is_not_is_made_again(reports, tmp_path):
    out = tmp_path / "out"
    first = write(reports, out)
    assert first == [(f"岭上高新区 {year}", True) for year in (2019, 2020, 2021)]
    written = hash_files(out)
    (reports / "2019.txt").write_text(TEXT.format(year=2018), "utf-8")  # another text
    (out / "2020" / "figures" / "graph.png").write_bytes(b"damaged")
    (out / "2021" / "notes.txt").write_text("her own")
    assert write(reports, out) == [("岭上高新区 2018", True), ("岭上高新区 2020", True), ("岭上高新区 2021", False)]
    again = hash_files(out)
    assert {name for name in written if written[name] != again[name]} >= {"2019/analysis.json"}
    assert all(written[name] == again[name] for name in written if not name.startswith("2019"))
    assert (out / "2021" / "notes.txt").read_text() == "her own"
    assert write(reports, out, lang="en")[2] == ("岭上高新区 2021", True)  # other settings, other pictures


@pytest.mark.slow
@pytest.mark.parametrize("record", ["", "[]", "{}", '{"outputs": 1}', '{"outputs": {"../x": "0"}}', "\ud800"])
def test_a_record_that_is_none_of_ours_counts_for_nothing(record, reports, tmp_path):
    place = tmp_path / "out" / "2019"
    place.mkdir(parents=True)
    (place / "provenance.json").write_text(record, "utf-8", errors="surrogatepass")
    for year in (2020, 2021):
        (reports / f"{year}.txt").unlink()
    assert write(reports, tmp_path / "out") == [("岭上高新区 2019", True)]
    assert json.loads((place / "provenance.json").read_text("utf-8"))["command"] == "analyze"


@pytest.mark.slow
def test_processes_write_the_same_and_errors_keep_their_place(reports, tmp_path):
    (reports / "2020.txt").write_bytes(b"")
    results = [write(reports, tmp_path / str(workers), workers=workers) for workers in (1, 2)]
    assert results[0] == results[1]
    assert [type(result) for result in results[0]] == [tuple, str, tuple]
    assert hash_files(tmp_path / "1") == hash_files(tmp_path / "2")


def test_what_cannot_be_called_in_another_process_needs_one_worker(reports, tmp_path):
    with pytest.raises(ValueError, match="workers is 2"):
        write(reports, tmp_path, workers=2, then=print)
    with pytest.raises(ValueError, match="workers is 0"):
        write(reports, tmp_path, workers=0)


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_stopped_command_goes_on_where_it_was(stop, reports, tmp_path):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "policynlp", "analyze", str(reports), "-o", str(out), "--workers", "2"]
    for year in range(2000, 2012):
        (reports / f"{year}.txt").write_text(TEXT.format(year=year), "utf-8")
    # Where the tests run in the background the shell has SIGINT ignored, and a child would inherit that.
    process = subprocess.Popen(
        command,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while not finished(out):
        assert process.poll() is None
        time.sleep(0.02)
    os.kill(process.pid, stop)
    process.communicate(timeout=30)
    kept = finished(out)
    assert 0 < len(kept) < 15
    done = subprocess.run([*command, "--lang", "zh"], capture_output=True, text=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stderr
    assert "共 15 份报告" in done.stdout
    assert {name: when for name, when in finished(out).items() if name in kept} == kept  # not done twice
    assert sorted(path.name for path in out.iterdir()) == sorted(path.stem for path in reports.iterdir())
    for name in kept:
        assert write(reports / f"{name}.txt", out)[0][1] is False

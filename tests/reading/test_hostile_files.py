"""Hostile and broken files: each gives a clear error, soon and in little memory, and the batch goes on."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import hostile
import pytest
import writers
from hypothesis import given, settings
from hypothesis import strategies as st
from test_formats import FILES

import policynlp
from policynlp.errors import ReportError
from policynlp.reading import LIMITS, make_report, read_report, read_reports
from policynlp.reading import files as reading_files
from policynlp.reading.content import check_text
from policynlp.reading.encodings import decode
from policynlp.reading.formats import find_format
from policynlp.schema import Report

CASES = Path(__file__).parents[1] / "cases" / "hostile"
POSIX = pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have such files")
SOON = 10.0  # seconds; each takes less than one


@pytest.mark.parametrize("name", hostile.FILES)
def test_a_hostile_file_says_what_is_wrong(name, tmp_path):
    make, problem = hostile.FILES[name]
    path = tmp_path / name
    path.write_bytes(make())
    started = time.perf_counter()
    results = list(read_reports(path, limits=replace(LIMITS, seconds=2.0)))
    assert time.perf_counter() - started < SOON
    if name == "headless.csv":
        assert results == []
        return
    (error,) = results
    assert isinstance(error, ReportError)
    with pytest.raises(ReportError, match=problem):
        raise error
    assert name in error.path
    assert error.remedy


@pytest.mark.parametrize("name", hostile.READABLE)
def test_an_odd_file_is_read_and_its_offsets_hold(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(hostile.READABLE[name]())
    started = time.perf_counter()
    reports = list(read_reports(path))
    assert reports
    for report in reports:
        assert isinstance(report, Report)
        report.text.encode("utf-8")
        analysis = policynlp.analyze(report)
        for span in (*analysis.statements, *analysis.entities):
            assert report.text[span.start : span.end] == span.text
        assert "root:" not in report.text
    assert time.perf_counter() - started < 2 * SOON


@pytest.mark.slow
def test_all_hostile_files_together_leave_the_batch_alive_in_little_memory(tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    for name, (make, _) in hostile.FILES.items():
        (folder / name).write_bytes(make())
    (folder / "z good.txt").write_text("支持企业发展。\n建设平台。", "utf-8")
    script = """
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000,) * 2)
except ImportError:
    pass
from policynlp.reading import Limits, read_reports
print([r.id for r in read_reports(sys.argv[1], limits=Limits(seconds=5.0)) if hasattr(r, "text")])
"""
    done = subprocess.run(
        [sys.executable, "-c", script, folder], capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )
    assert (done.stdout.strip(), done.returncode) == ("['z_good']", 0), done.stderr


@pytest.mark.parametrize("path", sorted(CASES.iterdir()), ids=lambda path: path.name)
def test_a_case_that_was_found_stays_mended(path):
    for result in read_reports(path):
        assert isinstance(result, (Report, ReportError))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
def test_a_file_cut_off_gives_an_error_or_what_is_left(name, share, tmp_path):
    path = tmp_path / name
    FILES[name](path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    (result,) = read_reports(path)
    if isinstance(result, Report):
        assert len(result.text) < 4000
    else:
        assert result.remedy


def test_a_hundred_megabytes_in_one_line_are_refused_at_once(tmp_path):
    path = tmp_path / "line.txt"
    path.write_bytes("支持企业".encode() * 8_400_000)
    with pytest.raises(ReportError, match="101 MB"):
        read_report(path)
    started = time.perf_counter()
    with pytest.raises(ReportError, match="a line has more than"):
        read_report(path, limits=replace(LIMITS, file_bytes=200_000_000, characters=200_000_000))
    assert time.perf_counter() - started < SOON


def test_a_file_that_vanishes_under_us_does_not_stop_the_others(tmp_path):
    paths = [tmp_path / folder / "r.txt" for folder in "abcd"]
    for path in paths:
        path.parent.mkdir()
        path.write_text("支持企业发展。\n建设平台。", "utf-8")
    results = read_reports(paths)
    assert next(results).id == "r"
    paths[2].unlink()
    second, gone, last = results
    assert "no such file" in str(gone)
    assert (second.id, last.id) == ("r-2", "r-3")


@pytest.mark.parametrize("change", ["支持企业发展。建设平台。还没有完", "支持"])
def test_a_file_that_changes_while_it_is_read_is_refused(change, tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("支持企业发展。建设平台。", "utf-8")
    whole = reading_files.read_at_most

    def read_and_change(name, most):
        data = whole(name, most)
        path.write_text(change, "utf-8")
        return data

    monkeypatch.setattr(reading_files, "read_at_most", read_and_change)
    with pytest.raises(ReportError, match="changed while it was read"):
        read_report(path)


@POSIX
def test_pipes_devices_and_links_to_nothing(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    (tmp_path / "nowhere.txt").symlink_to(tmp_path / "nothing")
    (tmp_path / "around").symlink_to(tmp_path, target_is_directory=True)
    problems = {Path(error.path).name: error.problem for error in read_reports(tmp_path)}
    assert problems["pipe.txt"] == "this is no regular file"
    assert "cannot be read" in problems["loop.txt"]
    assert problems["nowhere.txt"] == "there is no such file"
    assert len(problems) == 3
    with pytest.raises(ReportError, match="no regular file"):
        read_report("/dev/zero")


@POSIX
def test_names_with_control_and_undecodable_characters_become_safe(tmp_path):
    for name in (b"a\n\x1b[31m.txt", "b\u202etxt.exe.txt".encode(), b"c\xff.txt"):
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:  # noqa: PTH118, PTH123
            file.write("支持企业发展。\n建设平台。".encode())
    for report in read_reports(tmp_path):
        assert isinstance(report, Report)
        for shown in (report.id, report.path):
            shown.encode("utf-8")
            assert shown.isprintable()


def test_lone_surrogates_are_replaced_and_offsets_stay():
    report = make_report("设立\ud800基金。\n建设\udfff平台。")
    assert report.text == "设立\ufffd基金。\n建设\ufffd平台。"
    assert policynlp.analyze("设立\ud800基金。").statements[0].text == "设立\ufffd基金。"


@pytest.mark.parametrize(
    "beginning",
    [b"A-a:\n" * 900, b" " * 4096, b"<!--" * 1000, b"a" * 4096, b"A:" + b"x" * 4000, b"\n \n" * 1300, b"<?xml " * 700, b"%PDF" * 1000],
)
def test_signatures_are_found_in_linear_time(beginning):
    started = time.perf_counter()
    find_format(beginning)
    assert time.perf_counter() - started < 1


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=3000))
def test_any_bytes_are_reports_or_errors(data):
    kind = find_format(data, "a.csv")
    assert isinstance(kind, str)
    decoded = decode(data)
    if decoded is not None:
        assert decoded.replaced >= len(decoded.replaced_at)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
@pytest.mark.parametrize("times", [1, 40])
def test_a_stray_nul_and_a_few_bad_bytes_do_not_change_the_verdict(encoding, times):
    text = "高新區設立產業引導基金，支持企業發展。" if encoding == "big5" else "高新区设立产业引导基金，支持企业发展。"
    data = bytearray(((text + "\n") * 6 * times).encode(encoding) + b"\0" + text.encode(encoding))
    for at in (40, len(data) // 2 & ~1):
        data[at] = 0xFF  # in a wide encoding it shifts the rest of its line
    decoded = decode(bytes(data))
    assert decoded is not None
    assert decoded.encoding == encoding
    assert decoded.text.count("\0") == 1
    assert decoded.replaced >= 2


@settings(deadline=None, max_examples=100)
@given(
    st.text(alphabet="高新区设立产业引导基金支持科技型中小企业发展，。、（一）2023年\n", min_size=30, max_size=300),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
)
def test_what_is_encoded_is_decoded(text, encoding):
    decoded = decode(text.encode(encoding))
    assert decoded is not None
    assert (decoded.text, decoded.replaced) == (text, 0)


@given(st.text(alphabet="a\n\r", max_size=40), st.integers(1, 12))
def test_the_length_of_lines_is_measured_right(text, most):
    longest = max(map(len, text.replace("\r", "\n").split("\n")))
    limits = replace(LIMITS, line_characters=most)
    if longest > most:
        with pytest.raises(ReportError):
            check_text("a", text, limits)
    else:
        check_text("a", text, limits)


def test_writers_are_not_needed_to_read():
    """The readers import their libraries when a file needs them: reading a text loads none."""
    libraries = ("lxml", "pypdfium2", "olefile", "openpyxl", "opencc", "docx")
    script = f"import sys, policynlp.reading; print([m for m in {libraries} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_missing_library_is_said_with_its_remedy(monkeypatch, tmp_path):
    path = tmp_path / "a.pdf"
    writers.write_pdf(path)
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(ReportError, match=r"needs the library pypdfium2. Pip install 'policynlp\[formats\]'"):
        read_report(path)

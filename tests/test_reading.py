"""Reading: encodings, furniture, second copies, metadata, and clear errors."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policynlp.errors import ReportError
from policynlp.reading import make_report, read_report
from policynlp.reading.duplicates import find_duplicates
from policynlp.reading.encodings import decode
from policynlp.reading.lines import find_lines

CHINESE = "青岭高新区设立产业引导基金,支持科技型中小企业发展。\n加快建设公共技术服务平台,提升创新能力。\n"


def test_the_benxi_report_is_read_right(benxi_path):
    report = read_report(benxi_path)
    assert report.region == "辽宁省"
    assert (report.zone, report.year, report.source, report.published) == ("本溪高新区", 2014, "科技部", date(2015, 1, 10))
    (copy,) = report.duplicates
    assert (copy.start, copy.end, copy.copy_start, copy.copy_end) == (35, 2933, 3122, 6020)
    assert (copy.lines, copy.shift) == (21, 3087)
    assert [f.text for f in report.furniture if f.kind == "boilerplate"][-2:] == ["扫一扫在手机打开当前页", "|"]


def test_nothing_is_cut(benxi_path):
    report = read_report(benxi_path)
    assert report.text == benxi_path.read_bytes().decode("utf-8")
    for mark in report.furniture:
        assert report.text[mark.start : mark.end] == mark.text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030", "utf-16-le", "utf-16-be"])
def test_encodings(encoding, tmp_path):
    path = tmp_path / "r.txt"
    path.write_bytes((CHINESE * 3).encode(encoding))
    assert read_report(path).text == CHINESE * 3


def test_big5(tmp_path):
    text = "高新區設立產業引導基金,支持科技企業發展。\n" * 3
    path = tmp_path / "r.txt"
    path.write_bytes(text.encode("big5"))
    assert read_report(path).text == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_one_bad_byte_does_not_change_the_verdict(encoding):
    data = bytearray((CHINESE * 40).encode(encoding))
    data[501] = 0xFF
    found = decode(bytes(data))
    assert found is not None
    assert found.encoding == encoding
    assert 1 <= found.replaced <= 3


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\n ", "empty"),
        ("binary.txt", bytes(range(256)) * 40, "no text file"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(500), "no text file"),
    ],
)
def test_bad_files_say_what_is_wrong(name, content, problem, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ReportError, match=problem) as caught:
        read_report(path)
    assert str(path) in str(caught.value)
    assert caught.value.remedy


def test_a_folder_a_missing_file_and_a_huge_one(tmp_path):
    with pytest.raises(ReportError, match="folder"):
        read_report(tmp_path)
    with pytest.raises(ReportError, match="no such file"):
        read_report(tmp_path / "none.txt")
    path = tmp_path / "r.txt"
    path.write_text(CHINESE, "utf-8")
    with pytest.raises(ReportError, match="Split it"):
        read_report(path, max_bytes=20)


def test_several_copies_point_to_the_first():
    block = "一、总体要求\n" + "坚持创新驱动发展。" * 9 + "\n二、重点工作\n"
    found = find_duplicates(find_lines(block + "引言。\n" + block + "过渡。\n" + block))
    assert len(found) == 2
    assert {d.lines for d in found} == {3}


def test_single_short_lines_are_no_duplicates():
    assert find_duplicates(find_lines("2. 重点工作\n甲。\n2. 重点工作\n乙。")) == []


@given(st.text(alphabet="一二。；、\n \t基金“”（）ab12\u3000\r", max_size=400))
def test_lines_slice_back(text):
    for line in find_lines(text):
        assert text[line.start : line.end] == line.text
        assert line.text.strip() == line.text


@given(st.text(max_size=300))
def test_any_text_is_a_report_or_a_clear_error(text):
    try:
        report = make_report(text)
    except ReportError as error:
        assert "text" in str(error)  # noqa: PT017
    else:
        assert report.text == text

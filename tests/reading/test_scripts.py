"""Traditional characters: the same length in simplified ones, whatever the text."""

import sys

import invented
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import policynlp
from policynlp.reading import make_report, read_report
from policynlp.reading.scripts import is_traditional, to_simplified

opencc = pytest.importorskip("opencc")
MIXED = st.text(alphabet="高新區設立產業引導基金乾隆乾燥頭髮發展裏面后里\u200b\ud800\0🀄𠀀\U000e0100\n。", max_size=80)


@settings(deadline=None, max_examples=300)
@given(st.one_of(MIXED, st.text(max_size=200)))
@example("\ud800")
@example("\0國\0")
def test_the_length_stays(text):
    assert len(to_simplified(text)) == len(text)


def test_every_character_keeps_its_length():
    for first in range(0, sys.maxunicode + 1, 4096):
        text = "".join(map(chr, range(first, first + 4096)))
        assert len(to_simplified(text)) == len(text)


def test_traditional_text_becomes_the_simplified_one():
    simplified = invented.text()
    traditional = opencc.OpenCC("s2t").convert(simplified)
    assert is_traditional(traditional)
    assert not is_traditional(simplified)
    assert to_simplified(traditional) == simplified


def test_simplified_text_stays():
    assert to_simplified(invented.text()) == invented.text()


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "utf-16", "gb18030"])
def test_traditional_files_are_read_in_each_encoding(encoding, tmp_path):
    traditional = opencc.OpenCC("s2t").convert(invented.text()).replace("\t", " ")
    path = tmp_path / "report.txt"
    path.write_bytes(traditional.encode(encoding))
    report = read_report(path)
    assert report.text == traditional
    assert report.replaced == 0
    assert to_simplified(report.text).replace("\t", " ") == invented.text().replace("\t", " ")


def test_metadata_of_a_traditional_report_are_simplified_and_its_marks_are_not():
    report = make_report("青嶺高新區2023年工作總結\n發布日期：2024-01-10　來源：科技廳\n設立產業引導基金，支持企業發展。")
    assert (report.zone, report.year, report.source, str(report.published)) == ("青岭高新区", 2023, "科技厅", "2024-01-10")
    assert [mark.text for mark in report.furniture] == ["青嶺高新區2023年工作總結", "發布日期：2024-01-10　來源：科技廳"]
    assert all(report.text[mark.start : mark.end] == mark.text for mark in report.furniture)


def test_no_simplified_city_report_is_taken_for_traditional(city_paths):
    assert not any(is_traditional(read_report(path).text) for path in city_paths)


def test_a_traditional_report_is_analysed_like_the_simplified_one():
    traditional = opencc.OpenCC("s2t").convert(invented.text())
    simple, other = (policynlp.analyze(policynlp.make_report(text)) for text in (invented.text(), traditional))
    for kind in ("statements", "entities"):
        mine, theirs = getattr(simple, kind), getattr(other, kind)
        assert [(s.start, s.end, s.kind) for s in mine] == [(s.start, s.end, s.kind) for s in theirs]
        assert all(traditional[s.start : s.end] == s.text for s in theirs)
    assert [e.name for e in simple.entities] == [e.name for e in other.entities]

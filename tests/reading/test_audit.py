"""The audit: every character and every byte of a file is accounted for."""

import codecs
import random
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policynlp.errors import ReportError
from policynlp.reading import make_report, read_report, read_reports
from policynlp.reading.audit import AUDIT_COLUMNS, audit_report, audit_table
from policynlp.resources import corpora_path

TEXT = "岭上高新区2023年工作总结\n日期：2024-01-10　来源：办公室\n\n一、工作回顾\n全年新增高新技术企业22家，产值增长三成。\n"


def check(report, pieces, size):
    assert sum(piece.bytes for piece in pieces) == size
    at = 0
    for piece in pieces:
        assert piece.start == at
        at = piece.end
        assert piece.what
        assert piece.why
    assert at == len(report.text)


def test_each_byte_of_each_city_report_is_accounted_for(city_paths):
    assert len(city_paths) == 139
    for path in city_paths:
        report = read_report(path)
        check(report, audit_report(report), path.stat().st_size)


def test_each_byte_of_each_shipped_text_is_accounted_for():
    for path in sorted([*corpora_path("reports").glob("*.txt"), *corpora_path("annotated", "texts").glob("*.txt")]):
        report = read_report(path)
        check(report, audit_report(report), path.stat().st_size)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk", "gb18030", "big5"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_every_encoding_adds_up_to_the_size_of_the_file(encoding, ends, tmp_path):
    path = tmp_path / "r.txt"
    text = TEXT if encoding != "big5" else "高新區設立產業引導基金,支持科技企業發展。\n\n加快建設。\n"
    path.write_bytes((text * 4).replace("\n", ends).encode(encoding))
    report = read_report(path)
    pieces = audit_report(report)
    check(report, pieces, path.stat().st_size)
    assert (pieces[0].what == "byte-order mark") == (encoding in ("utf-8-sig", "utf-16"))


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_broken_halves_of_utf_16_are_counted_in_both_byte_orders(order, tmp_path):
    path = tmp_path / "r.txt"
    mark = codecs.BOM_UTF16_LE if order == "utf-16-le" else codecs.BOM_UTF16_BE
    path.write_bytes(mark + (TEXT * 4).encode(order) + "\ud800".encode(order, "surrogatepass") + "\ufffd完。".encode(order) + b"\0")
    report = read_report(path)
    pieces = audit_report(report)
    check(report, pieces, path.stat().st_size)
    assert any(piece.what == "replaced" for piece in pieces)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_bytes_that_are_no_characters_are_counted_as_replaced(encoding, tmp_path):
    chance = random.Random(7)  # noqa: S311
    for bad in range(1, 12):
        data = bytearray((TEXT + "\ufffd真的替换符。\n").encode(encoding) * 6)
        for _ in range(bad):
            data[chance.randrange(4, len(data))] = chance.choice([0xFF, 0x81, 0x30, 0xE4])
        path = tmp_path / "r.txt"
        path.write_bytes(data)
        report = read_report(path)
        check(report, audit_report(report), len(data))
        check(report, audit_report(report, bytes(data)), len(data))


def test_replaced_bytes_need_the_file_that_was_read(tmp_path):
    path = tmp_path / "r.txt"
    path.write_bytes((TEXT * 4).encode() + b"\xff\xfe\xff")
    report = read_report(path)
    path.write_bytes(TEXT.encode())
    with pytest.raises(ReportError, match="not the file"):
        audit_report(report)
    path.unlink()
    with pytest.raises(ReportError, match="not there"):
        audit_report(report)


def test_what_became_of_each_line_is_said():
    block = "坚持创新驱动发展，全年新增高新技术企业二十二家。" * 3
    pieces = audit_report(make_report(f"岭上高新区\n{block}\n过渡。\n{block}\n打印本页"))
    assert [(p.what, p.why) for p in pieces if p.what != "blank"] == [
        ("title", "first line"), ("kept", "line of text"), ("kept", "line of text"), ("second copy", "stands first at 6-78"),
        ("furniture", "print"),
    ]  # fmt: skip


def test_near_duplicates_are_kept_and_say_what_they_resemble():
    line = "全年新增高新技术企业22家，研发投入强度达到2.9%，药业二期等9个项目竣工投产，完成工业投资41亿元，健康食品产业加快发展。"
    report = make_report(f"{line}\n{line.replace('22', '23')}")
    assert [p.why for p in audit_report(report) if p.what == "kept"] == ["line of text", "95% like 0-63"]


def test_damaged_files_in_archives_and_other_formats_have_an_audit_too(tmp_path):
    bad = bytearray(TEXT.encode("gb18030") * 4)
    bad[45] = 0xFF
    page = b"<html><head><meta charset=gbk></head><body>" + b"".join(b"<p>%s</p>" % line for line in bytes(bad).split(b"\n")) + b"</body>"
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", bytes(bad))
        archive.writestr("b.html", page)
    text, web = read_reports(tmp_path / "a.zip")
    for report in (text, web):
        table = audit_table([report])
        assert report.replaced > 0
        assert table["characters"].sum() == len(report.text)
    assert audit_table([text]).set_index("what").loc["replaced", "bytes"] == 0  # its file is not at hand
    check(web, audit_report(web), len(web.text.encode()))
    check(text, audit_report(text, bytes(bad)), len(bad))


def test_the_table_sums_the_pieces():
    report = read_report(corpora_path("reports", "benxi-2014.txt"))
    table = audit_table([report])
    assert tuple(table.columns) == AUDIT_COLUMNS
    assert table["bytes"].sum() == corpora_path("reports", "benxi-2014.txt").stat().st_size
    assert table["characters"].sum() == len(report.text)
    assert table["share"].sum() == pytest.approx(1, abs=0.001)
    assert table.loc[table["what"] == "second copy", "pieces"].tolist() == [21]


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="岭高新区。：来源日期2023-1\n\r \u3000\u2028\ufffd\U00020000", min_size=1, max_size=200))
def test_pieces_tile_any_text(text):
    try:
        report = make_report(text)
    except ReportError:
        return
    check(report, audit_report(report), len(text.encode()))

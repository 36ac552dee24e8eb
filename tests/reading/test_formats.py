"""One report in every format and encoding gives the same statements; what goes wrong is said."""

import re
from pathlib import Path

import invented
import pytest
import writers

import policynlp
from policynlp.reading import Limits, read_report, read_reports
from policynlp.reading.formats import find_format
from policynlp.schema import Report

COLUMNS = {"id": "编号", "text": "正文", "zone": "高新区", "year": "年份"}
FILES = {
    "utf-8.txt": lambda path: writers.write_text(path, "utf-8"),
    "utf-8-sig.md": lambda path: writers.write_text(path, "utf-8-sig"),
    "utf-16.txt": lambda path: writers.write_text(path, "utf-16"),
    "utf-16-le.txt": lambda path: writers.write_text(path, "utf-16-le"),
    "utf-16-be.txt": lambda path: writers.write_text(path, "utf-16-be"),
    "gbk.txt": lambda path: writers.write_text(path, "gbk"),
    "gb18030.txt": lambda path: writers.write_text(path, "gb18030"),
    "page.html": writers.write_html,
    "gbk.html": lambda path: writers.write_html(path, encoding="gbk"),
    "utf-16.html": lambda path: writers.write_html(path, encoding="utf-16"),
    "menus.html": lambda path: writers.write_html(path, menus=True),
    "page.mhtml": writers.write_mhtml,
    "word.docx": writers.write_docx,
    "numbered.docx": writers.write_numbered_docx,
    "print.pdf": writers.write_pdf,
    "page.ofd": writers.write_ofd,
    "unicode.rtf": writers.write_rtf,
    "gbk.rtf": lambda path: writers.write_rtf(path, unicode=False),
}
SHEETS = {
    "sheet.csv": writers.write_csv,
    "gbk.csv": lambda path: writers.write_csv(path, "gbk"),
    "sheet.xlsx": writers.write_xlsx,
    "rows.jsonl": writers.write_jsonl,
}


def coded(report):
    """Give what the statements say, white space aside."""
    squeezed = [
        (s.role, s.kind, re.sub(r"\s", "", s.text), tuple(re.sub(r"\s", "", part) for part in s.section))
        for s in policynlp.analyze(report).statements
    ]
    assert len(squeezed) == 100
    return squeezed


@pytest.fixture(scope="module")
def expected():
    return coded(policynlp.make_report(invented.text()))


def check_offsets(report):
    analysis = policynlp.analyze(report)
    for span in (*analysis.statements, *analysis.entities, *report.furniture):
        assert report.text[span.start : span.end] == span.text


@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_the_same_statements(name, tmp_path, expected):
    path = tmp_path / name
    FILES[name](path)
    report = read_report(path)
    assert coded(report) == expected
    assert report.replaced == 0
    assert report == read_report(path)
    check_offsets(report)


@pytest.mark.parametrize("name", SHEETS)
def test_sheets_give_the_same_statements(name, tmp_path, expected):
    path = tmp_path / name
    SHEETS[name](path)
    (report,) = read_reports(path, columns=COLUMNS)
    assert (report.id, report.zone, report.year) == ("A-1", "青岭高新区", 2023)
    assert coded(report) == expected
    check_offsets(report)


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["doc", "rtf", "docx", "html"])
def test_what_libreoffice_writes_gives_the_same_statements(ending, tmp_path, expected):
    source = tmp_path / "report.docx"
    writers.write_docx(source)
    report = read_report(writers.convert(source, ending))
    assert report.format == ending
    assert coded(report) == expected
    check_offsets(report)


@pytest.mark.parametrize("name", FILES)
def test_the_content_decides_and_not_the_name(name, tmp_path):
    path = tmp_path / name
    FILES[name](path)
    hidden = path.rename(tmp_path / "report.bin")
    kind = path.suffix[1:]
    assert find_format(hidden.read_bytes()) == ("text" if kind in ("txt", "md") else kind)


def test_menus_are_left_out_and_said_to_be(tmp_path):
    path = tmp_path / "page.html"
    writers.write_html(path, menus=True)
    assert read_report(path).omitted == ("首页", "政务公开", "网站地图", "联系我们")


def test_page_numbers_and_running_heads_are_left_out_and_said_to_be(tmp_path):
    path = tmp_path / "print.pdf"
    writers.write_pdf(path)
    omitted = read_report(path).omitted
    assert "青岭高新区管理委员会文件" in omitted
    assert "- 1 -" in omitted
    assert set(omitted) <= {"青岭高新区管理委员会文件", *(f"- {n} -" for n in range(1, 9))}


@pytest.mark.parametrize("name", ["page.html", "word.docx", "gbk.rtf", "numbered.docx"])
def test_a_table_row_stays_one_line(name, tmp_path):
    path = tmp_path / name
    FILES[name](path)
    assert "指标\t2023年实际\t2025年目标\n地区生产总值\t120亿元\t180亿元\n" in read_report(path).text


def test_title_and_date_of_a_page_come_from_beside_its_text(tmp_path):
    path = tmp_path / "page.html"
    body = "".join(f"<p>设立产业基金{i}，支持企业发展。</p>" for i in range(20))
    head = "<title>青岭高新区2022年工作要点 - 青岭在线</title><meta name='ContentSource' content='管委会办公室'>"
    above = "<ul><li>首页</li></ul><h1>青岭高新区2022年工作要点</h1><p>发布时间：2022-03-01</p><p>字号 大 中 小</p>"
    path.write_text(f"<html><head>{head}</head><body>{above}<div>{body}</div></body></html>", "utf-8")
    report = read_report(path)
    assert report.title == "青岭高新区2022年工作要点"
    assert str(report.published) == "2022-03-01"
    assert report.source == "管委会办公室"
    assert report.omitted == ("首页", "字号 大 中 小")


def test_a_table_that_lays_out_the_page_is_no_table(tmp_path):
    path = tmp_path / "page.html"
    body = "".join(f"<p>设立产业基金{i}，支持企业发展。</p>" for i in range(20))
    path.write_text(f"<html><body><table><tr><td>导航</td><td><h1>要点</h1>{body}</td></tr></table></body></html>", "utf-8")
    assert len(read_report(path).text.splitlines()) == 21


def test_two_columns_are_read_one_after_the_other(tmp_path):
    from reportlab.pdfgen.canvas import Canvas

    writers.register_font()
    path = tmp_path / "columns.pdf"
    canvas = Canvas(str(path))
    canvas.setFont("Noto", 10)
    left = "全面实施创新驱动发展战略，推动科技创新和产业创新深度融合" * 4 + "。"
    right = "持续优化营商环境，完善企业服务联系制度，协调解决企业困难" * 4 + "。"
    for x, text in ((50, left), (320, right)):
        for row, first in enumerate(range(0, len(text), 22)):
            canvas.drawString(x, 780 - 16 * row, text[first : first + 22])
    canvas.save()
    assert read_report(path).text.replace("\n", "") == left + right


@pytest.mark.parametrize(
    ("write", "problem"),
    [
        (writers.write_scanned_pdf, "pictures of its pages and no text"),
        (lambda path: writers.write_pdf(path, password="secret"), "encrypted"),  # noqa: S106
    ],
)
def test_a_pdf_that_cannot_be_read_says_why(write, problem, tmp_path):
    path = tmp_path / "report.pdf"
    write(path)
    with pytest.raises(policynlp.ReportError, match=problem) as caught:
        read_report(path)
    assert caught.value.remedy


def test_replaced_characters_are_counted_and_placed(tmp_path):
    path = tmp_path / "report.txt"
    data = bytearray(invented.text().encode("gb18030"))
    data[60] = data[1501] = 0xFF
    path.write_bytes(data)
    report = read_report(path)
    assert report.encoding == "gb18030"
    assert report.replaced == len(report.replaced_at) >= 2
    assert all(report.text[at] == "\ufffd" for at in report.replaced_at)


def test_a_folder_gives_its_reports_in_order_with_ids_of_their_own(tmp_path):
    for name in ("b/2019/report.txt", "b/2020/report.txt", "a.txt", "A.md", ".hidden.txt", "~$a.docx"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(invented.text(), "utf-8")
    (tmp_path / "b/2020/broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    found = list(read_reports(tmp_path))
    names = [r.id if isinstance(r, Report) else Path(r.path).name for r in found]
    assert names == ["A", "a-2", "b-2019-report", "broken.pdf", "b-2020-report"]


def test_a_sheet_needs_a_column_of_text(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text("编号,年份\n1,2023\n", "utf-8")
    (error,) = read_reports(path)
    assert "编号、年份" in str(error)
    with pytest.raises(ValueError, match="columns names"):
        read_reports(path, columns={"词": "正文"})


def test_limits_are_said_and_can_be_raised(tmp_path):
    path = tmp_path / "report.txt"
    path.write_text("支持企业发展" * 300_000, "utf-8")
    with pytest.raises(policynlp.ReportError, match="a line has more than 1,000,000"):
        read_report(path)
    assert len(read_report(path, limits=Limits(line_characters=2_000_000)).text) == 1_800_000

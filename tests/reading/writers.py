"""Writes the invented report in every format with the programs and libraries that people use."""

import csv
import functools
import html
import io
import json
import os
import shutil
import subprocess
import zipfile
from email.message import EmailMessage
from pathlib import Path

import invented
import pytest

from policynlp.resources import data_path

TYPE_SIZE, LINE_STEP, PER_LINE, PER_PAGE = 10.5, 16.0, 40, 44  # of the printed pages, points and characters
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def lines(text=None):
    return [("body", line) for line in text.splitlines()] if text else list(invented.paragraphs())


def write_html(path, text=None, encoding="utf-8", menus=False):
    parts = []
    rows = []
    for kind, line in [*lines(text), ("end", "")]:
        if kind == "row":
            rows.append("<tr>" + "".join(f"<td><p>{html.escape(cell)}</p></td>" for cell in line.split("\t")) + "</tr>")
            continue
        if rows:
            parts.append(f"<table>{''.join(rows)}</table>")
            rows = []
        if kind != "end":
            tag = {"title": "h1", "heading": "h2"}.get(kind, "p")
            parts.append(f"<{tag}>{html.escape(line)}</{tag}>")
    before = '<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/zw">政务公开</a></li></ul></div>' if menus else ""
    after = '<div class="foot"><p>网站地图</p><p>联系我们</p></div>' if menus else ""
    head = f'<meta charset="{encoding}"><title>{invented.TITLE if text is None else ""}_青岭在线</title><style>p {{}}</style>'
    body = f'{before}<div id="content">{"".join(parts)}</div>{after}<script>var a="。";</script>'
    page = f"<!DOCTYPE html>\n<html><head>{head}</head><body>{body}</body></html>"
    path.write_bytes(page.encode(encoding))


def write_mhtml(path):
    page = path.with_suffix(".tmp")
    write_html(page)
    message = EmailMessage()
    message["Subject"] = invented.TITLE
    message["From"] = "<Saved by a browser>"
    message.make_related()
    message.add_related(page.read_bytes(), "text", "html", cte="quoted-printable")
    message.add_related(b"\x89PNG\r\n\x1a\n", "image", "png")
    path.write_bytes(message.as_bytes())


def write_docx(path):
    import docx

    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "内部资料"
    table = None
    for kind, line in lines():
        if kind == "row":
            table = table or document.add_table(rows=0, cols=3)
            for cell, words in zip(table.add_row().cells, line.split("\t"), strict=True):
                cell.text = words
        else:
            paragraph = document.add_paragraph()
            half = len(line) // 2  # Word cuts a paragraph into runs where the cursor has been
            paragraph.add_run(line[:half])
            paragraph.add_run(line[half:]).bold = kind == "heading"
    document.save(path)


def write_numbered_docx(path):
    """Markers as Word counts them, half of the body in content controls and inserted text."""
    import docx
    from docx.oxml import parse_xml

    plain = path.with_suffix(".plain.docx")
    docx.Document().save(plain)
    document = docx.Document(plain)
    levels = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="{text}"/></w:lvl>'
        for i, text in enumerate(("%1、", "（%2）"))
    )
    numbering = document.part.numbering_part.element
    for old in list(numbering):
        numbering.remove(old)
    numbering.append(parse_xml(f'<w:abstractNum xmlns:w="{W}" w:abstractNumId="7">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num xmlns:w="{W}" w:numId="3"><w:abstractNumId w:val="7"/></w:num>'))
    body = document.element.body
    for number, (kind, line) in enumerate(lines()):
        run = f"<w:r><w:t>{html.escape(line)}</w:t></w:r>"
        if kind == "heading":
            level = 1 if line.startswith("（") else 0
            mark = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="3"/></w:numPr></w:pPr>'
            words = line.partition("）" if level else "、")[2]
            xml = f"<w:p>{mark}<w:r><w:t>{words}</w:t></w:r></w:p>"
        elif kind == "row":
            cells = "".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in line.split("\t"))
            xml = f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
        elif number % 3 == 0:
            xml = f"<w:sdt><w:sdtContent><w:p>{run}</w:p></w:sdtContent></w:sdt>"
        else:
            deleted = '<w:del w:id="9" w:author="x"><w:r><w:delText>删除的话。</w:delText></w:r></w:del>'
            xml = f'<w:p><w:ins w:id="1" w:author="x">{run}</w:ins>{deleted}</w:p>'
        name = xml[1:].split(">", 1)[0].split(" ", 1)[0]
        body.insert(len(body) - 1, parse_xml(xml.replace(f"<{name}", f'<{name} xmlns:w="{W}"', 1)))
    document.save(path)


def printed_lines():
    """Break the paragraphs into printed lines: (indent in characters, text), and what keeps a table row in its cells."""
    for kind, line in lines():
        if kind == "row":
            yield 0, line
            continue
        indent = 0 if kind == "title" else 2
        rest = line
        while rest:
            width = PER_LINE - indent
            yield indent, rest[:width]
            rest, indent = rest[width:], 0


@functools.cache
def register_font():
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont("Noto", str(data_path("fonts", "NotoSansSC-GBK.ttf"))))


def write_pdf(path, password=None):
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    register_font()
    canvas = Canvas(str(path), pageCompression=0, encrypt=StandardEncryption(password, strength=128) if password else None)
    printed = list(printed_lines())
    for number, first in enumerate(range(0, len(printed), PER_PAGE), 1):
        canvas.setFont("Noto", 9)
        canvas.drawString(80, 810, "青岭高新区管理委员会文件")
        canvas.setFont("Noto", TYPE_SIZE)
        for row, (indent, line) in enumerate(printed[first : first + PER_PAGE]):
            for column, cell in enumerate(line.split("\t")):
                canvas.drawString(80 + indent * TYPE_SIZE + 140 * column, 785 - LINE_STEP * row, cell)
        canvas.drawString(290, 40, f"- {number} -")
        canvas.showPage()
    canvas.save()


def write_scanned_pdf(path):
    from PIL import Image
    from reportlab.pdfgen.canvas import Canvas

    picture = path.with_suffix(".png")
    Image.new("RGB", (200, 300), "white").save(picture)
    canvas = Canvas(str(path))
    canvas.drawImage(str(picture), 0, 0, 500, 700)
    canvas.save()


def write_ofd(path):
    xmlns = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    printed = list(printed_lines())
    pages = [printed[i : i + PER_PAGE] for i in range(0, len(printed), PER_PAGE)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("OFD.xml", f"<ofd:OFD {xmlns}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>")
        references = "".join(f'<ofd:Page ID="{i}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(pages)))
        archive.writestr("Doc_0/Document.xml", f"<ofd:Document {xmlns}><ofd:Pages>{references}</ofd:Pages></ofd:Document>")
        for number, page in enumerate(pages):
            objects = []
            placed = [(10 + row * 6, indent, line) for row, (indent, line) in enumerate(page)]
            for top, indent, line in [*placed, (285, 18, f"— {number + 1} —")]:
                for column, cell in enumerate(line.split("\t")):
                    box = f"{20 + 4 * indent + 50 * column} {top} {4 * len(cell)} 4"
                    code = f'<ofd:TextCode X="0" Y="3.5">{html.escape(cell)}</ofd:TextCode>'
                    objects.append(f'<ofd:TextObject Boundary="{box}" Size="4">{code}</ofd:TextObject>')
            layer = f"<ofd:Content><ofd:Layer>{''.join(objects)}</ofd:Layer></ofd:Content>"
            archive.writestr(f"Doc_0/Pages/Page_{number}/Content.xml", f"<ofd:Page {xmlns}>{layer}</ofd:Page>")


def write_rtf(path, unicode=True):
    def coded(text):
        if unicode:
            return "".join(c if c.isascii() else f"\\u{ord(c) - 0x10000 if ord(c) > 0x7FFF else ord(c)}?" for c in text)
        return "".join(c if c.isascii() else "".join(f"\\'{byte:02x}" for byte in c.encode("gbk")) for c in text)

    header = f"{{\\header {coded('内部资料')}\\par}}"
    parts = [f"{{\\rtf1\\ansi\\ansicpg936\\deff0{{\\fonttbl{{\\f0\\fnil\\fcharset134 SimSun;}}}}{header}\\f0\\fs21\n"]
    for kind, line in lines():
        if kind == "row":
            cells = "".join(f"\\intbl {coded(cell)}\\cell" for cell in line.split("\t"))
            parts.append(f"\\trowd\\cellx3000\\cellx6000\\cellx9000{cells}\\row\n")
        else:
            parts.append(f"\\pard {coded(line)}\\par\n")
    path.write_bytes("".join([*parts, "}"]).encode("ascii"))


def write_csv(path, encoding="utf-8-sig"):
    table = io.StringIO(newline="")
    csv.writer(table).writerows([["编号", "正文", "高新区", "年份"], ["A-1", invented.text(), "青岭高新区", "2023"]])
    path.write_bytes(table.getvalue().encode(encoding))


def write_xlsx(path):
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["编号", "正文", "高新区", "年份"])
        sheet.write_row(1, 0, ["A-1", invented.text(), "青岭高新区", 2023])


def write_jsonl(path):
    row = {"编号": "A-1", "正文": invented.text(), "高新区": "青岭高新区", "年份": 2023}
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")


def write_text(path, encoding):
    path.write_bytes(invented.text().encode(encoding))


def convert(source, ending):
    """Convert a file with LibreOffice; its profile is put beside the file, so that runs don't meet."""
    program = shutil.which("soffice")
    if not program:
        pytest.skip("LibreOffice is not installed on this machine")
    place = Path(source).parent
    filters = {"doc": "doc:MS Word 97", "rtf": "rtf:Rich Text Format", "docx": "docx:MS Word 2007 XML", "html": "html:HTML (StarWriter)"}
    profile = f"-env:UserInstallation={(place / 'profile').as_uri()}"
    subprocess.run(
        [program, profile, "--headless", "--convert-to", filters[ending], "--outdir", place / ending, source],
        check=True,
        capture_output=True,
        timeout=180,
        env={**os.environ, "HOME": str(place)},
    )
    return place / ending / f"{Path(source).stem}.{ending}"

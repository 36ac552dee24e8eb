"""Makes the hostile files: each with what must be said about it."""

import io
import json
import stat
import struct
import zipfile
from pathlib import Path

SEEDS = Path(__file__).parent / "seeds"
LAUGHS = '<!DOCTYPE d [<!ENTITY a "基金基金基金">' + "".join(
    f'<!ENTITY {name} "{f"&{chr(ord(name) - 1)};" * 10}">' for name in "bcdefghij"
)  # nine levels of ten: a thousand million
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def packed(members, *, flags=0):
    """Pack (name, content) or (ZipInfo, content) into a zip file."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content, zipfile.ZIP_DEFLATED)
    found = bytearray(data.getvalue())
    if flags:  # of every member, in both places where they stand
        for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            start = found.find(mark)
            while start >= 0:
                found[start + at] |= flags
                start = found.find(mark, start + 4)
    return bytes(found)


def docx(document):
    return packed([("[Content_Types].xml", "<Types/>"), ("word/document.xml", document)])


def ofd(content):
    return packed(
        [
            ("OFD.xml", f"<ofd:OFD {OFD}><ofd:DocRoot>D/Document.xml</ofd:DocRoot></ofd:OFD>"),
            ("D/Document.xml", f'<ofd:Document {OFD}><ofd:Page BaseLoc="P.xml"/></ofd:Document>'),
            ("D/P.xml", content),
        ]
    )


def link():
    info = zipfile.ZipInfo("link.txt")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return packed([(info, "/etc/passwd")])


def lying_size():
    """A member that says to be 10 bytes long and is 200,000."""
    data = bytearray(packed([("a.txt", "支持企业发展。" * 10_000)]))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.find(mark) + at, 10)
    return bytes(data)


def nested(depth):
    data = packed([("a.txt", "支持企业发展。")])
    for _ in range(depth):
        data = packed([("inner.zip", data)])
    return data


def locked_doc():
    data = bytearray((SEEDS / "report.doc").read_bytes())
    data[data.find(b"\xec\xa5") + 0x0B] |= 0x01
    return bytes(data)


def locked_office():
    """A .docx with a password is an OLE file with one stream of this name."""
    data = bytearray((SEEDS / "report.doc").read_bytes())
    at = data.find("WordDocument".encode("utf-16-le"))
    name = "EncryptedPackage".encode("utf-16-le")
    data[at : at + 64] = name.ljust(64, b"\0")
    struct.pack_into("<H", data, at + 64, len(name) + 2)
    return bytes(data)


def old_word():
    data = bytearray((SEEDS / "report.doc").read_bytes())
    at = data.find(b"\xec\xa5")
    data[at : at + 2] = b"\xdb\xa5"
    return bytes(data)


def endless_doc():
    """Pieces that all lie upon the same text."""
    data = bytearray((SEEDS / "report.doc").read_bytes())
    at = data.find(b"\xec\xa5")
    struct.pack_into("<I", data, at + 0x4C, 0x7FFFFFFF)
    return bytes(data)


def self_made_pdf(kids):
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1000000000/Kids[" + kids + b"]>>"]
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s endobj\n" % (i, o) for i, o in enumerate(objects, 1))
    return body + b"trailer<</Root 1 0 R/Size 3>>\n%%EOF"


def xlsx(sheet):
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{kind}.{name}+xml"/>'
        for part, name in (("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet"))
    )

    def related(target, name):
        entry = f'<Relationship Id="r1" Type="{relations}/{name}" Target="{target}"/>'
        return f'<Relationships xmlns="{package}/relationships">{entry}</Relationships>'

    sheets = '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets>'
    return packed(
        [
            ("[Content_Types].xml", f'<Types xmlns="{package}/content-types">{types}</Types>'),
            ("_rels/.rels", related("xl/workbook.xml", "officeDocument")),
            ("xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{relations}">{sheets}</workbook>'),
            ("xl/_rels/workbook.xml.rels", related("worksheets/sheet1.xml", "worksheet")),
            ("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}">{sheet}</worksheet>'),
        ]
    )


def row(number, text):
    return f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>{text}</t></is></c></row>'


# name -> (how it is made, what must be said)
FILES = {
    "bomb.zip": (lambda: packed([("a.txt", b" " * 90_000_000)]), "zip bomb"),
    "large member.zip": (lambda: packed([("a.txt", b" " * 110_000_000)]), "unpacks to 110 MB"),
    "many.zip": (lambda: packed([(f"{i}.txt", "") for i in range(10_001)]), "10,001 files"),
    "nested.zip": (lambda: nested(3), "too deep inside each other"),
    "lying size.zip": (lying_size, "damaged|larger than it says"),
    "cut.zip": (lambda: packed([("a.txt", "支持企业发展。" * 1000)])[:-30], "damaged or cut off"),
    "password.zip": (lambda: packed([("a.txt", "支持企业发展。")], flags=1), "encrypted"),
    "climbing.zip": (lambda: packed([("a/../../b.txt", "支持企业。")]), "leads out of the archive"),
    "absolute.zip": (lambda: packed([("/etc/b.txt", "支持企业。")]), "leads out of the archive"),
    "drive.zip": (lambda: packed([("C:b.txt", "支持企业。")]), "leads out of the archive"),
    "backslash.zip": (lambda: packed([("a\\..\\b.txt", "支持企业。")]), "leads out of the archive"),
    "device.zip": (lambda: packed([("a/CON.txt", "支持企业。")]), "reserved for a device"),
    "link.zip": (link, "a link and no file"),
    "bomb.docx": (lambda: docx(f"<w:document {W}>" + " " * 90_000_000 + "</w:document>"), "unpacks to 90 MB"),
    "tight.docx": (lambda: docx(f"<w:document {W}>" + " " * 20_000_000 + "</w:document>"), "zip bomb"),
    "laughs.docx": (lambda: docx(f"{LAUGHS}]><w:document {W}><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:document>"), "XML"),
    "foreign.docx": (
        lambda: docx(
            f'<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]><w:document {W}><w:p><w:r><w:t>&f;</w:t></w:r></w:p></w:document>'
        ),
        "XML entities",
    ),
    "deep.docx": (
        lambda: docx(f"<w:document {W}>" + "<w:sdt>" * 100_000 + "</w:sdt>" * 100_000 + "</w:document>"),
        "nested too deeply|zip bomb",
    ),
    "laughs.ofd": (lambda: ofd(f"{LAUGHS}]><ofd:Page {OFD}><ofd:TextCode>&j;</ofd:TextCode></ofd:Page>"), "XML"),
    "pictures.ofd": (lambda: ofd(f"<ofd:Page {OFD}><ofd:ImageObject/></ofd:Page>"), "pictures of its pages"),
    "missing page.ofd": (
        lambda: packed([("OFD.xml", f"<ofd:OFD {OFD}><ofd:DocRoot>D.xml</ofd:DocRoot></ofd:OFD>")]),
        "part D.xml is missing",
    ),
    "no sheet.xlsx": (lambda: packed([("xl/workbook.xml", "<workbook/>")]), "damaged"),
    "endless.xlsx": (lambda: xlsx(f"<sheetData>{row(1, '正文')}{row(10**12, '支持企业。')}</sheetData>"), "takes longer than 2 seconds"),
    "empty.xlsx": (lambda: xlsx("<sheetData/>"), "the sheet is empty"),
    "deep.html": (lambda: b"<html><body>" + b"<div>" * 100_000 + "支持企业。".encode(), "nested too deeply"),
    "empty.html": (lambda: b"<html><head></head><body></body></html>", "no text"),
    "empty.mhtml": (lambda: b"MIME-Version: 1.0\nContent-Type: text/plain\n\nx", "holds no page"),
    "deep.rtf": (lambda: b"{\\rtf1 " + b"{" * 100_000 + b"a", "nested too deeply"),
    "deep.jsonl": (lambda: b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "no JSON object"),
    "headless.csv": (lambda: "编号,正文\n".encode(), "no report|empty"),
    "turning.pdf": (lambda: self_made_pdf(b"2 0 R"), "."),
    "thousand million pages.pdf": (lambda: self_made_pdf(b""), "."),
    "cut.pdf": (lambda: b"%PDF-1.7\n1 0 obj<</Type/Cat", "damaged or cut off"),
    "locked.doc": (locked_doc, "encrypted"),
    "locked office.doc": (locked_office, "encrypted"),
    "old.doc": (old_word, "before 1997"),
    "cut.doc": (lambda: (SEEDS / "report.doc").read_bytes()[:3000], "damaged|cut off"),
    "picture.txt": (lambda: b"\xff\xd8\xff\xe0" + bytes(range(256)), "a picture"),
    "packed.rar": (lambda: b"Rar!\x1a\x07\x01\x00" + bytes(100), "archive of another kind"),
    "program.txt": (lambda: b"MZ" + bytes(200), "a program"),
    "noise.txt": (lambda: bytes(range(256)) * 50, "no text file"),
    "nothing.txt": (lambda: b"", "is empty"),
    "blank.txt": (lambda: "\u3000\n\u200b\n\ufeff".encode(), "no text in it"),
    "one line.txt": (lambda: "支持企业发展".encode() * 300_000, "a line has more than"),
}
# name -> how it is made; these hold a report, however odd
READABLE = {
    "nul.txt": lambda: ("高新区设立产业引导基金，支持企业发展。\n" * 20 + "\0建设平台。").encode(),
    "marks.txt": lambda: "设立\u202e种子\u200b基金\u202c，\u2066支持企业\u2069。\n建设平台。".encode(),
    "brackets.txt": lambda: ("（" * 100_000 + "支持企业。").encode(),
    "closing.txt": lambda: ("支持企业。" + "】" * 100_000).encode(),
    "surrogate.jsonl": lambda: json.dumps({"text": "设立\ud800基金。\n建设平台。"}).encode(),
    "surrogate.rtf": lambda: b"{\\rtf1\\ansicpg936 \\u-10240?\\'d6\\'a7\\'b3\\'d6\\par\\'d6}",
    "unclosed.rtf": lambda: b"{\\rtf1\\ansicpg936{\\fonttbl{\\f0\\fcharset134 a;}}\\f0 \\'d6\\'a7\\'b3\\'d6",
    "foreign.html": lambda: (
        '<!DOCTYPE html SYSTEM "file:///etc/passwd" [<!ENTITY f SYSTEM "file:///etc/passwd">]><p>支持企业。&f;</p>'.encode()
    ),
    "rows in rows.html": lambda: b"<table>" + b"<tr><td>a</td><td><div>" * 70 + "支持企业发展。".encode(),
    "many headings.html": lambda: (
        b"<body>" + b"".join(b"<h1>a%d</h1>" % i for i in range(40_000)) + "<div><p>支持企业。</p></div>".encode()
    ),
    "wide.xlsx": lambda: xlsx(f'<dimension ref="A1:XFD1048576"/><sheetData>{row(1, "正文")}{row(1_048_576, "支持企业。")}</sheetData>'),
    "quotes.csv": lambda: ('正文\n"支持""企业""。\n建设平台。"\n' + "x" * 200_000 + "\n").encode(),
    "old names.zip": lambda: packed([(zipfile.ZipInfo("报告.txt".encode("gbk").decode("cp437")), "支持企业。")]),
    "endless.doc": endless_doc,
}

"""Which format a file has, by its content, and which reader it needs."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from pathlib import PurePath
from typing import cast

from policynlp.errors import PolicyNLPError, ReportError
from policynlp.reading.content import Content, check_text
from policynlp.reading.limits import Limits

__all__ = ["COLLECTIONS", "ENDINGS", "SHEETS", "SHEET_ENDINGS", "find_format", "read_content"]

Reader = Callable[[bytes, str, Limits], Content]

# (format, what the file begins with); the first that fits counts.
SIGNATURES = (
    ("pdf", re.compile(rb"(?s).{0,1000}?%PDF-")),
    ("zip", re.compile(rb"PK(?:\x03\x04|\x05\x06|\x07\x08)")),
    ("doc", re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
    ("rtf", re.compile(rb"\s{0,100}\{\\rtf")),
    ("picture", re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0\0\0\0|II\*\0|MM\0\*|RIFF....WEBP", re.DOTALL)),
    ("archive of another kind", re.compile(rb"Rar!|7z\xbc\xaf|\x1f\x8b|BZh\d|\xfd7zXZ")),
    ("program", re.compile(rb"MZ.{58}|\x7fELF", re.DOTALL)),
    (
        "mhtml",
        re.compile(
            rb"(?:[A-Za-z-]{2,40}:[^\n]{0,500}\n(?:[ \t][^\n]{0,500}\n){0,5}){0,20}?"
            rb"(?:MIME-Version:|Content-Type:\s{0,9}multipart/related)",
            re.IGNORECASE,
        ),
    ),
    (
        "html",
        re.compile(
            rb"(?s)(?:\xef\xbb\xbf)?\s{0,1000}(?:<\?xml.{0,200}?\?>\s{0,100})?(?:<!--.{0,2000}?-->\s{0,100}){0,5}"
            rb"<(?:!doctype\s{1,9}html|html|head|meta|body|title|script|link|div|table|p|h1|article)[\s>/]",
            re.IGNORECASE,
        ),
    ),
    ("jsonl", re.compile(rb'(?:\xef\xbb\xbf)?\s{0,100}\{\s{0,100}"')),
)
BEGINNING = 4096
# (format, a member that only it has)
INSIDE = (("docx", "word/document.xml"), ("xlsx", "xl/workbook.xml"), ("ofd", "OFD.xml"), ("presentation", "ppt/presentation.xml"))
OPEN_DOCUMENT = ("OpenDocument file", "META-INF/manifest.xml")
UTF16 = (b"\xff\xfe", b"\xfe\xff")
SHEET_ENDINGS = {".csv": "csv", ".tsv": "csv"}  # a table in plain text looks like any text
# By these a name that is no file of ours is told from a text.
ENDINGS = frozenset({".txt", ".md", ".html", ".htm", ".mhtml", ".mht", ".docx", ".doc", ".wps", ".pdf", ".ofd", ".rtf"})
SHEETS = frozenset({"csv", "xlsx", "jsonl"})
COLLECTIONS = SHEETS | {"zip"}
READERS = {
    "text": "text.read_text",
    "html": "html.read_html",
    "mhtml": "html.read_mhtml",
    "docx": "docx.read_docx",
    "doc": "doc.read_doc",
    "pdf": "pdf.read_pdf",
    "ofd": "ofd.read_ofd",
    "rtf": "rtf.read_rtf",
}
REMEDIES = {
    "picture": "recognise its text first (OCR), then save that",
    "archive of another kind": "unpack it, or pack it as .zip",
    "OpenDocument file": "save it as .docx",
}


def find_format(data: bytes, name: str = "") -> str:
    """Find the format of a file by its content; the ending of its name only tells a CSV from a text.

    Returns:
        text, html, mhtml, docx, doc, pdf, ofd, rtf, csv, xlsx, jsonl, zip, or the kind of a file that holds no report.

    Example:
        >>> find_format(b"%PDF-1.7"), find_format("高新区".encode("gbk"), "a.pdf"), find_format(b"a,b", "a.csv")
        ('pdf', 'text', 'csv')
    """
    beginning = data[:BEGINNING]
    if beginning.startswith(UTF16):  # of these only a page and lines of JSON are expected in UTF-16
        beginning = beginning.decode("utf-16", "replace").encode("utf-8", "replace")
    for kind, signature in SIGNATURES:
        if signature.match(beginning):
            return inner_format(data) if kind == "zip" else kind
    return SHEET_ENDINGS.get(PurePath(name).suffix.lower(), "text")


def inner_format(data: bytes) -> str:
    """Tell documents that are zip archives inside from an archive of files; a damaged one passes as an archive."""
    try:
        names = frozenset(zipfile.ZipFile(BytesIO(data)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, EOFError, OSError):
        return "zip"
    if "mimetype" in names and OPEN_DOCUMENT[1] in names:
        return OPEN_DOCUMENT[0]
    return next((kind for kind, member in INSIDE if member in names), "zip")


def read_content(data: bytes, kind: str, name: str, limits: Limits) -> Content:
    """Read the text of a file in a format of one report.

    Raises:
        ReportError: whatever keeps the file from being read; nothing else comes out of a reader.
    """
    if kind not in READERS:
        raise ReportError(name, f"this is no text file but a {kind}", REMEDIES.get(kind, "choose a file with text"))
    module, _, function = READERS[kind].partition(".")
    reader = cast(Reader, getattr(import_module(f"policynlp.reading.{module}"), function))
    try:
        content = reader(data, name, limits)
    except PolicyNLPError:
        raise
    # The libraries were made for sound files: on damaged ones they raise whatever comes first.
    except Exception as error:
        raise ReportError(
            name, f"the {kind} file is damaged ({type(error).__name__})", "open it in its program and save it again"
        ) from error
    check_text(name, content.text, limits)
    return content

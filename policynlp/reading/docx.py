"""Word files since 2007 (.docx): paragraphs in order, tables a line a row, numbers that Word counts itself."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any

from policynlp.errors import ReportError
from policynlp.reading.archives import open_archive, read_member
from policynlp.reading.content import Content, clean_line, join_cells
from policynlp.reading.limits import Limits
from policynlp.reading.numbering import Numbering
from policynlp.reading.trees import parse_xml

__all__ = ["read_docx"]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "-"}
# Deleted text, the second form of a drawing for old programs, and what belongs to the page.
PASSED_OVER = frozenset(f"{W}{tag}" for tag in ("del", "moveFrom", "pPr", "rPr", "tblPr", "sectPr", "instrText")) | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}


def read_docx(data: bytes, name: str, limits: Limits) -> Content:
    """Read the body of a Word file; headers, footers, notes and deleted text stay out.

    python-docx is not used: it passes over content controls and inserted text and does not count numbered paragraphs.

    Raises:
        ReportError: it is damaged, too large, or no Word document.
    """
    archive = open_archive(data, name, limits)
    members = {member.filename: member for member in archive.infolist()}
    if "word/document.xml" not in members:
        raise ReportError(name, "the Word file has no document in it", "open it in Word and save it again")

    def part(inner: str) -> Any:
        member: zipfile.ZipInfo | None = members.get(inner)
        if member is None:
            return None
        source = read_member(archive, member, name, limits, limits.xml_bytes)
        return parse_xml(source.replace(STRICT.encode(), W[1:-1].encode()), name, limits)

    numbering = Numbering(part("word/numbering.xml"), part("word/styles.xml"))
    return Content("\n".join(paragraphs(part("word/document.xml"), numbering)))


def paragraphs(element: Any, numbering: Numbering) -> Iterator[str]:
    """Give the lines of a part of the document."""
    for child in element:
        if child.tag == f"{W}p":
            yield from paragraph_lines(child, numbering)
        elif child.tag == f"{W}tbl":
            yield from table_lines(child, numbering)
        elif isinstance(child.tag, str) and child.tag not in PASSED_OVER:  # content controls, the body itself
            yield from paragraphs(child, numbering)


def paragraph_lines(paragraph: Any, numbering: Numbering) -> Iterator[str]:
    pieces: list[str] = []
    boxes: list[Any] = []
    collect(paragraph, pieces, boxes)
    text = "".join(pieces)
    marker = numbering.marker(paragraph) if text.strip() else ""
    for line in (f"{marker} {text}" if marker else text).split("\n"):
        if cleaned := clean_line(line):
            yield cleaned
    for box in boxes:
        yield from paragraphs(box, numbering)


def collect(element: Any, pieces: list[str], boxes: list[Any]) -> None:
    """Collect the text of a paragraph, and the text boxes that hang on it; depth is bounded by the parser."""
    for child in element:
        if child.tag == f"{W}t":
            pieces.append(child.text or "")
        elif child.tag in BREAKS:
            pieces.append(BREAKS[child.tag])
        elif child.tag == f"{W}txbxContent":
            boxes.append(child)
        elif isinstance(child.tag, str) and child.tag not in PASSED_OVER:
            collect(child, pieces, boxes)


def table_lines(table: Any, numbering: Numbering) -> Iterator[str]:
    """Give a table a line a row; a row of one cell is text that was put into a frame."""
    for row in table.iter(f"{W}tr"):
        if next(row.iterancestors(f"{W}tbl")) is not table:
            continue
        cells = [list(paragraphs(cell, numbering)) for cell in row.iter(f"{W}tc") if next(cell.iterancestors(f"{W}tr")) is row]
        if len(cells) == 1:
            yield from cells[0]
        elif line := join_cells(" ".join(lines) for lines in cells):
            yield line

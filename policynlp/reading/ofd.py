"""OFD, the page format of China's government (GB/T 33190): text objects of each page, put together to paragraphs."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from policynlp.errors import ReportError
from policynlp.reading.archives import open_archive, read_member
from policynlp.reading.content import CELL, Content
from policynlp.reading.limits import Deadline, Limits
from policynlp.reading.pages import CELL_GAP, PageLine, join_pages
from policynlp.reading.trees import local_name, parse_xml

__all__ = ["read_ofd"]

SAME_LINE = 0.5  # heights that the tops of two pieces of one line may differ
WORD_GAP = 0.4  # heights between two pieces of one line that are apart


def read_ofd(data: bytes, name: str, limits: Limits) -> Content:
    """Read the text of an OFD file, as of a PDF.

    Source: GB/T 33190-2016, sections 7 (documents and pages) and 11 (text).

    Raises:
        ReportError: it is damaged, encrypted, has too many pages, or holds pictures of pages and no text.
    """
    archive = open_archive(data, name, limits)
    members = {posixpath.normpath(member.filename.lstrip("/")): member for member in archive.infolist()}
    deadline = Deadline(name, limits)

    def part(inner: str, base: str = "") -> tuple[Any, str]:
        """Give the root of a part, and the folder that its own references start from."""
        place = posixpath.normpath(inner.lstrip("/") if inner.startswith("/") else posixpath.join(base, inner))
        if place not in members:
            raise ReportError(name, f"its part {place[:80]} is missing", "save or download it again")
        return parse_xml(read_member(archive, members[place], name, limits, limits.xml_bytes), name, limits), posixpath.dirname(place)

    if "Encryptions.xml" in members:
        raise ReportError(name, "the OFD file is encrypted", "save it without password")
    pages: list[list[PageLine]] = []
    root, base = part("OFD.xml")
    for body in named(root, "DocRoot"):
        document, folder = part((body.text or "").strip(), base)
        for page in named(document, "Page"):
            deadline.check()
            if len(pages) >= limits.pages:
                raise ReportError(name, f"it has more than {limits.pages:,} pages", "split it, or raise `Limits.pages`")
            content, _ = part(page.get("BaseLoc", ""), folder)
            pages.append(lines_of(content))
    if not any(pages):
        raise ReportError(name, "the OFD file holds pictures of its pages and no text", "recognise its text first (OCR), then save that")
    paragraphs, omitted = join_pages(pages)
    return Content("\n".join(paragraphs), omitted=tuple(omitted[: limits.noted]))


def named(element: Any, name: str) -> Iterator[Any]:
    return (child for child in element.iter() if local_name(child) == name)


def lines_of(page: Any) -> list[PageLine]:
    """Put the text objects of a page together to lines, in the order of the file."""
    lines: list[PageLine] = []
    for item in named(page, "TextObject"):
        text = "".join(code.text or "" for code in named(item, "TextCode"))
        box = numbers(item.get("Boundary", ""))
        if not text.strip() or len(box) != 4:
            continue
        left, top, width, height = box
        size = next(iter(numbers(item.get("Size", ""))), height) or height
        last = lines[-1] if lines else None
        if last and abs(last.top - top) < SAME_LINE * size and left >= last.left:
            apart = left - last.right
            gap = CELL if apart > CELL_GAP * size else " " if apart > WORD_GAP * size else ""
            lines[-1] = PageLine(last.text + gap + text, last.left, left + width, last.top, max(last.height, size))
        else:
            lines.append(PageLine(text, left, left + width, top, size))
    return lines


def numbers(text: str) -> list[float]:
    """Read «10 20.5 90 5»; what is no number ends the list."""
    found = []
    for part in text.split()[:8]:
        try:
            found.append(float(part))
        except ValueError:
            break
    return found

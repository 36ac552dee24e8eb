"""PDF files with text in them, by PDFium; pictures of pages hold none and are said to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from policynlp.errors import ReportError
from policynlp.reading.content import CELL, Content, load_library, replace_surrogates
from policynlp.reading.limits import Deadline, Limits
from policynlp.reading.pages import CELL_GAP, PageLine, join_pages

__all__ = ["read_pdf"]

LINE = re.compile(r"[^\r\n]+")
HYPHENS = str.maketrans({"\ufffe": "\u00ad", "\x02": "\u00ad"})  # PDFium's own mark for a word broken at the end of a line


def read_pdf(data: bytes, name: str, limits: Limits) -> Content:
    """Read the text of a PDF: broken lines rejoined, page numbers and running heads left out and listed.

    Raises:
        ReportError: it is damaged or encrypted, has too many pages, or holds pictures of pages and no text.
    """
    pdfium = load_library(name, "pypdfium2")
    deadline = Deadline(name, limits)
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise ReportError(name, "the PDF is encrypted", "save it without password") from error
        raise ReportError(name, "the PDF is damaged or cut off", "save or download it again") from error
    try:
        if len(document) > limits.pages:
            raise ReportError(
                name, f"the PDF has {len(document):,} pages; {limits.pages:,} are allowed", "split it, or raise `Limits.pages`"
            )
        pages, characters = [], 0
        for number in range(len(document)):
            deadline.check()
            lines = page_lines(document, number, pdfium)
            characters += sum(len(line.text) for line in lines)
            if characters > limits.characters:
                raise ReportError(name, f"it has more than {limits.characters:,} characters", "split it, or raise `Limits.characters`")
            pages.append(lines)
    finally:
        document.close()
    if not characters:
        raise ReportError(name, "the PDF holds pictures of its pages and no text", "recognise its text first (OCR), then save that")
    paragraphs, omitted = join_pages(pages)
    return Content(
        replace_surrogates("\n".join(paragraphs)),
        omitted=tuple(omitted[: limits.noted]),
    )


def page_lines(document: Any, number: int, pdfium: Any) -> list[PageLine]:
    """Give the lines of one page; a page that cannot be loaded has none."""
    try:
        page = document[number]
    except pdfium.PdfiumError:
        return []
    try:
        text_page = page.get_textpage()
        try:
            return list(lines_of(text_page, page.get_height(), pdfium.raw))
        finally:
            text_page.close()
    except pdfium.PdfiumError:
        return []
    finally:
        page.close()


def lines_of(text_page: Any, height: float, raw: Any) -> Iterator[PageLine]:
    text = text_page.get_text_range(errors="replace")
    # PDFium counts UTF-16 units, Python characters; they part at the first character beyond U+FFFF.
    units = [0]
    for c in text:
        units.append(units[-1] + (2 if c > "\uffff" else 1))
    for match in LINE.finditer(text):
        body = match.group()
        if not body.strip():
            continue
        start = match.start() + len(body) - len(body.lstrip())
        end = match.end() - len(body) + len(body.rstrip())
        boxes = [box_at(text_page, units[at], raw) for at in (start, end - 1)]
        (left, bottom, _, top), (_, low, right, high) = boxes
        size = max(top - bottom, high - low, 1.0)
        words = list(text[start:end].translate(HYPHENS))
        for at in (i for i in range(start + 1, end - 1) if text[i] == " "):
            _, _, before, _ = box_at(text_page, units[at - 1], raw)
            after, _, _, _ = box_at(text_page, units[at + 1], raw)
            if after - before > CELL_GAP * size:
                words[at - start] = CELL
        yield PageLine("".join(words), left, right, height - max(top, high), size)


def box_at(text_page: Any, unit: int, raw: Any) -> tuple[float, float, float, float]:
    """Give the box (left, bottom, right, top) of the character at a place of the page's text."""
    index = raw.FPDFText_GetCharIndexFromTextIndex(text_page, unit)
    left, bottom, right, top = text_page.get_charbox(max(index, 0), loose=True)
    return left, bottom, right, top

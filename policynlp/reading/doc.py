"""Word files before 2007 (.doc), also as WPS writes them: the main text by its piece table."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from typing import Any

from policynlp.errors import ReportError
from policynlp.reading.content import Content, clean_line, join_cells, load_library, replace_surrogates
from policynlp.reading.limits import Limits

__all__ = ["read_doc"]

# Places in the file information block ([MS-DOC] 2.5).
MAGIC, FLAGS, TEXT_LENGTH, CLX = 0x0000, 0x000A, 0x004C, 0x01A2
WORD_MAGIC = 0xA5EC
ENCRYPTED, SECOND_TABLE = 0x0100, 0x0200
PROPERTIES, PIECES = 0x01, 0x02
COMPRESSED = 0x4000_0000
# A field is {instruction | result}: only the result is text.
FIELD = re.compile("\x13[^\x13\x14\x15]*(?:\x14([^\x13\x14\x15]*))?\x15")
FIELDS_INSIDE = 8
CELL_END = "\x07"
MARKS = str.maketrans({"\x1e": "-", "\x1f": None, "\xa0": " ", "\x01": None, "\x08": None, "\x02": None, "\x05": None})


def read_doc(data: bytes, name: str, limits: Limits) -> Content:
    """Read the main text of a Word file; headers, footnotes and text boxes stay out.

    Source: Microsoft, [MS-DOC] Word (.doc) Binary File Format, 2.4.1 «Retrieving Text».

    Raises:
        ReportError: it is encrypted, damaged, or another program's file (Excel, PowerPoint).
    """
    olefile = load_library(name, "olefile")
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            word, table = streams(file, name)
    except (OSError, ValueError, IndexError, struct.error) as error:  # olefile's own errors are OSErrors
        raise ReportError(name, "the file is damaged or cut off", "open it in Word and save it as .docx") from error
    try:
        text = "".join(pieces(word, table))[: limits.characters + 1]
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ReportError(name, "its table of pieces is damaged", "open it in Word and save it as .docx") from error
    return Content("\n".join(lines(replace_surrogates(text))))


def streams(file: Any, name: str) -> tuple[bytes, bytes]:
    """Give the stream with the text and the one with its tables."""
    if not file.exists("WordDocument"):
        locked = file.exists("EncryptedPackage")
        problem = "the file is encrypted" if locked else "this is a file of Office, but no Word document"
        raise ReportError(name, problem, "save it without password" if locked else "save its text as .txt or .docx")
    word = file.openstream("WordDocument").read()
    (magic,) = struct.unpack_from("<H", word, MAGIC)
    (flags,) = struct.unpack_from("<H", word, FLAGS)
    if magic != WORD_MAGIC:
        raise ReportError(name, "it comes from a Word before 1997", "open it in Word and save it as .docx")
    if flags & ENCRYPTED:
        raise ReportError(name, "the file is encrypted", "save it without password")
    return word, file.openstream("1Table" if flags & SECOND_TABLE else "0Table").read()


def pieces(word: bytes, table: bytes) -> Iterator[str]:
    """Give the pieces of the main text in order."""
    (length,) = struct.unpack_from("<I", word, TEXT_LENGTH)
    start, size = struct.unpack_from("<II", word, CLX)
    clx = table[start : start + size]
    at = 0
    while clx[at] == PROPERTIES:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if clx[at] != PIECES:
        raise IndexError(at)
    (size,) = struct.unpack_from("<I", clx, at + 1)
    plan = clx[at + 5 : at + 5 + size]
    count = (len(plan) - 4) // 12
    places = struct.unpack_from(f"<{count + 1}I", plan, 0)
    total = 0
    for i in range(count):
        characters = min(places[i + 1], length) - places[i]
        if characters <= 0:
            continue
        (coded,) = struct.unpack_from("<I", plan, 4 * (count + 1) + 8 * i + 2)
        where, width, encoding = coded & ~COMPRESSED, 2, "utf-16-le"
        if coded & COMPRESSED:
            where, width, encoding = where // 2, 1, "cp1252"
        total += characters * width
        if total > 2 * len(word):  # pieces that lie upon each other: a small file would give an endless text
            raise IndexError(total)
        yield word[where : where + characters * width].decode(encoding, errors="replace")


def lines(text: str) -> Iterator[str]:
    """Give the paragraphs, a table row in one line: a cell ends with a mark, and so does the row after its last cell."""
    for _ in range(FIELDS_INSIDE):
        text, found = FIELD.subn(lambda field: field[1] or "", text)
        if not found:
            break
    cells: list[str] = []
    inside = ""  # of a cell with several paragraphs
    for part in re.split("([\x07\r\x0b\x0c\x0e])", text.translate(MARKS)):
        if part == CELL_END:
            if inside or not cells:
                cells.append(inside)
            else:
                yield from filter(None, [join_cells(cells)])
                cells = []
            inside = ""
        elif len(part) == 1 and part in "\r\x0b\x0c\x0e":
            if not cells:
                yield from filter(None, [clean_line(inside)])
                inside = ""
            else:
                inside += " "
        else:
            inside += part
    yield from filter(None, [join_cells([*cells, inside])])

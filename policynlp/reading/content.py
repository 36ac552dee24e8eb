"""What every reader gives: the text of one report, and what it cost to get it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from policynlp.errors import ReportError
from policynlp.reading.limits import Limits

__all__ = ["CELL", "Content", "check_text", "clean_line", "join_cells", "load_library", "replace_surrogates"]

# Between the cells of a table row. A tab ends no sentence and belongs to no name, spreadsheets take it back as cells, and
# a cell cannot hold one, because white space inside it becomes a single space.
CELL = "\t"
SPACES = re.compile(r"[ \t\r\n\v\f\u00a0\u2028\u2029]+")
# Left by converters and layout programs; none of them is writing. Zero-width and bidi marks stay: they are in the text.
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Content:
    """The text of a file, its encoding, and what was replaced or left out on the way.

    Attributes:
        text: the text of the report.
        encoding: of a text file; "" where the format has none of its own.
        replaced: how many bytes or characters had to be replaced by U+FFFD.
        replaced_at: where in `text` the first of them stand.
        omitted: lines of the file that are not in `text`: menus of a web page, running heads and page numbers of a PDF.
    """

    text: str
    encoding: str = ""
    replaced: int = 0
    replaced_at: tuple[int, ...] = ()
    omitted: tuple[str, ...] = ()


def clean_line(text: str) -> str:
    r"""Make one line of a text that came out of a document: white space becomes a single space, control characters go.

    Example:
        >>> clean_line(" 设立\n 基金\x07 ")
        '设立 基金'
    """
    return SPACES.sub(" ", CONTROL.sub("", text)).strip()


def join_cells(cells: Iterable[str]) -> str:
    r"""Join the cells of a table row to one line; "" where all are empty.

    Example:
        >>> join_cells(["指标", " 2023年\n实际", ""])
        '指标\t2023年 实际'
    """
    return CELL.join(clean_line(cell) for cell in cells).rstrip(CELL)


def replace_surrogates(text: str) -> str:
    """Replace lone surrogates by U+FFFD: no file and no library takes them. The length stays.

    Example:
        >>> replace_surrogates("a" + chr(0xD800)) == "a" + chr(0xFFFD)
        True
    """
    return text if text.isascii() else SURROGATE.sub("\ufffd", text)


def check_text(name: str, text: str, limits: Limits) -> None:
    """Refuse a text that is longer, or has a longer line, than a report may have."""
    if len(text) > limits.characters:
        raise ReportError(
            name,
            f"the text has {len(text):,} characters; one report may have {limits.characters:,}",
            "split it into one file a report, or raise `Limits.characters`",
        )
    if len(text) <= limits.line_characters:
        return
    start = 0
    while start < len(text):
        end = text.find("\n", start, start + limits.line_characters + 1)
        if end < 0:
            if len(text) - start <= limits.line_characters:
                return
            end = text.find("\r", start, start + limits.line_characters + 1)
        if end < 0:
            raise ReportError(
                name,
                f"a line has more than {limits.line_characters:,} characters",
                "break it at its paragraphs, or raise `Limits.line_characters`",
            )
        start = end + 1


def load_library(name: str, module: str) -> Any:
    """Import the library that reads a format when it is first needed.

    Raises:
        ReportError: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise ReportError(name, f"reading this format needs the library {module}", "pip install 'policynlp[formats]'") from error

"""From one file to one `Report`."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from policynlp.errors import ReportError
from policynlp.reading.content import replace_surrogates
from policynlp.reading.duplicates import find_duplicates
from policynlp.reading.files import printable, read_bytes
from policynlp.reading.formats import COLLECTIONS, find_format, read_content
from policynlp.reading.furniture import find_furniture
from policynlp.reading.limits import LIMITS, Limits
from policynlp.reading.lines import find_lines
from policynlp.reading.metadata import field_values, find_facts
from policynlp.reading.scripts import simplify_if_traditional
from policynlp.schema import Report

__all__ = ["make_report", "read_data", "read_report"]


def read_report(path: str | Path, *, max_bytes: int | None = None, limits: Limits = LIMITS) -> Report:
    """Read one file into a `Report`: text, Markdown, web page, Word (.docx, .doc), PDF, OFD or rich text.

    The content decides about the format, not the ending of the name. Of a text nothing is cut or normalised; of a document the
    text is a line a paragraph and a line a table row, its cells joined by tabs. Furniture and second copies are marked. Offsets
    index `Report.text`.

    Args:
        path: the file; texts in UTF-8, UTF-16, GB18030 (GBK) or Big5, with or without byte-order mark.
        max_bytes: the largest file that is read, in place of `limits.file_bytes`.
        limits: how much the file may hold.

    Raises:
        ReportError: the file is missing, a folder, empty, too large, damaged, encrypted, without text, or of many reports
            (an archive or sheet: for these there is `read_reports`).

    Example:
        >>> from policynlp.resources import corpora_path
        >>> report = read_report(corpora_path("reports", "benxi-2014.txt"))
        >>> report.zone, report.year, report.source, report.duplicates[0].shift
        ('本溪高新区', 2014, '科技部', 3087)
    """
    if max_bytes is not None:
        limits = replace(limits, file_bytes=max_bytes)
    return read_data(read_bytes(path, limits.file_bytes), str(path), limits)


def read_data(data: bytes, name: str, limits: Limits = LIMITS) -> Report:
    """Read the bytes of one file of this name into a `Report`; as `read_report`."""
    shown = printable(name)
    if len(data) > limits.file_bytes:
        size, most = len(data) / 1e6, limits.file_bytes / 1e6
        raise ReportError(shown, f"the file has {size:.0f} MB; one report may have {most:.0f} MB", "split it into one file a report")
    kind = find_format(data, name)
    if kind in COLLECTIONS:
        raise ReportError(shown, f"this is a {kind} file, which may hold many reports", "read it with `read_reports`")
    content = read_content(data, kind, shown, limits)
    report = make_report(
        content.text,
        path=shown,
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=content.encoding,
        replaced=content.replaced,
    )
    return replace(report, format=kind, replaced_at=content.replaced_at, omitted=content.omitted)


def make_report(text: str, *, path: str = "", sha256: str = "", encoding: str = "", replaced: int = 0) -> Report:
    r"""Make a `Report` of a text at hand, with its furniture, second copies and metadata.

    Lone surrogates, which no file and no library takes, become U+FFFD; offsets stay. Of a text in traditional characters the
    metadata are in simplified ones.

    Raises:
        ReportError: the text is empty, or is in traditional characters and OpenCC is not installed.

    Example:
        >>> make_report("青岭高新区2023年工作总结\n一、工作回顾\n成效明显。").zone
        '青岭高新区'
    """
    name = printable(Path(path).stem) if path else ""
    text = replace_surrogates(text)
    # Patterns, gazetteer and codebook are in simplified characters; offsets are the same in both.
    simple = simplify_if_traditional(text)
    lines = find_lines(simple)
    if not lines:
        raise ReportError(path or "text", "there is no text in it", "give a text that is not empty")
    furniture = find_furniture(lines)
    facts = find_facts(simple, lines, furniture, name=name)
    return Report(
        id=name or "report",
        text=text,
        path=path,
        sha256=sha256 or hashlib.sha256(text.encode("utf-8")).hexdigest(),
        encoding=encoding,
        replaced=replaced,
        furniture=tuple(furniture if simple is text else (replace(mark, text=text[mark.start : mark.end]) for mark in furniture)),
        duplicates=tuple(find_duplicates(lines)),
        facts=facts,
        **field_values(facts),
    )

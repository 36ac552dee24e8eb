"""Reads a text file into a `Report`."""

from __future__ import annotations

import hashlib
from pathlib import Path

from policynlp.errors import ReportError
from policynlp.reading.duplicates import find_duplicates
from policynlp.reading.encodings import decode
from policynlp.reading.furniture import find_furniture
from policynlp.reading.lines import find_lines
from policynlp.reading.metadata import parse_date, read_region, read_year, read_zone
from policynlp.schema import Report

__all__ = ["MAX_BYTES", "make_report", "read_report"]

# A government work report has about 50 kB. Past this size a file is a collection or an accident.
MAX_BYTES = 20_000_000


def read_report(path: str | Path, *, max_bytes: int = MAX_BYTES) -> Report:
    """Read a text file (.txt or .md) into a `Report`.

    Nothing is cut or normalised: offsets index the text as decoded. Furniture and second copies are marked.

    Args:
        path: the file; UTF-8, UTF-16, GB18030 (GBK) or Big5, with or without byte-order mark.
        max_bytes: the largest file that is read.

    Raises:
        ReportError: the file is missing, a folder, empty, too large or no text.

    Example:
        >>> from policynlp.resources import corpora_path
        >>> report = read_report(corpora_path("reports", "benxi-2014.txt"))
        >>> report.zone, report.year, report.source, report.duplicates[0].shift
        ('本溪高新区', 2014, '科技部', 3087)
    """
    place = Path(path)
    try:
        if place.is_dir():
            raise ReportError(path, "this is a folder", "name the files in it")
        size = place.stat().st_size
        if size > max_bytes:
            raise ReportError(
                path,
                f"the file has {size / 1e6:.0f} MB; one report may have {max_bytes / 1e6:.0f} MB",
                "split it into one file a report",
            )
        data = place.read_bytes()
    except FileNotFoundError as error:
        raise ReportError(path, "there is no such file", "check the path") from error
    except OSError as error:
        raise ReportError(path, f"the file cannot be read ({error.strerror})", "check its permissions") from error
    except ValueError as error:  # a NUL in the path
        raise ReportError(path, "this is no valid path", "check the path") from error
    if not data.strip():
        raise ReportError(path, "the file is empty", "choose a file with text")
    decoded = decode(data)
    if decoded is None:
        raise ReportError(
            path,
            "this is no text file (tried UTF-8, UTF-16, GB18030 and Big5)",
            "save the report as plain text, for example from Word with «Save as»",
        )
    return make_report(
        decoded.text,
        path=str(path),
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=decoded.encoding,
        replaced=decoded.replaced,
    )


def make_report(text: str, *, path: str = "", sha256: str = "", encoding: str = "", replaced: int = 0) -> Report:
    r"""Make a `Report` of a text at hand, with its furniture, second copies and metadata.

    Raises:
        ReportError: the text is empty.

    Example:
        >>> make_report("青岭高新区2023年工作总结\n一、工作回顾\n成效明显。").zone
        '青岭高新区'
    """
    name = Path(path).stem if path else ""
    lines = find_lines(text)
    if not lines:
        raise ReportError(path or "text", "there is no text in it", "give a text that is not empty")
    furniture, facts = find_furniture(lines)
    title, published = facts.get("title", ""), parse_date(facts.get("published", ""))
    zone = read_zone(title, name, text)
    return Report(
        id=name or "report",
        text=text,
        path=path,
        sha256=sha256 or hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        encoding=encoding,
        replaced=replaced,
        title=title,
        zone=zone,
        region=read_region(zone),
        year=read_year(title, name, text, published),
        source=facts.get("source", ""),
        published=published,
        furniture=tuple(furniture),
        duplicates=tuple(find_duplicates(lines)),
    )

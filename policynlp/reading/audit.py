"""What became of every character and byte of a file: kept, furniture, second copy, replaced, blank, and why."""

from __future__ import annotations

import codecs
import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from policynlp.errors import ReportError
from policynlp.reading.duplicates import find_near_duplicates
from policynlp.reading.lines import find_lines
from policynlp.schema import Duplicate, Report

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AUDIT_COLUMNS", "Piece", "audit_report", "audit_table"]

AUDIT_COLUMNS = ("report", "what", "why", "pieces", "characters", "bytes", "share")
PLACE = re.compile(r"^\d+% (?=like)|(?: at)? \d+-\d+$")
REPLACED = re.compile("\ufffd+")
# Encoders that write no byte-order mark of their own; the mark is a piece by itself.
PLAIN = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le", "": "utf-8"}
MARKS = {"utf-8-sig": 3, "utf-16": 2, "utf-32": 4}


class Piece(NamedTuple):
    """A piece of a report: `text[start:end]`, its bytes in the file, what became of it, and why.

    `what` is kept, title, furniture, second copy, replaced, blank or byte-order mark. Pieces follow each other without a gap.
    """

    start: int
    end: int
    bytes: int
    what: str
    why: str


def audit_report(report: Report, data: bytes | None = None) -> list[Piece]:
    r"""Account for every character of a report and every byte of its text file.

    Of a text file the bytes of the pieces add up to the size of the file, the byte-order mark and what could not be decoded
    among them. Of other formats, whose text is taken out of a container, they are those of the text in UTF-8.

    Args:
        report: as read.
        data: the bytes of its file. They are needed only where some could not be decoded, and then read from `report.path`
            by default.

    Returns:
        The pieces in order, which tile the text: a line with its end, a run of blank lines, a run of replaced characters.

    Raises:
        ReportError: bytes were replaced, and the file has gone or is another than the one that was read.

    Example:
        >>> from policynlp.reading import make_report
        >>> for piece in audit_report(make_report("青岭高新区\n来源:科技局\n\n培育产业。")):
        ...     print(piece.start, piece.end, piece.bytes, piece.what, piece.why)
        0 5 15 title first line
        5 6 1 blank white space
        6 12 16 furniture source
        12 14 2 blank white space
        14 19 15 kept line of text
    """
    return make_pieces(report, replaced_sizes(report, data) if is_text(report) and report.replaced else [])


def is_text(report: Report) -> bool:
    """Say whether the text is the file, byte by byte; of other formats it is taken out of a container."""
    return report.format in ("text", "")


def make_pieces(report: Report, lost: Iterable[int]) -> list[Piece]:
    """Cut a report into pieces; `lost` are the bytes behind each U+FFFD of a text file."""
    encoding = PLAIN.get(report.encoding, report.encoding) if is_text(report) else "utf-8"
    sizes = iter(lost) if is_text(report) and report.replaced else None
    pieces = []
    if is_text(report) and report.encoding in MARKS:
        pieces.append(Piece(0, 0, MARKS[report.encoding], "byte-order mark", report.encoding))
    for start, end, what, why in split_replaced(report.text, lines_of(report)):
        if what == "replaced" and sizes:
            size = sum(next(sizes) for _ in range(end - start))
        else:
            size = len(report.text[start:end].encode(encoding, "surrogatepass"))
        pieces.append(Piece(start, end, size, what, why))
    return pieces


def lines_of(report: Report) -> Iterator[tuple[int, int, str, str]]:
    """Tile the text with lines and the white space between them."""
    furniture = {mark.start: mark for mark in report.furniture}
    lines = find_lines(report.text)
    copies, nears = Places(report.duplicates), Places(find_near_duplicates(lines, report.duplicates))
    at = 0
    for line in lines:
        if line.start > at:
            yield at, line.start, "blank", "white space"
        at = line.end
        if copy := copies.holding(line.start):
            yield line.start, line.end, "second copy", f"stands first at {copy.start}-{copy.end}"
        elif mark := furniture.get(line.start):
            yield line.start, line.end, "title" if mark.kind == "title" else "furniture", mark.rule
        elif near := nears.holding(line.start):
            yield line.start, line.end, "kept", f"{near.similarity:.0%} like {near.start}-{near.end}"
        else:
            yield line.start, line.end, "kept", "line of text"
    if at < len(report.text):
        yield at, len(report.text), "blank", "white space"


class Places:
    """Finds the block of which an offset lies in the later copy."""

    def __init__(self, blocks: Sequence[Duplicate]) -> None:
        self.blocks = sorted(blocks, key=lambda block: block.copy_start)
        self.starts = [block.copy_start for block in self.blocks]

    def holding(self, offset: int) -> Duplicate | None:
        """Give the block whose later copy holds the offset, or None."""
        at = bisect_right(self.starts, offset) - 1
        return self.blocks[at] if at >= 0 and offset < self.blocks[at].copy_end else None


def split_replaced(text: str, pieces: Iterable[tuple[int, int, str, str]]) -> Iterator[tuple[int, int, str, str]]:
    """Cut the runs of U+FFFD out of the pieces."""
    for start, end, what, why in pieces:
        at = start
        for run in REPLACED.finditer(text, start, end):
            if run.start() > at:
                yield at, run.start(), what, why
            yield run.start(), run.end(), "replaced", "no character of the encoding"
            at = run.end()
        if at < end:
            yield at, end, what, why


def replaced_sizes(report: Report, data: bytes | None) -> list[int]:
    """Give the number of bytes behind each U+FFFD of a text, in order, by decoding the file once more."""
    if data is None:
        try:
            data = Path(report.path).read_bytes()
        except OSError as error:
            raise ReportError(report.path or report.id, "the file that was read is not there", "give its bytes as `data`") from error
    if hashlib.sha256(data).hexdigest() != report.sha256:
        raise ReportError(report.path or report.id, "this is not the file that was read", "read the report again")
    encoding, body = report.encoding, data[MARKS.get(report.encoding, 0) :]
    if encoding in ("utf-16", "utf-32"):
        encoding += "-be" if data[:1] in (b"\xfe", b"\0") else "-le"
    sizes: list[int] = []
    at = 0
    for start, end in undecodable(body, encoding):
        sizes += [width(encoding)] * body[at:start].decode(encoding).count("\ufffd")
        sizes.append(end - start)
        at = end
    return sizes + [width(encoding)] * body[at:].decode(encoding).count("\ufffd")


def width(encoding: str) -> int:
    """The bytes of a U+FFFD that stands in the file itself."""
    return len("\ufffd".encode(PLAIN.get(encoding, encoding), "replace"))


def undecodable(data: bytes, encoding: str) -> list[tuple[int, int]]:
    """Find the bytes for which the decoder gives U+FFFD."""
    spans: list[tuple[int, int]] = []

    def note(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        spans.append((error.start, error.end))
        return "", error.end

    codecs.register_error("policynlp.audit", note)  # a handler is known to the decoder by name
    data.decode(encoding, errors="policynlp.audit")
    return spans


def audit_table(reports: Iterable[Report]) -> pd.DataFrame:
    r"""Sum the audit of reports: one row for each report, thing that became of its text, and reason.

    Returns:
        Columns `report`, `what`, `why`, `pieces`, `characters`, `bytes` and `share` of the report's bytes; in order of the
        reports and of the first piece of each kind. Second copies and near-duplicates are one kind each. What a reader left out
        of the text (menus of a web page, page numbers of a PDF) stands at the end as `omitted`: lines, without bytes. Where bytes
        were replaced and the file is not at hand, as in an archive, theirs count as 0.

    Example:
        >>> from policynlp.reading import make_report
        >>> audit_table([make_report("青岭高新区\n来源:科技局\n\n培育产业。")])[["what", "bytes", "share"]].values.tolist()
        [['title', 15, 0.3061], ['blank', 3, 0.0612], ['furniture', 16, 0.3265], ['kept', 15, 0.3061]]
    """
    import pandas as pd

    rows: list[tuple[object, ...]] = []
    for report in reports:
        sums: dict[tuple[str, str], list[int]] = {}
        for piece in audit_at_hand(report):
            row = sums.setdefault((piece.what, PLACE.sub("", piece.why)), [0, 0, 0])
            row[0] += 1
            row[1] += piece.end - piece.start
            row[2] += piece.bytes
        size = sum(row[2] for row in sums.values()) or 1
        rows += [(report.id, what, why, *row, round(row[2] / size, 4)) for (what, why), row in sums.items()]
        if report.omitted:
            characters = sum(map(len, report.omitted))
            rows.append((report.id, "omitted", "passed over by the reader", len(report.omitted), characters, 0, 0.0))
    return pd.DataFrame(rows, columns=list(AUDIT_COLUMNS))


def audit_at_hand(report: Report) -> list[Piece]:
    """Audit a report with or without its file."""
    try:
        return audit_report(report)
    except ReportError:
        return make_pieces(report, repeat(0))

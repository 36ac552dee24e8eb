"""What one file may cost: every limit of the readers in one place."""

from __future__ import annotations

import time
from dataclasses import dataclass

from policynlp.errors import ReportError

__all__ = ["LIMITS", "Deadline", "Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may hold before it is refused with a `ReportError`; change one with `dataclasses.replace`.

    The defaults are far above any real report (a government work report has about 50 kB) and keep a hostile file below
    about 1 GB of memory and a minute of time.

    Attributes:
        file_bytes: bytes of one report's file; past this size a file is a collection or an accident.
        collection_bytes: bytes of an archive or a sheet, which hold many reports.
        characters: characters of one report's text.
        line_characters: characters of one line.
        members: files in an archive, a Word, OFD or Excel file (which are archives).
        member_bytes: unpacked bytes of one member.
        unpacked_bytes: unpacked bytes of all members together.
        ratio: unpacked bytes for each packed byte of a member above 1 MB; text packs 3 to 20 times, bombs 1,000 times.
        xml_bytes: bytes of one XML or HTML document; its tree takes about ten times as much memory.
        nesting: archives inside archives, one inside the other.
        pages: pages of a PDF or OFD file.
        rows: rows of a sheet.
        columns: columns of a sheet.
        seconds: time for one file, looked at between pages, rows and members.
        noted: replaced places and omitted lines that are listed; the rest is only counted.

    Example:
        >>> from dataclasses import replace
        >>> replace(LIMITS, file_bytes=100_000_000).file_bytes
        100000000
    """

    file_bytes: int = 20_000_000
    collection_bytes: int = 500_000_000
    characters: int = 20_000_000
    line_characters: int = 1_000_000
    members: int = 10_000
    member_bytes: int = 100_000_000
    unpacked_bytes: int = 1_000_000_000
    ratio: int = 200
    xml_bytes: int = 30_000_000
    nesting: int = 2
    pages: int = 5_000
    rows: int = 200_000
    columns: int = 1_000
    seconds: float = 120.0
    noted: int = 100


LIMITS = Limits()


class Deadline:
    """The moment when a reader must have finished; `check` raises once it has passed."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.seconds = limits.seconds
        self.end = time.monotonic() + limits.seconds

    def check(self) -> None:
        """Raise a `ReportError` where the time is over."""
        if time.monotonic() > self.end:
            raise ReportError(self.name, f"reading it takes longer than {self.seconds:g} seconds", "split it or raise `Limits.seconds`")

"""What a language model may do with reports: analyse, query and compare files below one folder, in answers of bounded size."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any

from policynlp.annotation.pipeline import make_analysis
from policynlp.comparison.comparison import Comparison, compare
from policynlp.errors import PolicyNLPError
from policynlp.presentation.harmless import harmless
from policynlp.reading.collection import read_reports
from policynlp.schema import Analysis, Report, Statement

__all__ = ["RequestError", "Workbench"]

MOST_ROWS, MOST_REPORTS, MOST_FILES, MOST_EVIDENCE, MOST_ITEMS = 100, 50, 5000, 60, 20
LONGEST_TEXT = 600  # characters; a statement is seldom longer
Row = dict[str, Any]


class RequestError(Exception):
    """A request that cannot be met; the message says why and what can be done."""


class Workbench:
    """Reports below a folder, with the analyses made of them.

    Every answer holds plain values for JSON: at most 100 rows, of which `total` says how many there are and `next` where to go
    on (None at the end), and at most 600 characters a text, cut ones ending in «…». Names of files are relative to the folder;
    what lies outside it, also by a link, is refused.

    Args:
        root: the folder; nothing outside it is read, and nothing at all is written.

    Raises:
        ValueError: it is no folder.

    Example:
        >>> from policynlp.resources import corpora_path
        >>> found = Workbench(corpora_path("reports")).query(["benxi-2014.txt"], entity="种子基金", text="设立")
        >>> found["total"], found["statements"][0]["id"], found["statements"][0]["class"]
        (2, 'benxi-2014#s0019', 'MEASURE')
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root).resolve()
        if not self.root.is_dir():
            raise ValueError(f"root is {str(root)!r}; it must be a folder with reports")
        self.lock = Lock()  # requests come on threads, and the models are shared
        self.make_analysis = lru_cache(maxsize=2 * MOST_REPORTS)(make_analysis)

    def list_files(self, folder: str = ".", *, offset: int = 0, limit: int = MOST_ROWS) -> Row:
        """List the files in a folder: `files` with name and bytes."""
        place = self.resolve(folder)
        if not place.is_dir():
            raise RequestError(f"{folder} is no folder; name one, or «.» for all")
        files = [{"file": self.shown(path), "bytes": path.stat().st_size} for path in self.files_in(place)]
        return page("files", files, offset, limit)

    def analyze(self, path: str, *, offset: int = 0, limit: int = 50) -> Row:
        """Analyse one report: what it is, counts of classes and entity types, its statements page by page."""
        analyses = self.analyses([path])
        if len(analyses) != 1:
            raise RequestError(f"{path} holds {len(analyses)} reports; query or compare them, or name one file")
        [analysis] = analyses
        report, body = analysis.report, body_of(analysis)
        return {
            "report": {"id": report.id, "file": report.path, "zone": report.zone, "year": report.year, "title": cut(report.title)},
            "classes": dict(sorted(Counter(s.kind for s in body).items())),
            "entities": dict(sorted(Counter(e.kind for e in analysis.entities if not e.nested).items())),
            "uncertain": sum(s.uncertain for s in body),
            **page("statements", [describe(analysis, s) for s in body], offset, limit),
        }

    def query(self, paths: Sequence[str], *, text: str = "", kind: str = "", entity: str = "", offset: int = 0, limit: int = 50) -> Row:
        """Find the statements of reports that hold a text, are of a class and name an entity, all of what is asked for.

        `entity` is an entity type (FUND) or a part of a canonical name (种子基金).
        """
        found = []
        for analysis in self.analyses(paths):
            naming = {e.statement for e in analysis.entities if e.kind == entity or any(entity in name for name in e.names)}
            found += [
                describe(analysis, s)
                for s in body_of(analysis)
                if text in s.text and kind in ("", s.kind) and (not entity or s.id in naming)
            ]
        return page("statements", found, offset, limit)

    def compare(
        self, paths: Sequence[str], *, table: str = "presence", by: str = "zone", focus: str = "", offset: int = 0, limit: int = 50
    ) -> Row:
        """Compare reports group by group: the rows of one table, with the statements that its ids stand for in `evidence`."""
        analyses = self.analyses(paths)
        with self.lock:
            try:
                comparison = compare(analyses, by=by, focus=focus or None)
                frame = comparison.table(table)
            except ValueError as error:
                raise RequestError(str(error)) from error
        rows = page("rows", frame.to_dict("records"), offset, limit)
        evidence = evidence_of(comparison, rows["rows"])
        rows["rows"] = [{str(name): plain(value) for name, value in row.items()} for row in rows["rows"]]
        return {
            "table": table,
            "tables": list(comparison.names()),
            "groups": [g.name for g in comparison.groups],
            **rows,
            "evidence": evidence,
        }

    def analyses(self, paths: Sequence[str]) -> list[Analysis]:
        """Analyse the reports of files and folders; one that cannot be read is an error, so that no answer is silently partial."""
        if not paths or len(paths) > MOST_REPORTS:
            raise RequestError(f"name 1 to {MOST_REPORTS} files or folders")
        places = [self.resolve(path) for path in paths]
        for place in places:
            self.files_in(place)
        with self.lock:
            reports = list(islice(read_reports(places), MOST_REPORTS + 1))
            if len(reports) > MOST_REPORTS:
                raise RequestError(f"these are more than {MOST_REPORTS} reports; name fewer")
            return [self.make_analysis(self.named(report)) for report in reports]

    def named(self, report: Report | PolicyNLPError) -> Report:
        """Give a report the name of its file below the root; one that cannot be read is an error."""
        if isinstance(report, PolicyNLPError):
            raise RequestError(str(report).replace(f"{self.root}/", ""))
        return replace(report, path=self.shown(Path(report.path)))

    def resolve(self, name: str) -> Path:
        """Give the path of a name below the root."""
        try:
            place = Path(self.root, name).resolve()
            there = place.exists()
        except (OSError, ValueError, RuntimeError) as error:
            raise RequestError("this is no valid path; name a file or folder below the root") from error
        if not place.is_relative_to(self.root):
            raise RequestError("this lies outside the folder that may be read; name a file or folder below it")
        if not there:
            raise RequestError(f"there is no {name[:200]}; list_files says what there is")
        return place

    def files_in(self, place: Path) -> list[Path]:
        """Give the files of a folder, or the file itself; a link that leads outside is refused."""
        if not place.is_dir():
            return [place]
        found = sorted(islice(place.rglob("*"), MOST_FILES + 1))
        if len(found) > MOST_FILES:
            raise RequestError(f"there are more than {MOST_FILES} files; name a smaller folder")
        if outside := next((path for path in found if not path.resolve().is_relative_to(self.root)), None):
            raise RequestError(f"{self.shown(outside)} is a link to outside the folder that may be read; name other files")
        return [path for path in found if path.is_file()]

    def shown(self, path: Path) -> str:
        """Give a path as the model may see it."""
        return harmless(path.relative_to(self.root).as_posix()) if path.is_relative_to(self.root) else harmless(path.name)


def body_of(analysis: Analysis) -> list[Statement]:
    return [s for s in analysis.statements if s.role not in ("title", "boilerplate")]


def describe(analysis: Analysis, statement: Statement) -> Row:
    """Give a statement with what is known of it; `id` reads report#statement."""
    entities = [e for e in analysis.entities if e.statement == statement.id and not e.nested]
    return {
        "id": f"{analysis.report.id}#{statement.id}",
        "class": statement.kind,
        "instruments": list(statement.instruments),
        "uncertain": statement.uncertain,
        "text": cut(statement.text),
        "section": [cut(title) for title in statement.section[-3:]],
        "start": statement.start,
        "end": statement.end,
        "entities": [{"type": e.kind, "name": cut(e.name)} for e in entities[:MOST_ITEMS]],
    }


def page(name: str, rows: Sequence[Mapping[Any, Any]], offset: int, limit: int) -> Row:
    """Give some of the rows, how many there are, and where the next ones begin."""
    if offset < 0 or not 1 <= limit <= MOST_ROWS:
        raise RequestError(f"offset must be 0 or more, and limit 1 to {MOST_ROWS}")
    end = offset + limit
    return {name: list(rows[offset:end]), "total": len(rows), "next": end if end < len(rows) else None}


def evidence_of(comparison: Comparison, rows: Iterable[Mapping[Any, Any]]) -> dict[str, str]:
    """Give the text of the statements whose ids stand in the rows, the first 60."""
    evidence: dict[str, str] = {}
    for identifier in (item for row in rows for value in row.values() for item in (value if isinstance(value, tuple) else (value,))):
        if len(evidence) < MOST_EVIDENCE and isinstance(identifier, str) and "#" in identifier:
            try:
                evidence[identifier] = cut(comparison.statement(identifier).text)
            except KeyError:  # a text with a # in it
                continue
    return evidence


def plain(value: Any) -> Any:
    """Give a cell as JSON can hold it."""
    if isinstance(value, tuple | list):
        return [plain(item) for item in value[:MOST_ITEMS]]
    if isinstance(value, str):
        return cut(value)
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, bool | int) or value is None else cut(str(value))


def cut(text: str) -> str:
    text = harmless(text)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"

"""A manifest: a table of the user's that says what each file is, and goes before what is read from text and file name."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import Any

from policynlp.errors import ReportError
from policynlp.reading.dates import parse_date
from policynlp.reading.encodings import decode
from policynlp.reading.files import read_bytes
from policynlp.reading.limits import LIMITS, Limits
from policynlp.reading.metadata import FIELDS, field_values, region_fact
from policynlp.reading.sheets import TABLES
from policynlp.schema import Fact, Report

__all__ = ["Manifest", "ManifestRow", "read_manifest"]

# Headings of columns in the user's language; every other heading becomes a column of `Report.extra`.
HEADINGS = {
    "文件": "file", "文件名": "file", "filename": "file", "path": "file",
    "编号": "id",
    "标题": "title", "名称": "title",
    "园区": "zone", "开发区": "zone", "高新区": "zone", "城市": "zone",
    "地区": "region", "省份": "region", "省": "region",
    "年份": "year", "年度": "year", "年": "year",
    "来源": "source",
    "日期": "published", "发布日期": "published", "date": "published",
    "发文机关": "issuer", "发布机构": "issuer",
    "文号": "number", "发文字号": "number",
    "体裁": "genre", "文种": "genre",
}  # fmt: skip
SHA256 = re.compile("[0-9a-f]{64}")
WILD = re.compile(r"[*?\[]")
FORMATS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".xlsx": "xlsx", ".jsonl": "jsonl"}


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """What a manifest says of the files that `key` names: a file name, a pattern (2023/*.txt) or a sha256."""

    key: str
    row: int
    values: tuple[tuple[str, str], ...]
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest as read; `problems` are the rows that could not be used, each with its number."""

    rows: tuple[ManifestRow, ...]
    problems: tuple[ReportError, ...] = ()
    _index: dict[str, ManifestRow] = field(default_factory=dict, repr=False, compare=False)

    def find(self, report: Report) -> ManifestRow | None:
        """Find the row of a report: by sha256, else by the end of its path, else by the first pattern that fits.

        A name without a folder fits in every folder.
        """
        path = PurePath(report.path.replace("\\", "/")).as_posix()
        if not self._index:
            self._index.update({row.key: row for row in reversed(self.rows)})
        parts = path.split("/")
        for key in (report.sha256, *("/".join(parts[k:]) for k in range(len(parts)))):
            if key in self._index:
                return self._index[key]
        patterns = (row for row in self.rows if WILD.search(row.key))
        return next((row for row in patterns if fnmatchcase(path, row.key) or fnmatchcase(path, f"*/{row.key}")), None)

    def apply(self, report: Report) -> Report:
        """Give the report with what the manifest says of it; a report that it does not name comes back as it is.

        Each value replaces the one read, and its fact says «manifest row 3». Where the zone changes, its province follows.

        Example:
            >>> from policynlp.reading import make_report
            >>> row = ManifestRow("a.txt", 2, (("zone", "本溪高新区"), ("year", "2014")), (("批次", "甲"),))
            >>> report = Manifest((row,)).apply(make_report("培育产业。", path="reports/a.txt"))
            >>> report.zone, report.region, report.year, report.extra, report.facts[0].origin
            ('本溪高新区', '辽宁省', 2014, (('批次', '甲'),), 'manifest row 2')
        """
        row = self.find(report)
        if row is None:
            return report
        facts = {fact.field: fact for fact in report.facts}
        facts |= {name: Fact(name, value, f"manifest row {row.row}") for name, value in row.values if name != "id"}
        said = dict(row.values)
        if "zone" in said and "region" not in said:
            facts.pop("region", None)
            if region := region_fact(facts["zone"]):
                facts["region"] = region
        values: dict[str, Any] = field_values(fact for name, fact in facts.items() if name in said or name == "region")
        if "zone" in said:
            values.setdefault("region", "")
        if "id" in said:
            values["id"] = said["id"]
        return replace(report, **values, facts=tuple(facts[name] for name in FIELDS if name in facts), extra=row.extra)


def read_manifest(path: str | Path, *, limits: Limits = LIMITS) -> Manifest:
    """Read a manifest: a sheet (.csv, .xlsx, .jsonl) with a row a file, or .toml with a table `[[report]]` a file.

    One column is `file` (文件): a name, a name with folders, a pattern or a sha256. Columns `id`, `title`, `zone`, `region`,
    `year`, `source`, `published`, `issuer`, `number` and `genre`, also by their Chinese headings, replace what is read from the
    text; an empty cell replaces nothing; every other column becomes `Report.extra`. Of two rows for one file the first counts.

    Args:
        path: the manifest; a CSV may be in UTF-8 or GBK, with or without byte-order mark.
        limits: how much it may hold.

    Returns:
        The rows, and as `problems` those without a file, with a year or date that is none, or for a file named before. Row 1
        holds the headings; empty rows are not counted.

    Raises:
        ReportError: it cannot be read, is of another format, or has no column of files.
    """
    kind = Path(path).suffix.lower()
    data = read_bytes(path, limits.file_bytes)
    if kind != ".toml" and kind not in FORMATS:
        raise ReportError(path, f"a manifest cannot be a {kind or 'nameless'} file", "save it as .csv, .xlsx, .jsonl or .toml")
    table = toml_rows(data, str(path)) if kind == ".toml" else TABLES[FORMATS[kind]](data, str(path), limits)
    rows: list[ManifestRow] = []
    problems: list[ReportError] = []
    seen: set[str] = set()
    for number, cells in enumerate(table, 1 if kind in (".toml", ".jsonl") else 2):
        if number > limits.rows:
            raise ReportError(path, f"it has more than {limits.rows:,} rows", "split it, or raise `Limits.rows`")
        try:
            row = make_row(f"{path}, row {number}", number, cells)
            if row.key in seen:
                raise ReportError(f"{path}, row {number}", f"«{row.key}» has a row already, which counts", "keep one of the two")
        except ReportError as error:
            problems.append(error)
        else:
            seen.add(row.key)
            rows.append(row)
    if not rows and problems and all("file" in error.problem for error in problems):
        raise ReportError(path, "it has no column `file` (文件)", "add a column with the names of the files")
    return Manifest(tuple(rows), tuple(problems))


def make_row(place: str, number: int, cells: Mapping[str, Any] | ReportError) -> ManifestRow:
    """Check one row.

    Raises:
        ReportError: it names no file, or its year or date is none.
    """
    if isinstance(cells, ReportError):
        raise cells
    values: dict[str, str] = {}
    extra: dict[str, str] = {}
    for heading, value in named_cells(cells):
        name = HEADINGS.get(heading.lower(), heading.lower())
        if name in ("file", "id", *FIELDS):
            values.setdefault(name, value)
        else:
            extra.setdefault(heading, value)
    key = values.pop("file", "").replace("\\", "/").removeprefix("./")
    if not key:
        raise ReportError(place, "it names no file", "fill the column `file` (文件)")
    if "year" in values:
        values["year"] = values["year"].removesuffix("年")
        if not re.fullmatch(r"(?:19|20)\d\d", values["year"], re.ASCII):
            raise ReportError(place, f"«{values['year'][:20]}» is no year", "write it as 2023")
    if "published" in values and not parse_date(values["published"]):
        raise ReportError(place, f"«{values['published'][:20]}» is no date", "write it as 2023-01-31")
    return ManifestRow(key.lower() if SHA256.fullmatch(key.lower()) else key, number, tuple(values.items()), tuple(extra.items()))


def named_cells(cells: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give heading and text of the cells that are filled."""
    for heading, value in cells.items():
        if isinstance(value, float) and value.is_integer():  # as Excel keeps years
            value = int(value)
        if isinstance(value, datetime.datetime):
            value = value.date()
        if value is not None and (text := str(value).strip()):
            yield str(heading).strip().lstrip("\ufeff"), text


def toml_rows(data: bytes, name: str) -> Iterable[Mapping[str, Any]]:
    """Give the tables `[[report]]` of a TOML file."""
    decoded = decode(data)
    try:
        rows = tomllib.loads(decoded.text if decoded else "").get("report", [])
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ReportError(name, f"it is no valid TOML ({error})", "mend it at this place") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ReportError(name, "its reports are no tables", "write [[report]] before each")
    return rows

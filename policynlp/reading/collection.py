"""Many reports from files, folders, zip files and sheets with a report a row."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, groupby
from pathlib import Path, PurePosixPath

from policynlp.errors import ReportError
from policynlp.reading.archives import check_member_name, iterate_members, open_archive, read_member
from policynlp.reading.dates import parse_date
from policynlp.reading.files import make_id, printable, read_bytes
from policynlp.reading.formats import SHEETS, find_format
from policynlp.reading.furniture import find_repeated_lines, mark_repeated
from policynlp.reading.limits import LIMITS, Limits
from policynlp.reading.manifest import Manifest, read_manifest
from policynlp.reading.metadata import FIELDS, field_values, region_fact
from policynlp.reading.report import make_report, read_data
from policynlp.reading.sheets import check_columns, iterate_rows
from policynlp.schema import Fact, Report

__all__ = ["read_reports"]

JUNK = re.compile(r"\.|~\$|Thumbs\.db$|desktop\.ini$|__MACOSX$", re.IGNORECASE)
RESULTS = {"page.html", "tables.xlsx"}, {"page.html", "network.xlsx"}  # a folder with these was written by policynlp
HANDFUL = 5  # reports that show which lines the pages of a folder have in common
SAMPLE, SAMPLE_CHARACTERS = 100, 10_000_000  # of a larger folder its first reports show it
YEAR = re.compile(r"(?:19|20)\d\d")


def read_reports(
    paths: str | Path | Iterable[str | Path],
    *,
    columns: Mapping[str, str] | None = None,
    manifest: str | Path | Manifest | None = None,
    limits: Limits = LIMITS,
) -> Iterator[Report | ReportError]:
    """Read all reports of folders, zip files, sheets and single files, one after the other.

    A file that cannot be read gives its error in its place and the next one follows. Folders are walked to the bottom without
    following links to other folders; hidden files, the leavings of file managers and results of policynlp are passed over.
    Where a folder holds five reports or more, the lines at the head or foot of most of them are marked as furniture.

    Args:
        paths: folders, .zip, .csv, .xlsx or .jsonl with one report a row, or single reports; one or several.
        columns: field of a report -> heading of its column in sheets: text, id, title, zone, region, year, source,
            published, issuer, number, genre. What a row states takes the place of what is read from its text.
        manifest: a table that says what each file is, as `read_manifest` reads it; it goes before what is read.
        limits: how large files, archives and sheets may be.

    Returns:
        Reports and errors, in the order of the paths and sorted by name within each. Ids are made from the names inside and
        differ even where case is ignored.

    Raises:
        ReportError: the manifest cannot be read; what is wrong with a row of it comes first among the errors.
        ValueError: `columns` names something that is no field of a report.

    Example:
        >>> from policynlp.resources import corpora_path
        >>> [report.id for report in read_reports(corpora_path("reports", "benxi-2014.txt")) if isinstance(report, Report)]
        ['benxi-2014']
    """
    checked = check_columns(columns)
    said = manifest if isinstance(manifest, Manifest) else read_manifest(manifest, limits=limits) if manifest is not None else Manifest(())
    places = [paths] if isinstance(paths, (str, Path)) else paths
    found = chain.from_iterable(walk(Path(place), checked, limits) for place in places)
    return mark_folders(distinct(chain(said.problems, (state(report, said) for report in found))))


def state(report: Report | ReportError, manifest: Manifest) -> Report | ReportError:
    """Give a report with what the manifest says of it; an id of the user's becomes one that can name a folder."""
    if isinstance(report, ReportError):
        return report
    stated = manifest.apply(report)
    return stated if stated.id == report.id else replace(stated, id=make_id(PurePosixPath(stated.id + ".")))


def distinct(reports: Iterable[Report | ReportError]) -> Iterator[Report | ReportError]:
    """Number the ids that are taken already."""
    taken: set[str] = set()
    last: dict[str, int] = {}  # the number given last, so that thousands of equal ids are not counted up again and again
    for report in reports:
        if isinstance(report, Report):
            identifier, key = report.id, report.id.casefold()
            while identifier.casefold() in taken:
                last[key] = last.get(key, 1) + 1
                identifier = f"{report.id}-{last[key]}"
            taken.add(identifier.casefold())
            yield report if identifier == report.id else replace(report, id=identifier)
        else:
            yield report


def mark_folders(reports: Iterable[Report | ReportError]) -> Iterator[Report | ReportError]:
    """Mark what the pages of a folder, an archive's folder or a sheet have in common; holds the first reports of one at a time."""
    for _, group in groupby(reports, key=site_of):
        first = list(beginning(group))
        read = [report for report in first if isinstance(report, Report)]
        repeated = find_repeated_lines(read) if len(read) >= HANDFUL else {}
        for report in chain(first, group):
            yield mark_repeated(report, repeated) if repeated and isinstance(report, Report) else report


def site_of(report: Report | ReportError) -> str:
    """Name the folder or sheet that a report stands in."""
    if isinstance(report, Report) and report.format in SHEETS:
        return report.path.rpartition(", row ")[0]
    return str(PurePosixPath(report.path.replace("\\", "/")).parent)


def beginning(group: Iterator[Report | ReportError]) -> Iterator[Report | ReportError]:
    """Give the first reports of a folder, as many as show what repeats."""
    characters = 0
    for number, report in enumerate(group, 1):
        yield report
        characters += len(report.text) if isinstance(report, Report) else 0
        if number == SAMPLE or characters > SAMPLE_CHARACTERS:
            return


def walk(path: Path, columns: Mapping[str, str], limits: Limits) -> Iterator[Report | ReportError]:
    try:
        is_folder = path.is_dir()
    except (OSError, ValueError):
        is_folder = False
    if not is_folder:
        yield from open_file(path, PurePosixPath(path.name), columns, limits)
        return
    empty = True
    for folder, folders, names in os.walk(path, onerror=None, followlinks=False):
        folders[:] = sorted(name for name in folders if not JUNK.match(name))
        if any(results <= set(names) for results in RESULTS):
            folders.clear()
            continue
        for name in sorted(name for name in names if not JUNK.match(name)):
            empty, file = False, Path(folder, name)
            yield from open_file(file, PurePosixPath(*file.relative_to(path).parts), columns, limits)
    if empty:
        yield ReportError(printable(str(path)), "there is no report in this folder", "name a folder with reports")


def open_file(path: Path, inner: PurePosixPath, columns: Mapping[str, str], limits: Limits) -> Iterator[Report | ReportError]:
    try:
        data = read_bytes(path, limits.collection_bytes)
        yield from open_data(data, str(path), inner, columns, limits, limits.nesting)
    except ReportError as error:
        yield error


def open_data(
    data: bytes, name: str, inner: PurePosixPath, columns: Mapping[str, str], limits: Limits, depth: int
) -> Iterator[Report | ReportError]:
    """Give the reports in the bytes of one file."""
    kind = find_format(data, name)
    if kind == "zip":
        yield from open_zip(data, name, inner, columns, limits, depth)
    elif kind in SHEETS:
        yield from open_sheet(data, kind, name, inner, columns, limits)
    else:
        try:
            yield replace(read_data(data, name, limits), id=make_id(inner))
        except ReportError as error:
            yield error


def open_zip(
    data: bytes, name: str, inner: PurePosixPath, columns: Mapping[str, str], limits: Limits, depth: int
) -> Iterator[Report | ReportError]:
    if depth <= 0:
        yield ReportError(printable(name), "archives lie too deep inside each other", "unpack it, or raise `Limits.nesting`")
        return
    try:
        archive = open_archive(data, printable(name), limits)
    except ReportError as error:
        yield error
        return
    for member_name, member in iterate_members(archive):
        whole = printable(f"{name}/{member_name}")
        try:
            check_member_name(member_name, member, whole)
            unpacked = read_member(archive, member, whole, limits)
            if not unpacked.strip():
                raise ReportError(whole, "the file is empty", "choose a file with text")
        except ReportError as error:
            yield error
            continue
        place = PurePosixPath(member_name.replace("\\", "/"))
        yield from open_data(
            unpacked, whole, inner.with_suffix("") / place if depth < limits.nesting else place, columns, limits, depth - 1
        )


def open_sheet(
    data: bytes, kind: str, name: str, inner: PurePosixPath, columns: Mapping[str, str], limits: Limits
) -> Iterator[Report | ReportError]:
    shown = printable(name)
    try:
        for number, row in enumerate(iterate_rows(data, kind, shown, limits, columns), 1):
            if isinstance(row, ReportError):
                yield row
                continue
            try:
                yield row_report(row, f"{shown}, row {number}", f"{make_id(inner)}-{number:04d}", kind)
            except ReportError as error:
                yield error
    except ReportError as error:
        yield error
    except Exception as error:  # as in `read_content`: the libraries raise whatever comes first
        yield ReportError(shown, f"the {kind} file is damaged ({type(error).__name__})", "open it in its program and save it again")


def row_report(row: Mapping[str, str], place: str, identifier: str, kind: str) -> Report:
    """Make a report of a row; what the row states goes before what its text says, as a manifest does."""
    if not row["text"].strip():
        raise ReportError(place, "there is no text in it", "fill in the column of the text")
    report = make_report(row["text"])
    facts = {fact.field: fact for fact in report.facts}
    facts |= {fact.field: fact for fact in stated_facts(row)}
    if "zone" in facts and not row.get("region") and (region := region_fact(facts["zone"])):
        facts["region"] = region
    return replace(
        report,
        id=make_id(PurePosixPath(row["id"] + ".")) if row.get("id") else identifier,
        path=place,
        format=kind,
        facts=tuple(facts[field] for field in FIELDS if field in facts),
        **field_values(facts.values()),
    )


def stated_facts(row: Mapping[str, str]) -> Iterator[Fact]:
    """Give what a row states of its report; a year or date that is none is passed over."""
    for field in FIELDS:
        value = row.get(field, "").strip()
        if field == "year":
            value = match.group() if (match := YEAR.search(value)) else ""
        elif field == "published":
            value = str(when) if (when := parse_date(value)) else ""
        if value:
            yield Fact(field, value, "manifest")

"""Coding files for NVivo, MAXQDA, QualCoder and their like: REFI-QDA projects and codebooks.

Codes carry their layer in their name («class:GOAL 目标»), so that they are told apart in programs that keep one flat list. The code
`sample` marks the statements that were drawn; what a coder says of one may be marked a little shorter or longer than it is.
"""

from __future__ import annotations

import uuid
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Tree

from policynlp.atomic import replace_file
from policynlp.coding.coded import SHA_DIGITS, Coded, Sample, Unit, make_unit, plain
from policynlp.coding.scheme import LAYERS, Problems, Scheme, make_coded
from policynlp.errors import ReportError
from policynlp.evaluation.gold import GoldEntity
from policynlp.reading.archives import open_archive, read_member
from policynlp.reading.files import read_bytes
from policynlp.reading.limits import LIMITS
from policynlp.reading.trees import local_name, parse_xml
from policynlp.version import __version__

__all__ = ["read_refi_qda", "write_refi_qda"]

PROJECT, CODEBOOK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"
SAMPLE = "sample"
INTERNAL = "internal://"
LONGEST_NUMBER = 10  # digits
STAMP = (1980, 1, 1, 0, 0, 0)  # the same sample must give the same bytes
Selection = tuple[int, int, str]  # start, end, name of a code


def guid(*parts: str) -> str:
    """Give the same GUID for the same thing."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "policynlp/" + "/".join(parts)))


def write_refi_qda(sample: Sample, path: Path, scheme: Scheme) -> list[Path]:
    """Write a REFI-QDA project (.qdpx): the whole reports, with the drawn statements marked and what is said of them coded.

    Beside it stands the codebook alone (.qdc), for projects that exist already.

    Offsets count Unicode characters; line ends are single characters in the sources.

    Source:
        REFI-QDA standard 1.5, project exchange (Rotterdam Exchange Format Initiative, 2019).
    """
    root = Tree.Element("Project", xmlns=PROJECT, name=plain(path.stem), origin=f"policynlp {__version__}", creatingUserGUID=guid("user"))
    Tree.SubElement(Tree.SubElement(root, "Users"), "User", guid=guid("user"), name="policynlp")
    add_codes(Tree.SubElement(root, "CodeBook"), scheme)
    sources = Tree.SubElement(root, "Sources")
    files = {coded.unit.file: coded.unit.sha for coded in sample.coded}
    for file, sha in files.items():
        add_source(sources, file, sha, [coded for coded in sample.coded if coded.unit.file == file], scheme)
    with replace_file(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [
            ("project.qde", to_xml(root)),
            *((source_name(f, s), plain(sample.texts[s]).encode()) for f, s in files.items()),
        ]:
            entry = zipfile.ZipInfo(name, STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return [path, write_codebook(path.with_suffix(".qdc"), scheme)]


def write_codebook(path: Path, scheme: Scheme) -> Path:
    root = Tree.Element("CodeBook", xmlns=CODEBOOK, origin=f"policynlp {__version__}")
    add_codes(root, scheme)
    with replace_file(path) as temporary:
        temporary.write_bytes(to_xml(root))
    return path


def source_name(file: str, sha: str) -> str:
    return f"sources/{guid('source', file, sha)}.txt"


def to_xml(root: Tree.Element) -> bytes:
    Tree.indent(root)
    return bytes(Tree.tostring(root, encoding="utf-8", xml_declaration=True))


def add_codes(parent: Tree.Element, scheme: Scheme) -> None:
    """Add the codes, one group a layer."""
    codes = Tree.SubElement(parent, "Codes")
    Tree.SubElement(codes, "Code", guid=guid("code", SAMPLE), name=SAMPLE, isCodable="true", color="#ffd966")
    for layer, labels in scheme.layers.items():
        group = Tree.SubElement(codes, "Code", guid=guid("group", layer), name=layer, isCodable="false")
        for code, label in labels.items():
            tag = scheme.tag(layer, code)
            Tree.SubElement(group, "Code", guid=guid("code", tag), name=tag, isCodable="true", color=label.colour)


def add_source(sources: Tree.Element, file: str, sha: str, rows: Sequence[Coded], scheme: Scheme) -> None:
    """Add a report with its statements and entities; the name tells the text by the beginning of its sha256."""
    identity = guid("source", file, sha)
    source = Tree.SubElement(sources, "TextSource", guid=identity, name=f"{file} [{sha}]", plainTextPath=f"{INTERNAL}{identity}.txt")
    for coded in rows:
        unit = coded.unit
        add_selection(source, unit.id, unit.start, unit.end, [SAMPLE, *scheme.tags(coded)], coded.note)
        for entity in coded.entities:
            add_selection(source, unit.id, entity.start, entity.end, [scheme.tag("entity", entity.kind)])


def add_selection(source: Tree.Element, identifier: str, start: int, end: int, names: Sequence[str], note: str = "") -> None:
    key = (identifier, str(start), str(end), *names)
    place = {"guid": guid("selection", *key), "name": identifier, "startPosition": str(start), "endPosition": str(end)}
    selection = Tree.SubElement(source, "PlainTextSelection", place)
    if note:
        Tree.SubElement(selection, "Description").text = plain(note)
    for name in names:
        coding = Tree.SubElement(selection, "Coding", guid=guid("coding", *key, name), creatingUser=guid("user"))
        Tree.SubElement(coding, "CodeRef", targetGUID=guid("code", name))


def read_refi_qda(path: Path, scheme: Scheme) -> dict[str, list[Coded]]:
    """Read a REFI-QDA project back, whichever program wrote it."""
    name = str(path)
    problems = Problems(name)
    archive = open_archive(read_bytes(path, LIMITS.member_bytes), name, LIMITS)
    members = {member.filename.casefold(): member for member in archive.infolist()}
    if "project.qde" not in members:
        raise ReportError(name, "there is no project.qde in it", "export it as a REFI-QDA project (.qdpx)")
    root = parse_xml(read_member(archive, members["project.qde"], name, LIMITS), name, LIMITS)
    names = {bare(code.get("guid")): code.get("name", "") for code in root.iter() if local_name(code) == "Code"}
    found: list[Coded] = []
    for source in (element for element in root.iter() if local_name(element) == "TextSource"):
        place = source.get("plainTextPath", "").removeprefix(INTERNAL)
        member = members.get(f"sources/{place}".casefold())
        content = next((e.text or "" for e in source if local_name(e) == "PlainTextContent"), "")
        text = read_member(archive, member, name, LIMITS).decode("utf-8-sig", "replace") if member else content
        found += read_source(source, text, names, scheme, problems)
    problems.check()
    return {path.name: found}


def bare(identity: str | None) -> str:
    return (identity or "").strip("{}").casefold()


def read_source(source: Any, text: str, names: Mapping[str, str], scheme: Scheme, problems: Problems) -> list[Coded]:
    """Read what is said of the statements of one report."""
    title = source.get("name", "")
    file, _, sha = title.removesuffix("]").rpartition(" [")
    places: dict[str, Unit] = {}
    marked: list[Selection] = []
    notes: dict[tuple[int, int], str] = {}
    for start, end, name, note in iterate_selections(source, names):
        if name == SAMPLE:
            try:
                unit = make_unit(f"{sha[:SHA_DIGITS]}.{start}-{end}", file, text[start:end])
                places[unit.id], notes[start, end] = unit, note
            except ValueError as error:
                problems.add(f"{title} {start}-{end}", error)
        else:
            marked.append((start, end, name))
    tags: dict[str, list[str]] = {identifier: [] for identifier in places}
    entities: dict[str, list[GoldEntity]] = {identifier: [] for identifier in places}
    for start, end, name in marked:
        try:
            unit = unit_of(start, end, places.values())
            layer, code = scheme.untag(name)
            if layer in LAYERS:
                tags[unit.id].append(name)
            elif unit.start <= start < end <= unit.end:
                entities[unit.id].append(GoldEntity(start, end, code))
            else:
                raise ValueError("the entity crosses the edge of its statement")
        except ValueError as error:
            problems.add(f"{title} {start}-{end}", error)
    rows = []
    for unit in sorted(places.values(), key=lambda u: u.start):
        try:
            rows.append(make_coded(unit, scheme.join(tags[unit.id]), entities[unit.id], notes[unit.start, unit.end]))
        except ValueError as error:
            problems.add(f"{title} {unit.start}-{unit.end}", error)
    return rows


def iterate_selections(source: Any, names: Mapping[str, str]) -> Iterator[tuple[int, int, str, str]]:
    """Give start, end, code name and description of every coding of a text."""
    for selection in source:
        if local_name(selection) != "PlainTextSelection":
            continue
        start, end = (position(selection.get(key, "")) for key in ("startPosition", "endPosition"))
        note = next((e.text or "" for e in selection if local_name(e) == "Description"), "")
        for reference in selection.iter():
            if local_name(reference) == "CodeRef":
                yield start, end, names.get(bare(reference.get("targetGUID")), ""), note


def position(text: str) -> int:
    """Give an offset; -1, where nothing stands, for what is none."""
    return int(text) if text.isdecimal() and len(text) < LONGEST_NUMBER else -1


def unit_of(start: int, end: int, units: Collection[Unit]) -> Unit:
    """Find the drawn statement that a selection means: the one it shares most with, at least half of the shorter of the two."""

    def shared(unit: Unit) -> int:
        return min(end, unit.end) - max(start, unit.start)

    best = max(units, key=shared, default=None)
    if best is None or 2 * shared(best) < min(end - start, best.end - best.start) or shared(best) <= 0:
        raise ValueError("it is coded but no drawn statement stands there")
    return best

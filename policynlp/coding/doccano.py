"""Coding files for doccano: JSON lines for a project of intent detection and slot filling, which labels texts and spans in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from policynlp.atomic import replace_file
from policynlp.coding.coded import Coded, Sample, make_unit
from policynlp.coding.scheme import Problems, Scheme, make_coded
from policynlp.errors import ReportError
from policynlp.evaluation.gold import GoldEntity
from policynlp.reading.files import read_bytes
from policynlp.reading.limits import LIMITS

__all__ = ["read_doccano", "write_doccano"]


def write_doccano(sample: Sample, path: Path, scheme: Scheme) -> list[Path]:
    """Write one JSON object a statement: `text`, `cats` of the whole, `entities` as [start, end, type]; the rest is shown beside it.

    doccano gives every example an `id` of its own, so ours is called `statement`.

    Source:
        doccano's documentation, import of the project type Intent Detection and Slot Filling.
    """
    with replace_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        for coded in sample.coded:
            unit = coded.unit
            row = {
                "text": unit.text,
                "cats": scheme.tags(coded),
                "entities": [[e.start - unit.start, e.end - unit.start, scheme.shown("entity", e.kind)] for e in coded.entities],
                "statement": unit.id,
                "file": unit.file,
                "section": unit.section,
                "before": unit.before,
                "after": unit.after,
                "note": coded.note,
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return [path]


def read_doccano(path: Path, scheme: Scheme) -> dict[str, list[Coded]]:
    """Read what doccano exported as JSONL of such a project, of one coder or approved by one."""
    problems = Problems(str(path))
    rows: dict[str, Coded] = {}
    for number, row in iterate_objects(path, problems):
        try:
            coded = read_row(row, scheme)
            if coded.unit.id in rows:
                raise ValueError(f"{coded.unit.id} stands twice in the file")
            rows[coded.unit.id] = coded
        except (ValueError, KeyError, TypeError) as error:
            problems.add(f"line {number}", error if isinstance(error, ValueError) else f"it is no example of doccano ({error!r})")
    problems.check()
    return {path.name: list(rows.values())}


def iterate_objects(path: Path, problems: Problems) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        text = read_bytes(path, LIMITS.member_bytes).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReportError(path, "it is not in UTF-8", "export it again as JSONL") from error
    for number, line in enumerate(text.split("\n"), 1):  # a JSON string may hold the other line ends
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if isinstance(row, dict):
                yield number, row
            else:
                problems.add(f"line {number}", "it is no JSON object")


def read_row(row: dict[str, Any], scheme: Scheme) -> Coded:
    unit = make_unit(str(row["statement"]), str(row["file"]), str(row["text"]))
    entities = []
    for start, end, label, *_ in row["entities"]:
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(unit.text)):
            raise ValueError(f"the span {start}-{end} lies outside the text")
        entities.append(GoldEntity(unit.start + start, unit.start + end, scheme.code("entity", str(label))))
    note = " ".join(filter(None, [str(row.get("note") or ""), *map(str, row.get("Comments") or [])]))
    return make_coded(unit, scheme.join(map(str, row["cats"])), entities, note)

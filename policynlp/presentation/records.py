"""An analysis as a JSON record: what other programs read."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from policynlp.atomic import replace_file
from policynlp.reading.audit import audit_table
from policynlp.schema import Analysis, Entity, Statement

__all__ = ["RECORD", "to_json", "to_record", "write_record"]

RECORD = "analysis.json"  # its name in a folder of results


def to_record(analysis: Analysis, file: str = "") -> dict[str, Any]:
    """Give an analysis as plain lists and dicts.

    Args:
        analysis: of one report.
        file: the file as the user named it; the report's path by default.

    Returns:
        `file`, `report`, `statements`, `entities`, `sections`, `formulas`, `relations`, `furniture`, `duplicates`, `facts`, `audit`
        and `provenance`.
        In statements the class stands under `class` and the instruments under `instrument`; in entities the type under
        `type` and the name under `canonical`. Offsets index the report's text as read.

    Example:
        >>> import policynlp
        >>> record = to_record(policynlp.analyze("设立种子基金。"))
        >>> record["entities"][0]["canonical"], record["statements"][0]["class"]
        ('种子基金', 'MEASURE')
    """
    report = analysis.report
    return {
        "file": file or report.path,
        "report": {
            "id": report.id,
            "zone": report.zone,
            "region": report.region,
            "year": report.year,
            "title": report.title,
            "source": report.source,
            "published": report.published.isoformat() if report.published else None,
            "sha256": report.sha256,
            "encoding": report.encoding,
            "format": report.format,
            "replaced": report.replaced,
            "replaced_at": report.replaced_at,
            "omitted": report.omitted,
            "characters": len(report.text),
            "issuer": report.issuer,
            "number": report.number,
            "genre": report.genre,
            "extra": dict(report.extra),
        },
        "statements": [statement_record(s) for s in analysis.statements],
        "entities": [entity_record(e) for e in analysis.entities],
        "sections": [asdict(s) for s in analysis.sections],
        "formulas": [asdict(f) for f in analysis.formulas],
        "relations": [asdict(r) for r in analysis.relations],
        "furniture": [asdict(f) for f in report.furniture],
        "duplicates": [asdict(d) for d in report.duplicates],
        "facts": [asdict(f) for f in report.facts],
        "audit": audit_table([report]).drop(columns="report").to_dict("records"),
        "provenance": asdict(analysis.provenance)
        | {"models": dict(analysis.provenance.models), "settings": dict(analysis.provenance.settings)},
    }


def statement_record(statement: Statement) -> dict[str, Any]:
    row = asdict(statement)
    return {
        "id": row.pop("id"),
        "start": row.pop("start"),
        "end": row.pop("end"),
        "class": row.pop("kind"),
        "instrument": row.pop("instruments"),
    } | row


def entity_record(entity: Entity) -> dict[str, Any]:
    row = asdict(entity)
    return {"start": row.pop("start"), "end": row.pop("end"), "type": row.pop("kind"), "canonical": row.pop("name")} | row


def to_json(record: dict[str, Any], *, indent: int | None = None) -> str:
    """Give a record as JSON; what UTF-8 cannot hold is escaped."""
    text = json.dumps(record, ensure_ascii=False, indent=indent, separators=None if indent else (",", ":"))
    return "".join(c if not 0xD800 <= ord(c) <= 0xDFFF else f"\\u{ord(c):04x}" for c in text)


def write_record(analysis: Analysis, path: str | Path, *, file: str = "") -> None:
    """Write an analysis as a JSON file.

    Raises:
        StoreError: the file cannot be written.
    """
    with replace_file(path) as temporary:
        temporary.write_text(to_json(to_record(analysis, file), indent=1) + "\n", "utf-8", newline="\n")

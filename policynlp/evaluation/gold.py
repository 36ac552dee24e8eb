"""Gold: annotated statements with stand-off offsets into their texts."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from policynlp.errors import ReportError

__all__ = ["GoldEntity", "GoldStatement", "load_gold", "load_gold_folder"]


@dataclass(frozen=True, slots=True)
class GoldEntity:
    """An annotated entity; offsets index the report's text."""

    start: int
    end: int
    kind: str
    subtype: str = ""
    name: str = ""
    nested: bool = False


@dataclass(frozen=True, slots=True)
class GoldStatement:
    """An annotated statement; `kind` is its class, `alternatives` the readings a colleague may defend, `genre` that of its report."""

    file: str
    start: int
    end: int
    text: str
    role: str
    kind: str
    subtype: str
    alternatives: tuple[str, ...]
    instruments: tuple[str, ...]
    status: str
    entities: tuple[GoldEntity, ...]
    genre: str = ""


def load_gold(path: str | Path) -> dict[str, list[GoldStatement]]:
    """Load gold statements, one JSON object a line, by the file they belong to.

    The genre of a report is what its lines say, or else the `reports.tsv` beside the file or in the folder above.

    Raises:
        ReportError: a line is no JSON object or lacks a field; the message names the line.
    """
    by_file: dict[str, list[GoldStatement]] = defaultdict(list)
    genres = read_genres(Path(path).parent)
    for number, line in enumerate(read_lines(Path(path)), 1):
        if not line.strip():
            continue
        try:
            statement = parse(json.loads(line), genres)
        except (ValueError, KeyError, TypeError) as error:
            raise ReportError(path, f"line {number} is no gold statement ({error!r})", "see corpora/README.md for the format") from error
        by_file[statement.file].append(statement)
    if not by_file:
        raise ReportError(path, "there is no gold statement in it", "see corpora/README.md for the format")
    return dict(by_file)


def load_gold_folder(folder: str | Path) -> dict[str, list[GoldStatement]]:
    """Load every `labels/*.jsonl` of a corpus, by file, in order of name."""
    gold: dict[str, list[GoldStatement]] = {}
    for path in sorted((Path(folder) / "labels").glob("*.jsonl")):
        for file, rows in load_gold(path).items():
            gold[file] = gold.get(file, []) + rows
    if not gold:
        raise ReportError(folder, "there is no labels/*.jsonl in it", "name a folder with texts/ and labels/")
    return gold


def read_lines(path: Path) -> Iterable[str]:
    try:
        return path.read_text("utf-8").split("\n")  # a JSON string may hold the other line ends
    except (OSError, UnicodeDecodeError) as error:
        raise ReportError(path, f"cannot be read ({error})", "name a JSONL file in UTF-8") from error


def read_genres(folder: Path) -> dict[str, str]:
    """Read the genres of reports, by the names of their files without ending."""
    for table in (folder / "reports.tsv", folder.parent / "reports.tsv"):
        if table.is_file():
            with table.open(encoding="utf-8", newline="") as file:
                return {row["id"]: row.get("genre") or "" for row in csv.DictReader(file, delimiter="\t")}
    return {}


def parse(row: dict[str, object], genres: dict[str, str]) -> GoldStatement:
    def words(key: str) -> tuple[str, ...]:
        value = row.get(key) or []
        if not isinstance(value, list):
            raise TypeError(f"{key} is no list")
        return tuple(str(v) for v in value)

    entities = row["entities"]
    if not isinstance(entities, list):
        raise TypeError("entities is no list")
    start, end = row["start"], row["end"]
    if not isinstance(start, int) or not isinstance(end, int):
        raise TypeError("offsets are no integers")
    return GoldStatement(
        file=str(row["file"]),
        start=start,
        end=end,
        text=str(row["text"]),
        role=str(row.get("role", "body")),
        kind=str(row["class"]),
        subtype=str(row.get("subtype") or ""),
        alternatives=words("alt"),
        instruments=words("instrument"),
        status=str(row.get("status") or "unmarked"),
        entities=tuple(
            GoldEntity(e["start"], e["end"], e["type"], e.get("subtype") or "", e.get("canonical", ""), bool(e.get("nested")))
            for e in entities
        ),
        genre=str(row.get("genre") or genres.get(Path(str(row["file"])).stem, "")),
    )

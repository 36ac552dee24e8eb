"""Labels that people corrected, joined to the corpus that a model is trained from."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from policynlp.coding.coded import SHA_DIGITS, Coded, plain
from policynlp.coding.files import file_hash, read_coded
from policynlp.errors import ReportError
from policynlp.evaluation.gold import GoldStatement
from policynlp.reading import read_report

__all__ = ["Joined", "join_labels"]

Gold = Mapping[str, Sequence[GoldStatement]]


@dataclass(frozen=True, slots=True)
class Joined:
    """A corpus with added labels.

    Attributes:
        statements: for the classifier.
        entities: for the tagger, without the statements of files in which nobody marked an entity.
        files: for the card: each file's name, sha256, how many statements it added and how many of the corpus it replaced.
    """

    statements: dict[str, list[GoldStatement]]
    entities: dict[str, list[GoldStatement]]
    files: list[dict[str, Any]]


def join_labels(gold: Gold, folder: Path, added: Sequence[str | Path]) -> Joined:
    """Join coders' files to a corpus; a label of a statement that the corpus has takes its place.

    Reports are looked for where the coders' files name them, from the working folder and from the corpus; one that stands in the corpus
    under another name is known by its hash.

    Raises:
        ReportError: a file holds several coders, or a report is missing or has another text than the one that was coded.
    """
    joined = Joined({f: list(rows) for f, rows in gold.items()}, {f: list(rows) for f, rows in gold.items()}, [])
    known = {sha_of(folder / file): file for file in gold} if added else {}
    for path in map(Path, added):
        coders = read_coded(path)
        if len(coders) > 1:
            raise ReportError(path, f"it holds labels of {', '.join(coders)}", "settle their differences and export one coding")
        coded = [row for rows in coders.values() for row in rows if row.kind]
        rows = [row for file in sorted({c.unit.file for c in coded}) for row in read_labels(path, file, coded, folder, known)]
        replaced = insert(joined.statements, rows)
        if with_spans := any(row.entities for row in rows):
            insert(joined.entities, rows)
        entry = {"file": path.name, "sha256": file_hash(path), "statements": len(rows), "replaced": replaced, "entities": with_spans}
        joined.files.append(entry)
    return joined


def read_labels(path: Path, file: str, coded: Sequence[Coded], folder: Path, known: Mapping[str, str]) -> list[GoldStatement]:
    """Read what was said of one report, after its text has been found to be the one that was coded."""
    rows = [row for row in coded if row.unit.file == file]
    sha = rows[0].unit.sha
    place = next((p for p in (Path(file), folder / file, *(folder / f for s, f in known.items() if s == sha)) if p.is_file()), None)
    if place is None:
        raise ReportError(path, f"the report {file} is not there", "run the command from the folder in which the sample was drawn")
    name = known.get(sha) or Path(os.path.relpath(place, folder)).as_posix()
    text = read_report(place).text
    labels = []
    for row in rows:
        if row.unit.sha != sha_of(place) or plain(text[row.unit.start : row.unit.end]) != row.unit.text:
            raise ReportError(
                path, f"its labels are of another text than {place} has now", "use the report as it was when the sample was drawn"
            )
        labels.append(replace(row.to_gold(), file=name, text=text[row.unit.start : row.unit.end]))
    return labels


def insert(gold: dict[str, list[GoldStatement]], rows: Sequence[GoldStatement]) -> int:
    """Put labels into a corpus and count those that took the place of others."""
    replaced = 0
    for row in rows:
        there = gold.setdefault(row.file, [])
        at = next((i for i, old in enumerate(there) if (old.start, old.end) == (row.start, row.end)), None)
        if at is None:
            there.append(row)
        else:
            there[at] = replace(row, genre=there[at].genre)
            replaced += 1
    return replaced


def sha_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:SHA_DIGITS]

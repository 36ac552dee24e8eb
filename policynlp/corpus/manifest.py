"""The manifest: the one file that says which parts a store has. What it doesn't name is not in the store."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from policynlp.corpus.files import Folder
from policynlp.errors import StoreError

__all__ = ["MANIFEST", "Maker", "Manifest", "Part", "PartFile", "part_from", "read_manifest", "write_manifest"]

MANIFEST = "manifest.json"
FORMAT = "policynlp-store"
SCHEMA = 1  # raised when older code could misread a store


@dataclass(frozen=True, slots=True)
class PartFile:
    """A table of a part: its rows, its bytes and their sha256."""

    table: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Part:
    """A batch of documents that is done.

    `inputs` is the hash of its documents' ids and of their files' hashes; those themselves stand in the part's tables.
    """

    name: str
    documents: int
    errors: int
    characters: int
    inputs: str
    files: tuple[PartFile, ...]


@dataclass(frozen=True, slots=True)
class Maker:
    """What made the tables: code, codebook, models and columns. One store has one maker, so that its rows can be compared."""

    version: str
    codebook: str
    models: tuple[tuple[str, str], ...]
    columns: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The parts of a store.

    `generation` counts removals and replacements: it goes into the names of later parts, so that no name is used twice.
    `retired` names parts that readers may still have open; the next writer deletes them.
    """

    maker: Maker
    generation: int = 0
    parts: tuple[Part, ...] = ()
    retired: tuple[str, ...] = field(default=())


def part_from(record: dict[str, Any]) -> Part:
    """Make a `Part` of its JSON record."""
    return Part(**(record | {"files": tuple(PartFile(**file) for file in record["files"])}))


def checksum(record: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def write_manifest(folder: Folder, manifest: Manifest) -> None:
    """Put a manifest in the place of the last: from here on readers see the new parts, all of them.

    Raises:
        StoreError: it cannot be written; the old one stands.
    """
    record = {"format": FORMAT, "schema": SCHEMA, **asdict(manifest)}
    record = json.loads(json.dumps(record))  # lists for tuples, as they will be read
    folder.write(MANIFEST, json.dumps(record | {"checksum": checksum(record)}, ensure_ascii=False, indent=1).encode())


def read_manifest(folder: Folder) -> Manifest | None:
    """Read a store's manifest; None where the folder is empty or absent.

    Raises:
        StoreError: the folder holds something else, a newer store, or a damaged manifest.
    """
    data = folder.read(MANIFEST)
    place = folder.place(MANIFEST)
    if data is None:
        if any(not name.startswith(".") and name != "parts" for name in folder.names()):
            raise StoreError(folder.url, "this folder is no store and not empty", "choose another folder")
        return None
    try:
        record = json.loads(data)
        known = isinstance(record, dict) and record.get("format") == FORMAT
    except ValueError as error:
        raise damaged(place) from error
    if not known:
        raise StoreError(place, "this is no manifest of policynlp", "choose another folder")
    if not isinstance(record.get("schema"), int) or record["schema"] > SCHEMA:
        raise StoreError(
            folder.url,
            f"the store has schema {record.get('schema')}; this version reads up to {SCHEMA}",
            "update policynlp, or open the store with the version that made it",
        )
    if record.pop("checksum", None) != checksum(record):
        raise damaged(place)
    try:
        maker = record["maker"]
        models = tuple((name, sha256) for name, sha256 in maker["models"])
        return Manifest(
            Maker(**(maker | {"models": models})),
            record["generation"],
            tuple(part_from(part) for part in record["parts"]),
            tuple(record["retired"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise damaged(place) from error


def damaged(place: str) -> StoreError:
    return StoreError(place, "the manifest is damaged", "restore it from a copy, or make the store anew")

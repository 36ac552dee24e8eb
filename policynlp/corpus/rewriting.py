"""Changes of parts that are written: which documents a store holds, what is damaged, and parts without some documents."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from policynlp.corpus.files import Folder
from policynlp.corpus.manifest import Manifest, Part, PartFile
from policynlp.corpus.parts import part_path, write_part
from policynlp.corpus.tables import TABLES
from policynlp.errors import StoreError

__all__ = ["damaged_files", "drop_documents", "files_of", "holds"]

THREADS = 4
STRETCH = 64  # files that are checked before the first result is asked for


def holds(link: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> list[str]:
    """Give those of the ids that are in the store, as documents or as errors."""
    asked = pa.table({"document": pa.array(ids, pa.string())})
    link.register("asked", asked)
    try:
        rows = link.execute("""
            select document from asked semi join
            (select document from documents union all select document from errors) using (document)""").fetchall()
    finally:
        link.unregister("asked")
    return [row[0] for row in rows]


def files_of(manifest: Manifest) -> list[tuple[str, PartFile]]:
    """Give all files of a store, each with the name of its part."""
    return [(part.name, file) for part in manifest.parts for file in part.files]


def damaged_files(folder: Folder, files: Sequence[tuple[str, PartFile]]) -> Iterator[str]:
    """Give the names of those files whose bytes are not what was written, in order."""
    with ThreadPoolExecutor(THREADS) as pool:  # hashing and reading let go of the interpreter
        for start in range(0, len(files), STRETCH):
            stretch = files[start : start + STRETCH]
            for (part, file), whole in zip(stretch, pool.map(lambda pair: is_whole(folder, *pair), stretch), strict=True):
                if not whole:
                    yield part_path(part, f"{file.table}.parquet")


def is_whole(folder: Folder, part: str, file: PartFile) -> bool:
    return read_whole(folder, part, file) is not None


def read_whole(folder: Folder, part: str, file: PartFile) -> bytes | None:
    """Give a file's bytes, or None where they are not what was written."""
    data = folder.read(part_path(part, f"{file.table}.parquet"))
    return data if data is not None and hashlib.sha256(data).hexdigest() == file.sha256 else None


def drop_documents(folder: Folder, manifest: Manifest, ids: Collection[str]) -> Manifest:
    """Write the parts that hold these documents anew without them.

    Returns:
        The manifest that is to be committed; nothing is changed for readers until it is.

    Raises:
        StoreError: a part is damaged, or cannot be written.
    """
    wanted = pa.array(sorted(ids), pa.string())
    kept: list[Part] = []
    retired = list(manifest.retired)
    for part in manifest.parts:
        held = [read_table(folder, part, table, ["document"]) for table in ("documents", "errors")]
        gone = sum(pc.sum(pc.is_in(table["document"], wanted)).as_py() or 0 for table in held)
        if not gone:
            kept.append(part)
            continue
        retired.append(part.name)
        if gone < part.documents + part.errors:
            tables = {table: read_table(folder, part, table) for table in TABLES}
            rest = {name: table.filter(pc.invert(pc.is_in(table["document"], wanted))) for name, table in tables.items()}
            name = hashlib.sha256(f"{part.name} {manifest.generation + 1}".encode()).hexdigest()[:20]
            kept.append(write_part(folder, name, rest))
    return replace(manifest, generation=manifest.generation + 1, parts=tuple(kept), retired=tuple(retired))


def read_table(folder: Folder, part: Part, table: str, columns: list[str] | None = None) -> pa.Table:
    file = next((file for file in part.files if file.table == table), None)
    data = None if file is None else read_whole(folder, part.name, file)
    if data is None:
        place = folder.place(part_path(part.name, f"{table}.parquet"))
        raise StoreError(place, "the file is damaged or missing", "call repair(), then add its documents again")
    return pq.read_table(io.BytesIO(data), columns=columns)

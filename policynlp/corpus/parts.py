"""The unit of work: a part, a batch of documents that becomes one file a table. Every engine runs `make_part`."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from policynlp.annotation.pipeline import make_analyses
from policynlp.corpus.batches import cut_batches
from policynlp.corpus.documents import Document, digest
from policynlp.corpus.files import Folder, open_folder
from policynlp.corpus.manifest import Maker, Part, PartFile, part_from
from policynlp.corpus.tables import TABLES, Failure, make_tables
from policynlp.errors import CodebookError, ModelError
from policynlp.memory import paused_collection
from policynlp.reading import read_report
from policynlp.schema import Analysis, Report

__all__ = ["Task", "find_part", "inputs_of", "make_part", "name_part", "part_path", "split", "try_part", "write_part"]

BYTES = 3  # of a Chinese character in UTF-8
RECORD = "part.json"  # written last: a part that has it is whole, whether or not the manifest names it yet
UNREADABLE = Failure("ProcessDied", "the process that analysed it died each time", "report it with the file")


@dataclass(frozen=True, slots=True)
class Task:
    """A part to be made: where, under which name, of which documents; `deadly` ones are not touched again."""

    store: str
    name: str
    documents: tuple[Document, ...]
    deadly: frozenset[str] = frozenset()


def name_part(maker: Maker, generation: int, documents: Iterable[Document]) -> str:
    """Name a part after what goes into it, so that whoever makes it again writes over the same files."""
    lines = [json.dumps(asdict(maker)), str(generation), *(json.dumps([d.id, d.path]) for d in documents)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:20]


def part_path(name: str, file: str = "") -> str:
    """Give the path of a part, or of a file in it, from the store's folder."""
    return f"parts/{name}/{file}" if file else f"parts/{name}"


def make_part(task: Task) -> Part:
    """Read and analyse the documents of a part, write its tables, and say what was written.

    A document that cannot be read or analysed is a row of `errors`; the others are not touched by it.

    Raises:
        StoreError: the store cannot be written.
    """
    with paused_collection():
        pieces = [make_tables(results) for results in analyse(task)]
    tables = {name: pa.concat_tables(piece[name] for piece in pieces) for name in TABLES}
    return write_part(open_folder(task.store), task.name, tables)


def split(task: Task) -> Iterator[Task]:
    """Give a task for each document, to find the one that kills its process."""
    return (replace(task, name="", documents=(document,)) for document in task.documents)


def try_part(task: Task) -> None:
    """Analyse and forget, to see whether the process lives."""
    for _ in analyse(task):
        pass


def analyse(task: Task) -> Iterator[list[tuple[Document, str, Analysis | Failure]]]:
    """Analyse the documents in batches that are small in number and in bytes."""
    for batch in cut_batches(task.documents, length_of):
        sources = [UNREADABLE if document.id in task.deadly else read(document) for document in batch]
        readable = [source for source in sources if isinstance(source, Report)]
        analyses = iter(try_analyses(readable))
        results = [next(analyses) if isinstance(source, Report) else source for source in sources]
        yield [
            (document, source.sha256 if isinstance(source, Report) else digest(document.path), result)
            for document, source, result in zip(batch, sources, results, strict=True)
        ]


def length_of(document: Document) -> int:
    """Estimate the characters of a document that is not read yet."""
    try:
        return Path(document.path).stat().st_size // BYTES
    except (OSError, ValueError):
        return 0


def read(document: Document) -> Report | Failure:
    try:
        return read_report(document.path)
    except Exception as error:  # whatever a file does to its reader, the other files go on
        return Failure.of(error)


def try_analyses(reports: list[Report]) -> list[Analysis | Failure]:
    """Analyse a batch; if a report breaks a stage, one by one, so that it alone fails."""
    try:
        return list(make_analyses(reports))
    except (CodebookError, ModelError):  # no document's fault: it would be the same for all
        raise
    except Exception as error:  # see above
        if len(reports) == 1:
            return [Failure.of(error)]
        return [result for report in reports for result in try_analyses([report])]


def write_part(folder: Folder, name: str, tables: dict[str, pa.Table]) -> Part:
    """Write the tables of a part, then its record.

    Raises:
        StoreError: a file cannot be written.
    """
    folder.remove(part_path(name, RECORD))  # of an earlier run that read other files
    files = []
    for table in sorted(tables):
        data = to_parquet(tables[table])
        folder.write(part_path(name, f"{table}.parquet"), data)
        files.append(PartFile(table, len(tables[table]), len(data), hashlib.sha256(data).hexdigest()))
    documents, errors = tables["documents"], tables["errors"]
    part = Part(
        name,
        len(documents),
        len(errors),
        sum(documents["characters"].to_pylist()),
        inputs_of(
            (identifier, sha256)
            for table in (documents, errors)
            for identifier, sha256 in zip(table["document"].to_pylist(), table["sha256"].to_pylist(), strict=True)
        ),
        tuple(files),
    )
    folder.write(part_path(name, RECORD), json.dumps(asdict(part)).encode())
    return part


def to_parquet(table: pa.Table) -> bytes:
    """Give a table as Parquet, with a checksum a page so that no flipped bit goes unnoticed."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", write_page_checksum=True)
    return buffer.getvalue()


def inputs_of(documents: Iterable[tuple[str, str]]) -> str:
    """Give the hash of ids and of the hashes of their files, whatever their order."""
    return hashlib.sha256("\n".join(sorted(json.dumps(pair) for pair in documents)).encode()).hexdigest()


def find_part(folder: Folder, task: Task) -> Part | None:
    """Give the part of a task if an earlier run finished it, from the same files, but could not say so any more."""
    data = folder.read(part_path(task.name, RECORD))
    if data is None:
        return None
    try:
        part = part_from(json.loads(data))
    except (KeyError, TypeError, ValueError):
        return None
    same = part.inputs == inputs_of((document.id, digest(document.path)) for document in task.documents)
    return part if same else None

"""The store: the results of many reports as Parquet tables, queried with SQL, never loaded whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sized
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from policynlp.corpus.documents import Document, name_documents
from policynlp.corpus.files import open_folder
from policynlp.corpus.lock import lock_writing
from policynlp.corpus.manifest import Manifest, PartFile, read_manifest, write_manifest
from policynlp.corpus.parts import part_path
from policynlp.corpus.rewriting import damaged_files, drop_documents, files_of, holds
from policynlp.corpus.runner import SIZE, Run, current_maker
from policynlp.corpus.views import connect, tables_in
from policynlp.errors import StoreError

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

__all__ = ["Added", "Corpus", "open_store"]


@dataclass(frozen=True, slots=True)
class Added:
    """What a run did: documents analysed, files that failed (rows of `errors`), files that were in the store already."""

    documents: int
    errors: int
    skipped: int


def open_store(path: str | Path, *, create: bool = False) -> Corpus:
    """Open a store.

    Args:
        path: a folder, or an fsspec URL such as `s3://bucket/store`.
        create: make it where there is none.

    Raises:
        StoreError: there is no store, or a damaged, foreign or newer one.

    Example:
        >>> import tempfile
        >>> from policynlp.resources import corpora_path
        >>> with open_store(tempfile.mkdtemp() + "/store", create=True) as corpus:
        ...     added = corpus.add([corpora_path("reports", "benxi-2014.txt")])
        ...     corpus.query("select zone, year from documents").values.tolist()
        [['本溪高新区', 2014]]
    """
    corpus = Corpus(path)
    if corpus.is_new:
        if not create:
            raise StoreError(path, "there is no store here", "check the path, or make one with `policynlp store FILE... --to PATH`")
        with lock_writing(corpus.folder):
            if read_manifest(corpus.folder) is None:
                write_manifest(corpus.folder, Manifest(current_maker()))
        corpus.refresh()
    return corpus


class Corpus:
    """The documents of a store as they were when it was opened, last refreshed or last changed through this object.

    Tables: `documents`, one for each list of `Analysis` (`statements`, `entities`, `relations`, …), `pairs` (two names in one
    statement), `errors` (files that gave no analysis). Each has the column `document`; `place` is the row's number in its
    document. Views: those of `policynlp.corpus.views.VIEWS`. Any number of processes may read while one writes.
    """

    def __init__(self, path: str | Path) -> None:
        self.folder = open_folder(path)
        self.link: duckdb.DuckDBPyConnection | None = None
        self.checked: set[tuple[str, PartFile]] = set()
        self.refresh()

    def __enter__(self) -> Corpus:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the object opens another when it is asked again."""
        if self.link is not None:
            self.link.close()
            self.link = None

    def refresh(self) -> None:
        """See what other processes have written since.

        Raises:
            StoreError: the store is damaged or newer.
        """
        self.close()
        manifest = read_manifest(self.folder)
        self.is_new = manifest is None
        self.manifest = manifest or Manifest(current_maker())

    def query(self, sql: str, parameters: Collection[Any] | None = None) -> pd.DataFrame:
        """Ask with SQL, in DuckDB's dialect.

        Args:
            sql: one statement; it can read the store's tables and no other file.
            parameters: the values for each `?` in it.

        Raises:
            ValueError: the statement is wrong; the message is DuckDB's.
            StoreError: a file of the store is damaged or missing; the message names it.
        """
        return self.ask(sql, parameters).df()

    def run(self, sql: str, parameters: Collection[Any] | None = None) -> list[Any]:
        """Ask as `query` does, and give the rows as plain tuples."""
        return self.ask(sql, parameters).fetchall()

    def ask(self, sql: str, parameters: Collection[Any] | None) -> duckdb.DuckDBPyConnection:
        """Check the files of the tables that are named, then let DuckDB answer."""
        self.check(tables_in(sql))
        try:
            return self.connection().execute(sql, parameters)
        except duckdb.Error as error:
            if not isinstance(error, duckdb.ProgrammingError):  # such are the statement's fault, and hashing takes its time
                self.raise_damage()
            raise ValueError(str(error)) from error

    def check(self, tables: Collection[str]) -> None:
        """Hash the files of these tables that this object has not yet hashed: DuckDB would read a flipped bit as data.

        Raises:
            StoreError: a file is damaged or missing.
        """
        files = [(part.name, file) for part in self.manifest.parts for file in part.files if file.table in tables and file.rows]
        unseen = [file for file in files if file not in self.checked]
        for file in damaged_files(self.folder, unseen):
            self.raise_damage(file)
        self.checked.update(unseen)

    def connection(self) -> duckdb.DuckDBPyConnection:
        """Give the connection, for all that DuckDB can do; it holds the tables and views."""
        if self.link is None:
            try:
                self.link = connect(self.folder, self.manifest.parts)
            except duckdb.Error:
                self.raise_damage()
                raise
        return self.link

    def raise_damage(self, known: str = "") -> None:
        """Say which file is damaged, if one is; `known` is one that is known to be."""
        for file in [known] if known else damaged_files(self.folder, files_of(self.manifest)):
            if read_manifest(self.folder) != self.manifest:
                raise StoreError(self.folder.place(file), "another process has replaced this part", "refresh() and ask again")
            raise StoreError(self.folder.place(file), "the file is damaged or missing", "call repair(), then add its documents again")

    def verify(self) -> list[str]:
        """Read every file of the store and give the paths of those that are damaged or missing, in order."""
        return [self.folder.place(file) for file in damaged_files(self.folder, files_of(self.manifest))]

    def graph(self, **options: Any) -> nx.Graph[str]:
        """Build the co-occurrence graph by group-by: `policynlp.corpus.graphs.build_stored_graph` of this corpus."""
        from policynlp.corpus.graphs import build_stored_graph

        return build_stored_graph(self, **options)

    def add(
        self,
        paths: Iterable[str | Path],
        *,
        root: str | Path | None = None,
        workers: int = 1,
        scheduler: str | None = None,
        size: int = SIZE,
    ) -> Added:
        """Analyse files and add them; what is in the store already, by its id, is not read again.

        A run that was stopped, even killed, goes on where it was when the same files are added again. Memory does not grow
        with the number of files.

        Args:
            paths: files; each path once. A generator is read as it is needed.
            root: a folder; ids are paths from there.
            workers: processes of this machine.
            scheduler: the address of a Dask scheduler, whose workers then do the work; they must see `paths` and the store
                under the same names.
            size: documents a part, the unit of work and of loss.

        Raises:
            StoreError: another process writes, the store cannot be written, or was made with another version, codebook or
                models.
            ValueError: `workers` or `size` is below 1.
        """
        with self.writing():
            run = Run(self.folder, self.manifest, workers=workers, scheduler=scheduler, size=size)
            total = len(paths) if isinstance(paths, Sized) else None
            for manifest in run.commits(self.new_documents(name_documents(paths, root=root), run), total):
                self.commit(manifest)
            return Added(run.documents, run.errors, run.skipped)

    def new_documents(self, documents: Iterator[Document], run: Run) -> Iterator[list[Document]]:
        """Give stretches of documents that the store lacks; each is done before the next is asked for."""
        for stretch in run.stretches(documents):
            wanted = list({document.id: document for document in stretch}.values())
            self.check(("documents", "errors"))
            known = set(holds(self.connection(), [document.id for document in wanted]))
            run.skipped += len(known) + len(stretch) - len(wanted)
            yield [document for document in wanted if document.id not in known]

    def remove(self, ids: Iterable[str]) -> None:
        """Remove documents, or the errors of files, by their ids.

        Raises:
            StoreError: another process writes, or the store cannot be written.
            ValueError: an id is not in the store; nothing is removed.
        """
        wanted = set(ids)
        with self.writing():
            missing = sorted(wanted - set(holds(self.connection(), sorted(wanted))))
            if missing:
                raise ValueError(f"not in the store: {', '.join(map(repr, missing[:5]))}")
            self.commit(drop_documents(self.folder, self.manifest, wanted))

    def replace(self, paths: Iterable[str | Path], *, root: str | Path | None = None, workers: int = 1) -> Added:
        """Analyse files anew, in one step for readers: the old rows until the end, then the new ones.

        Files that are not in the store are added. The list of files is held in memory.

        Raises:
            StoreError: as for `add`.
        """
        documents = list({document.id: document for document in name_documents(paths, root=root)}.values())
        with self.writing():
            rest = drop_documents(self.folder, self.manifest, {document.id for document in documents})
            run = Run(self.folder, rest, workers=workers, scheduler=None, size=SIZE)
            final = rest
            for final in run.commits(iter([documents]), len(documents)):  # noqa: B007 - the last one is committed
                pass
            self.commit(final)
            return Added(run.documents, run.errors, 0)

    def repair(self) -> list[str]:
        """Let go of damaged parts and of files that no part needs.

        Returns:
            The names of the parts dropped. Adding the same files again makes them anew.

        Raises:
            StoreError: another process writes.
        """
        with self.writing():
            lost = {file.split("/")[1] for file in damaged_files(self.folder, files_of(self.manifest))}
            kept = tuple(part for part in self.manifest.parts if part.name not in lost)
            self.commit(replace(self.manifest, parts=kept, generation=self.manifest.generation + 1))
            named = {part.name for part in kept}
            for name in self.folder.names("parts"):
                unfinished = [f"{name}/{file}" for file in self.folder.names(part_path(name)) if file.endswith(".tmp")]
                for file in unfinished if name in named else [name]:
                    self.folder.remove(part_path(file))
            return sorted(lost)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer for the length of a block, on the newest manifest; delete what earlier changes left behind.

        Raises:
            StoreError: another process writes, or the store was made with other code, codebook or models.
        """
        with lock_writing(self.folder):
            self.refresh()
            maker = self.manifest.maker
            if maker != current_maker():
                raise StoreError(
                    self.folder.url,
                    f"the store was made with version {maker.version}, another codebook, models or columns",
                    "make a new store: rows of the two could not be compared",
                )
            for name in self.manifest.retired:
                with suppress(StoreError):  # a reader of a system that locks open files: the next writer will do it
                    self.folder.remove(part_path(name))
            self.commit(replace(self.manifest, retired=()))
            yield

    def commit(self, manifest: Manifest) -> None:
        """Make a manifest the truth."""
        if manifest != self.manifest:
            write_manifest(self.folder, manifest)
            self.close()
            self.manifest = manifest

"""The documents of a corpus: a path each, and an id that stays the same when the corpus moves."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

__all__ = ["Document", "Files", "digest", "find_files", "name_documents", "writable"]


@dataclass(frozen=True, slots=True)
class Document:
    """A file to be analysed; `id` is what the store calls it."""

    id: str
    path: str


def name_documents(paths: Iterable[str | Path], *, root: str | Path | None = None) -> Iterator[Document]:
    r"""Give each file its id: the path as given, with «/»; below `root`, the path from there.

    Ids are only ever values in a column, never names of files, so that any path may be one; what UTF-8 cannot hold is
    written as an escape.

    Example:
        >>> [document.id for document in name_documents(["./a/b.txt", "../x"])]
        ['a/b.txt', '../x']
        >>> [document.id for document in name_documents(["/data/a/b.txt"], root="/data")]
        ['a/b.txt']
        >>> [document.id for document in name_documents(["\udcff.txt"])]
        ['\\udcff.txt']
    """
    for path in paths:
        place = PurePath(path)
        inside = root is not None and place.is_relative_to(root)
        name = place.relative_to(root).as_posix() if inside and root is not None else place.as_posix()
        yield Document(writable(name), str(path))


@dataclass(frozen=True, slots=True)
class Files:
    """Files, and those below folders, found as they are asked for; its length costs a walk and no memory.

    Example:
        >>> from policynlp.resources import corpora_path
        >>> len(Files((corpora_path("annotated", "texts"), "report.txt")))
        150
    """

    places: tuple[str | Path, ...]

    def __iter__(self) -> Iterator[str | Path]:
        for place in self.places:
            yield from find_files(place) if os.path.isdir(place) else (place,)  # noqa: PTH112 - False for what is no path

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def root(self) -> str | Path | None:
        """The folder that ids start from, where there is one folder and nothing else."""
        return self.places[0] if len(self.places) == 1 and os.path.isdir(self.places[0]) else None  # noqa: PTH112


def find_files(folder: str | Path) -> Iterator[Path]:
    """Give the files below a folder as they are found, in order of names, folder by folder; hidden ones are left out.

    Links to folders are not followed.

    Example:
        >>> from policynlp.resources import corpora_path
        >>> next(iter(find_files(corpora_path("annotated", "texts")))).name
        'a1-2024.txt'
    """
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place, name) for name in sorted(names) if not name.startswith((".", "~$")))


def writable(text: str) -> str:
    """Give a text that UTF-8 can hold: lone surrogates become escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def digest(path: str) -> str:
    """Give the sha256 of a file, or "" where it cannot be read or is no regular file (a pipe would wait for ever)."""
    try:
        place = Path(path)
        if not place.is_file():
            return ""
        with place.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return ""

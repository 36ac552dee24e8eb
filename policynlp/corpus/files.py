"""The folder of a store: on a disk of this machine, a shared one, or an object store that fsspec can reach."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from policynlp.atomic import replace_file
from policynlp.errors import StoreError

__all__ = ["Folder", "LocalFolder", "RemoteFolder", "open_folder"]

REMEDY = "check the place, its permissions and its free space"


class Folder(Protocol):
    """Files by name, each written whole or not at all; names are relative and use «/»."""

    url: str

    def read(self, name: str) -> bytes | None:
        """Give a file's bytes, or None where there is no such file."""

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole; on a disk it is there after a power failure."""

    def remove(self, name: str) -> None:
        """Remove a file or a folder with all that is in it; nothing there is no error."""

    def names(self, folder: str = "") -> list[str]:
        """Give the names in a folder, in order; hidden ones too."""

    def place(self, name: str) -> str:
        """Give the path or URL by which DuckDB finds a file."""


class LocalFolder:
    """A folder of the file system."""

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root).absolute()
        self.url = str(self.root)

    def read(self, name: str) -> bytes | None:
        """Give a file's bytes, or None where there is no such file."""
        try:
            return (self.root / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise StoreError(self.root / name, f"cannot be read ({error.strerror})", REMEDY) from error

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole."""
        with replace_file(self.root / name) as temporary:
            temporary.write_bytes(data)

    def remove(self, name: str) -> None:
        """Remove a file or a folder."""
        target = self.root / name
        try:
            if target.is_dir():
                for inner in target.iterdir():
                    self.remove(str(inner.relative_to(self.root)))
                target.rmdir()
            else:
                target.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(target, f"cannot be removed ({error.strerror})", REMEDY) from error

    def names(self, folder: str = "") -> list[str]:
        """Give the names in a folder, in order."""
        with suppress(FileNotFoundError, NotADirectoryError):
            return sorted(path.name for path in (self.root / folder).iterdir())
        return []

    def place(self, name: str) -> str:
        """Give the path or URL of a file."""
        return str(self.root / name)


class RemoteFolder:
    """A folder behind an fsspec URL, such as `s3://bucket/store`; its file system must put objects whole."""

    def __init__(self, url: str) -> None:
        from fsspec.core import url_to_fs

        self.url = url.rstrip("/")
        try:
            self.system, self.root = url_to_fs(self.url)
        except (ImportError, ValueError) as error:
            raise StoreError(
                url, f"cannot be reached ({error})", "check the URL and install the package that fsspec needs for it"
            ) from error

    def read(self, name: str) -> bytes | None:
        """Give a file's bytes, or None where there is no such file."""
        self.system.invalidate_cache()  # another machine may have written since
        try:
            data: bytes = self.system.cat_file(f"{self.root}/{name}")
        except (FileNotFoundError, IsADirectoryError):
            return None
        return data

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole."""
        target = f"{self.root}/{name}"
        try:
            self.system.makedirs(target.rpartition("/")[0], exist_ok=True)
            self.system.pipe_file(target, data)
        except OSError as error:
            raise StoreError(f"{self.url}/{name}", f"cannot be written ({error})", REMEDY) from error

    def remove(self, name: str) -> None:
        """Remove a file or a folder."""
        with suppress(FileNotFoundError):
            self.system.rm(f"{self.root}/{name}", recursive=True)

    def names(self, folder: str = "") -> list[str]:
        """Give the names in a folder, in order."""
        self.system.invalidate_cache()
        with suppress(FileNotFoundError, NotADirectoryError):
            found: list[Any] = self.system.ls(f"{self.root}/{folder}".rstrip("/"), detail=False)
            return sorted(str(path).rstrip("/").rpartition("/")[2] for path in found)
        return []

    def place(self, name: str) -> str:
        """Give the path or URL of a file."""
        return f"{self.url}/{name}"


def open_folder(place: str | Path) -> LocalFolder | RemoteFolder:
    """Give the folder at a path or an fsspec URL; nothing is made or read.

    Example:
        >>> open_folder("reports-store").place("manifest.json").endswith("manifest.json")
        True
    """
    text = str(place)
    if text.startswith("file://"):
        return LocalFolder(text.removeprefix("file://"))
    return RemoteFolder(text) if "://" in text else LocalFolder(text)

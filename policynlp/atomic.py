"""Files and folders that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from policynlp.errors import StoreError

__all__ = ["replace_file", "replace_files"]


@contextmanager
def replace_file(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; when the block ends well it takes the place of `path`.

    The suffix is kept, because many writers choose their format by it.

    Raises:
        StoreError: the folder cannot be written or the disk is full. The old file is left as it was.
    """
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=target.suffix, dir=target.parent)
        os.close(handle)
    except OSError as error:
        raise unwritable(target, error) from error
    temporary = Path(name)
    try:
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(target)
    except OSError as error:
        raise unwritable(target, error) from error
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def replace_files(folder: str | Path) -> Iterator[Path]:
    """Give a temporary folder; when the block ends well its files move into `folder`, each over its old version.

    Other files of `folder` stay. When the block fails, `folder` is as it was before, or still absent. The
    files move one by one, each whole: a process that is killed while they move leaves some new and some old.

    Raises:
        StoreError: `folder` is a file, cannot be written, or the disk is full.
    """
    target = Path(folder)
    try:
        if target.exists() and not target.is_dir():
            raise StoreError(target, "a file stands where the output folder should be", "choose another name")
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise unwritable(target, error) from error
    try:
        yield staging
        moves = [(source, target / source.relative_to(staging)) for source in sorted(staging.rglob("*")) if source.is_file()]
        for _, place in moves:
            if place.is_dir() or (place.parent.exists() and not place.parent.is_dir()):
                raise StoreError(place, "something else stands where this file should go", "move it away or choose another folder")
        for source, place in moves:
            place.parent.mkdir(parents=True, exist_ok=True)
            source.replace(place)
    except OSError as error:
        raise unwritable(target, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def unwritable(path: Path, error: OSError) -> StoreError:
    return StoreError(path, f"cannot be written ({error.strerror or error})", "choose a folder you may write to, with free space")

"""Files and folders that appear whole or not at all, whatever kills the process that writes them."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from policynlp.errors import StoreError

if sys.platform != "win32":
    import fcntl

__all__ = ["replace_file", "replace_files"]

FRESH, ASIDE = ".policynlp-new", "policynlp-old"
LONGEST_NAME = 200  # bytes; file systems take 255, and ours are longer than the one they stand for


@contextmanager
def replace_file(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; when the block ends well it takes the place of `path`.

    The suffix is kept, because many writers choose their format by it. A process that is killed leaves the old file or the
    new one, and perhaps a hidden temporary file.

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
        temporary.chmod(0o666 & ~current_umask())
        keep(temporary)
        temporary.replace(target)
        keep(target.parent)
    except OSError as error:
        raise unwritable(target, error) from error
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def replace_files(folder: str | Path) -> Iterator[Path]:
    """Give a temporary folder; when the block ends well it takes the place of `folder`, with the other files of `folder` in it.

    When the block fails, `folder` is as it was before, or still absent. The folders change places by renaming: a process that is
    killed leaves the old files or the new ones, never some of each. Killed between the two renames it leaves the old folder
    under a hidden name beside, and the next call for `folder` puts it back first. Of several processes that write one folder
    the last one to end wins, whole.

    Raises:
        StoreError: `folder` is a file, the working folder or a mounted disk, or it or the folder around it cannot be written, or
            the disk is full.
    """
    target = Path(folder).absolute()
    handle = -1
    staging: Path | None = None
    try:
        target = Path(os.path.realpath(target))  # a link to a folder stays a link
        check_target(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        with locked(target.parent):
            recover(target)
            remove_abandoned(target)
            staging = Path(tempfile.mkdtemp(prefix=hidden(target), suffix=FRESH, dir=target.parent))
            handle = hold(staging)
        yield staging
        check_places(staging, target)
        for place in (*staging.rglob("*"), staging):
            keep(place)
        with locked(target.parent):
            recover(target)
            swap(staging, target)
    except OSError as error:
        raise unwritable(target, error) from error
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)
        if handle >= 0:
            os.close(handle)


def check_target(target: Path) -> None:
    """Raise a `StoreError` where no other folder can be put in the place of this one."""
    if target.exists() and not target.is_dir():
        raise StoreError(target, "a file stands where the output folder should be", "choose another name")
    if target.is_mount() or Path.cwd().is_relative_to(target):
        raise StoreError(target, "the working folder or a whole disk cannot be replaced", "choose a folder inside it")


def check_places(staging: Path, target: Path) -> None:
    """Raise a `StoreError` where a folder stands in the place of a new file, or anything else in that of a new folder."""
    for source in staging.rglob("*"):
        place = target / source.relative_to(staging)
        if os.path.lexists(place) and is_folder(place) != is_folder(source):
            raise StoreError(place, "something else stands where this file should go", "move it away or choose another folder")


def swap(staging: Path, target: Path) -> None:
    """Put one folder in the place of another."""
    try:
        if target.exists():
            carry(target, staging)
            shutil.copystat(target, staging)
            target.rename(aside(target))
        else:
            staging.chmod(0o777 & ~current_umask())
        staging.rename(target)
        keep(target.parent)
    finally:
        recover(target)


def recover(target: Path) -> None:
    """End what a process began that was stopped between two renames, or while it removed the old folder."""
    old = aside(target)
    if not old.exists():
        return
    if target.exists():
        carry(old, target)  # what came into the old folder after the first look
        shutil.rmtree(old, ignore_errors=True)
    else:
        old.rename(target)


def carry(old: Path, new: Path) -> None:
    """Give the new folder what it lacks of the old one, without moving it: hard links, or copies where there are none."""
    for source in old.iterdir():
        place = new / source.name
        if is_folder(source):
            if not os.path.lexists(place):
                place.mkdir()
                shutil.copystat(source, place)
            carry(source, place)
        elif not os.path.lexists(place):
            try:
                os.link(source, place, follow_symlinks=False)
            except (OSError, NotImplementedError):
                shutil.copy2(source, place, follow_symlinks=False)


def remove_abandoned(target: Path) -> None:
    """Remove the temporary folders of processes that were killed; those at work hold theirs."""
    if sys.platform == "win32":
        return
    for folder in target.parent.iterdir():
        if folder.name.startswith(hidden(target)) and folder.name.endswith(FRESH):
            with suppress(OSError):
                handle = os.open(folder, os.O_RDONLY)
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
                finally:
                    os.close(handle)


def hold(folder: Path) -> int:
    """Say that a folder is in use, for as long as this process lives; give the handle that is closed to let it go, or -1."""
    if sys.platform == "win32":
        return -1
    handle = os.open(folder, os.O_RDONLY)
    with suppress(OSError):  # some network disks know no locks
        fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one process at a time rename in a folder; the system lets go of it when that process dies."""
    handle = hold(folder)
    try:
        yield
    finally:
        if handle >= 0:
            os.close(handle)


def keep(path: Path) -> None:
    """Have the system write a file or the names in a folder to the disk, so that they are there after a power failure."""
    if not is_folder(path):
        with path.open("r+b") as file:
            os.fsync(file.fileno())
    elif sys.platform != "win32":
        handle = os.open(path, os.O_RDONLY)
        try:
            with suppress(OSError):  # some network disks do so of themselves and refuse to be asked
                os.fsync(handle)
        finally:
            os.close(handle)


def is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def hidden(target: Path) -> str:
    """The name under which our folders stand beside `target`."""
    name = os.fsencode(target.name)
    return f".{target.name}." if len(name) <= LONGEST_NAME else f".{hashlib.sha256(name).hexdigest()[:40]}."


def aside(target: Path) -> Path:
    return target.with_name(hidden(target) + ASIDE)


def current_umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask


def unwritable(path: Path, error: OSError) -> StoreError:
    return StoreError(path, f"cannot be written ({error.strerror or error})", "choose a folder you may write to, with free space")

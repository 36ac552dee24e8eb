"""One writer at a time: a lock that the system lets go when its process dies, and a note that says who holds it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from filelock import FileLock, Timeout

from policynlp.corpus.files import Folder, LocalFolder
from policynlp.errors import StoreError

__all__ = ["lock_writing"]

NOTE = ".writer.json"


@contextmanager
def lock_writing(folder: Folder) -> Iterator[None]:
    """Be the one writer of a store for the length of the block.

    On this machine a dead writer's lock is void at once. A note of another machine counts as held, because its process
    cannot be seen from here. An object store has the note alone, which two writers that start in the same moment can miss.

    Raises:
        StoreError: another process writes; the message names it and its machine.
    """
    if not isinstance(folder, LocalFolder):
        with leave_note(folder, alone=False):
            yield
        return
    try:
        folder.root.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.root / ".writer.lock", timeout=0), leave_note(folder, alone=True):
            yield
    except Timeout as error:
        raise held(folder, read_note(folder) or {}) from error
    except OSError as error:
        raise StoreError(folder.url, f"cannot be written ({error.strerror or error})", "choose a folder you may write to") from error


@contextmanager
def leave_note(folder: Folder, *, alone: bool) -> Iterator[None]:
    """Write who writes; `alone`: no other process of this machine can be writing, so that a note of it is stale."""
    holder = read_note(folder)
    here = socket.gethostname()
    if holder and not (holder["host"] == here and (alone or not is_alive(holder["pid"]))):
        raise held(folder, holder)
    folder.write(NOTE, json.dumps({"pid": os.getpid(), "host": here}).encode())
    try:
        yield
    finally:
        folder.remove(NOTE)


def read_note(folder: Folder) -> dict[str, Any] | None:
    try:
        note = json.loads(folder.read(NOTE) or b"null")
        return {"pid": int(note["pid"]), "host": str(note["host"])}
    except (KeyError, TypeError, ValueError):
        return None


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def held(folder: Folder, holder: dict[str, Any]) -> StoreError:
    who = f"process {holder['pid']} on {holder['host']}" if holder else "another process"
    return StoreError(
        folder.url, f"{who} is writing to this store", f"wait until it has ended; if it is gone, delete {NOTE} in the store's folder"
    )

"""Bytes from a path: a regular file, not too large, that does not change under us; and names that are safe to show."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from pathlib import Path, PurePosixPath

from policynlp.errors import ReportError

__all__ = ["RESERVED", "make_id", "printable", "read_bytes"]

CHUNK = 1 << 20
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)  # devices on Windows, in every folder
UNSAFE = re.compile(r'[\\/:*?"<>|\s]+')
LONGEST_ID = 70  # characters: a file's name may have 255 bytes, and a Chinese character has three


def read_bytes(path: str | Path, most: int, remedy: str = "split it into one file a report") -> bytes:
    """Read a whole file.

    Args:
        path: the file.
        most: bytes at most, even where the file grows while it is read.
        remedy: what the user can do about a larger one.

    Raises:
        ReportError: it is missing, a folder, a device, empty, too large, not permitted, or changes while it is read.
    """
    shown = printable(str(path))
    try:
        before = Path(path).stat()
        if stat.S_ISDIR(before.st_mode):
            raise ReportError(shown, "this is a folder", "name the files in it")
        if not stat.S_ISREG(before.st_mode):  # a pipe would wait for ever, a device never end
            raise ReportError(shown, "this is no regular file", "name a file")
        data = b"" if before.st_size > most else read_at_most(path, most + 1)
        after = Path(path).stat()
    except FileNotFoundError as error:
        raise ReportError(shown, "there is no such file", "check the path") from error
    except OSError as error:
        raise ReportError(shown, f"the file cannot be read ({error.strerror})", "check its permissions") from error
    except ValueError as error:  # a NUL in the path
        raise ReportError(shown, "this is no valid path", "check the path") from error
    if max(before.st_size, len(data)) > most:
        size = max(before.st_size, len(data)) / 1e6
        raise ReportError(shown, f"the file has {size:.0f} MB; one report may have {most / 1e6:.0f} MB", remedy)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(data) != after.st_size:
        raise ReportError(shown, "the file changed while it was read", "wait until it is complete")
    if not data.strip():
        raise ReportError(shown, "the file is empty", "choose a file with text")
    return data


def read_at_most(path: str | Path, most: int) -> bytes:
    chunks, room = [], most
    with Path(path).open("rb", buffering=0) as file:
        while room > 0 and (chunk := file.read(min(CHUNK, room))):
            chunks.append(chunk)
            room -= len(chunk)
    return b"".join(chunks)


def printable(name: str) -> str:
    r"""Make a name safe to show and to write: control, bidi and undecodable characters become «_».

    Example:
        >>> printable("a\n" + chr(0x202E) + "b.txt")
        'a__b.txt'
    """
    if name.isascii() and name.isprintable():
        return name
    shown = os.fsencode(name).decode("utf-8", "replace") if any("\ud800" <= c <= "\udfff" for c in name) else name
    return "".join("_" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") else c for c in shown)


def make_id(inner: PurePosixPath) -> str:
    """Make an id from a name inside a folder or archive, which any file system takes as the name of a folder.

    Example:
        >>> make_id(PurePosixPath("2019/青岭 高新区.docx")), make_id(PurePosixPath("../con.txt"))
        ('2019-青岭_高新区', 'con_')
    """
    name = "-".join((*inner.parts[:-1], inner.stem if inner.suffix else inner.name))
    name = UNSAFE.sub("_", printable(name))[-LONGEST_ID:].strip("._- ") or "report"
    return f"{name}_" if RESERVED.fullmatch(name) else name

"""Zip files, be they archives of reports or documents that are archives inside, opened with care."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator

from policynlp.errors import ReportError
from policynlp.reading.files import RESERVED
from policynlp.reading.limits import Limits

__all__ = ["check_member_name", "iterate_members", "member_name", "open_archive", "read_member"]

UTF8_FLAG = 0x800
ENCRYPTED_FLAG = 0x1
RATIO_FROM = 1_000_000  # below this size a member may be packed as tightly as it likes
DRIVE = re.compile(r"[A-Za-z]:")
JUNK = re.compile(r"(?:^|/)(?:__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$|~\$)", re.IGNORECASE)


def open_archive(data: bytes, name: str, limits: Limits) -> zipfile.ZipFile:
    """Open a zip file whose members, sizes and packing ratios stay within the limits.

    Nothing is unpacked to disk, and nothing is unpacked before its size has been checked.

    Raises:
        ReportError: it is damaged, or holds more than the limits allow.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, EOFError, OSError) as error:
        raise ReportError(name, "the archive is damaged or cut off", "save or download it again") from error
    members = archive.infolist()
    if len(members) > limits.members:
        raise ReportError(name, f"it holds {len(members):,} files; {limits.members:,} are allowed", "split it, or raise `Limits.members`")
    total = sum(member.file_size for member in members)
    if total > limits.unpacked_bytes:
        raise ReportError(
            name,
            f"it unpacks to {total / 1e6:,.0f} MB; {limits.unpacked_bytes / 1e6:,.0f} MB are allowed",
            "unpack it yourself if you trust it, or raise `Limits.unpacked_bytes`",
        )
    return archive


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, limits: Limits, most: int = 0) -> bytes:
    """Unpack one member into memory.

    Args:
        archive: as `open_archive` gives it.
        member: of the archive.
        name: how errors call it.
        limits: of size and ratio.
        most: bytes at most; `limits.member_bytes` by default.

    Raises:
        ReportError: it is encrypted, damaged, too large or packed too tightly.
    """
    if member.flag_bits & ENCRYPTED_FLAG:
        raise ReportError(name, "it is encrypted", "unpack it with its password")
    most = most or limits.member_bytes
    if member.file_size > most:
        raise ReportError(
            name,
            f"it unpacks to {member.file_size / 1e6:,.0f} MB; {most / 1e6:,.0f} MB are allowed",
            "check where it comes from, or raise the limit in `Limits`",
        )
    if member.file_size > RATIO_FROM and member.file_size > limits.ratio * max(member.compress_size, 1):
        raise ReportError(
            name, f"it is packed more than {limits.ratio} times, as in a zip bomb", "check where it comes from, or raise `Limits.ratio`"
        )
    try:
        with archive.open(member) as file:
            data = file.read(most + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise ReportError(name, "it is damaged or packed in an unknown way", "save or download it again") from error
    if len(data) > member.file_size:  # the size in the directory was a lie
        raise ReportError(name, "it is larger than it says", "check where it comes from")
    return data


def iterate_members(archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Give the files of an archive with their names, sorted by name; folders and leavings of file managers are passed over."""
    # Not `is_dir`, which fails at a member without a name.
    named = ((member_name(member), member) for member in archive.infolist() if not member.filename.endswith("/"))
    for name, member in sorted(named, key=lambda pair: (pair[0], pair[1].header_offset)):
        if not JUNK.search(name):
            yield name, member


def member_name(member: zipfile.ZipInfo) -> str:
    """Give a member's name; Chinese Windows writes it in GBK without saying so.

    Example:
        >>> old = zipfile.ZipInfo("报告.txt".encode("gbk").decode("cp437"))
        >>> member_name(old)
        '报告.txt'
    """
    name = member.filename
    if not member.flag_bits & UTF8_FLAG and not name.isascii():
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            return name
        for encoding in ("utf-8", "gb18030"):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
    return name


def check_member_name(name: str, member: zipfile.ZipInfo, whole: str) -> None:
    """Refuse a member that points out of its archive or that no system could store.

    Raises:
        ReportError: the name is absolute, climbs with «..», names a drive or a device, or the member is a link.
    """
    parts = name.replace("\\", "/").split("/")
    if not parts[-1].strip():
        raise ReportError(whole, "it has no name", "pack the archive again")
    if name.startswith(("/", "\\")) or ".." in parts or DRIVE.match(name):
        raise ReportError(whole, "its name leads out of the archive", "check where the archive comes from")
    if any(RESERVED.fullmatch(part.strip(" .")) for part in parts):
        raise ReportError(whole, "its name is reserved for a device on Windows", "rename it")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise ReportError(whole, "it is a link and no file", "put the file itself into the archive")

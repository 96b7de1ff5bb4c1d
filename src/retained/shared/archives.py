"""Checking archives before anything reads them: zip files, and the spreadsheets that are ones.

In   a path, limits
Out  the files in the archive with their real sizes, or ArchiveError
Why  docs/methods/reading-evidence.md

A zip says in its directory what it holds, and may lie. So the directory is checked first, which
costs nothing, and then every byte is unpacked into nowhere and counted, with the same limits.
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from retained.shared.errors import DomainError
from retained.shared.sizes import in_words

_PIECE = 1024 * 1024
_ENCRYPTED = 0x1
_PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ")
_WORKBOOK_PARTS = ("[Content_Types].xml", "xl/workbook.xml")
# The end record of a zip is 22 bytes and a comment of at most 65,535.
_END, _LONGEST_END = b"PK\x05\x06", 22 + 65_535
_DIRECTORY_BYTES_PER_MEMBER = 512
# What Python's zipfile raises on bytes that were changed at random.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    NotImplementedError,
    ValueError,
)


class ArchiveError(DomainError):
    """An archive is damaged, or holds what no honest one needs."""


class ArchiveTooLargeError(ArchiveError):
    """An archive unpacks to more than the limits allow, or is a bomb."""


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How much an archive may unpack to.

    `ratio` (unpacked to packed) counts above `ratio_counts_above_bytes` only: tables of figures
    shrink to a fiftieth, a bomb to a thousandth.
    """

    members: int = 10_000
    unpacked_bytes: int = 2_000_000_000
    ratio: int = 200
    ratio_counts_above_bytes: int = 20_000_000


DEFAULT_LIMITS = ArchiveLimits()


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """A file in an archive, with the size that it really has."""

    name: str
    size_bytes: int


def check_zip(
    path: Path, limits: ArchiveLimits = DEFAULT_LIMITS, *, nested: bool = False
) -> list[ArchiveMember]:
    """Return the files in the zip at `path`, or raise ArchiveError with what is wrong.

    Refused: too many members, too large when unpacked, a bomb, encrypted or overlapping members,
    names that lead out of the folder, links, sizes that are not true, and, unless `nested`,
    archives in the archive.
    """
    try:
        size_bytes = path.stat().st_size
        with path.open("rb") as file:
            _check_directory_size(file, limits)
            with zipfile.ZipFile(file) as archive:
                members = [member for member in archive.infolist() if not member.is_dir()]
                _check_directory(members, limits, packed_bytes=size_bytes)
                return _unpacked(archive, members, limits, size_bytes, nested=nested)
    except _DAMAGED as fault:
        raise ArchiveError(
            "This archive is damaged or was not sent whole. Make it again and send it again."
        ) from fault


def check_workbook(path: Path, limits: ArchiveLimits = DEFAULT_LIMITS) -> list[ArchiveMember]:
    """Return the parts of the XLSX at `path`; raise ArchiveError unless it is a sound workbook."""
    # A workbook may carry embedded documents, which are zips; nobody unpacks them.
    parts = check_zip(path, limits, nested=True)
    names = {part.name for part in parts}
    missing = [part for part in _WORKBOOK_PARTS if part not in names]
    if missing:
        raise ArchiveError(
            f"This is no workbook: it has no {missing[0]}. Open it in the spreadsheet program, "
            "save it as .xlsx and send it again."
        )
    return parts


def is_archive(path: Path) -> bool:
    """Return whether the file at `path` begins as an archive does, whatever its name is."""
    with path.open("rb") as file:
        return file.read(8).startswith(_ARCHIVES)


def _check_directory_size(file: BinaryIO, limits: ArchiveLimits) -> None:
    """Look at the size of the directory before Python reads all of it into memory."""
    size = file.seek(0, 2)
    start = file.seek(max(0, size - _LONGEST_END - 20))
    tail = file.read()
    place = tail.rfind(_END)
    if place < 0 or len(tail) < place + 22:
        raise zipfile.BadZipFile
    (directory_bytes,) = struct.unpack_from("<L", tail, place + 12)
    if directory_bytes == 0xFFFFFFFF:  # zip64 keeps the true size elsewhere
        directory_bytes = start + place
    if directory_bytes > limits.members * _DIRECTORY_BYTES_PER_MEMBER:
        raise _too_many(limits)
    file.seek(0)


def _check_directory(
    members: Sequence[zipfile.ZipInfo], limits: ArchiveLimits, *, packed_bytes: int
) -> None:
    """Check what the directory says of the members."""
    if len(members) > limits.members:
        raise _too_many(limits)
    _check_size(sum(member.file_size for member in members), packed_bytes, limits)
    if len({member.filename for member in members}) < len(members):
        raise ArchiveError("This archive holds two files of one name. Give each its own name.")
    for member in members:
        _check_member(member)
    _check_overlap(members)


def _check_member(member: zipfile.ZipInfo) -> None:
    parts = member.filename.replace("\\", "/").split("/")
    leads_out = parts[0] == "" or ".." in parts or ":" in parts[0] or "\x00" in member.orig_filename
    if leads_out:
        raise ArchiveError(
            f"“{member.filename[:100]}” in this archive leads out of its folder. "
            "Pack the files again without paths."
        )
    if stat.S_ISLNK(member.external_attr >> 16):
        raise ArchiveError(
            f"“{member.filename[:100]}” in this archive is a link. Pack the file itself."
        )
    if member.flag_bits & _ENCRYPTED:
        raise ArchiveError("This archive is locked with a password. Send it without one.")
    if member.compress_type not in _PACKINGS:
        raise ArchiveError("This archive is packed in an unusual way. Send it as a plain zip.")


def _check_overlap(members: Iterable[zipfile.ZipInfo]) -> None:
    """Refuse members that share their bytes: a small file could count a thousand times."""
    end = -1
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < end:
            raise ArchiveError("Files in this archive overlap. Make it again and send it again.")
        end = member.header_offset + 30 + member.compress_size


def _unpacked(
    archive: zipfile.ZipFile,
    members: Sequence[zipfile.ZipInfo],
    limits: ArchiveLimits,
    packed_bytes: int,
    *,
    nested: bool,
) -> list[ArchiveMember]:
    """Unpack all members into nowhere, and return them with their real sizes."""
    total, found = 0, []
    for member in members:
        size = 0
        with archive.open(member) as content:
            while piece := content.read(_PIECE):
                if size == 0 and not nested and piece.startswith(_ARCHIVES):
                    raise ArchiveError(
                        f"“{member.filename[:100]}” is an archive in the archive. "
                        "Unpack it and send its files."
                    )
                size += len(piece)
                _check_size(size, member.compress_size, limits)
                _check_size(total + size, packed_bytes, limits)
        if size != member.file_size:
            raise zipfile.BadZipFile
        total += size
        found.append(ArchiveMember(member.filename, size))
    return found


def _check_size(unpacked_bytes: int, packed_bytes: int, limits: ArchiveLimits) -> None:
    """Refuse more than the limit, and what `packed_bytes` cannot honestly hold."""
    if unpacked_bytes > limits.unpacked_bytes:
        raise ArchiveTooLargeError(
            f"This archive unpacks to more than {in_words(limits.unpacked_bytes)}. "
            "Send it in parts, such as one file a month."
        )
    shrinks = unpacked_bytes > limits.ratio * max(packed_bytes, 1)
    if shrinks and unpacked_bytes > limits.ratio_counts_above_bytes:
        raise ArchiveTooLargeError(
            f"This archive unpacks to more than {limits.ratio} times its size, as no table does. "
            "Look at it before you send it again; empty rows and columns blow a sheet up."
        )


def _too_many(limits: ArchiveLimits) -> ArchiveError:
    return ArchiveTooLargeError(
        f"This archive holds more than {limits.members:,} files. Send it in parts."
    )

"""A corpus of hostile archives: each is refused with a sentence, before anything reads it."""

import contextlib
import io
import random
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from retained.shared.archives import ArchiveError, ArchiveLimits, check_workbook, check_zip

Save = Callable[..., Path]
ROW = b"INC1;new;2026-10-01 08:00\n"


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Return a function that saves members, or bytes, as a zip."""

    def save_one(content: dict[str, bytes] | bytes, name: str = "some.zip") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else zipped(content))
        return path

    return save_one


def zipped(members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook() -> bytes:
    book, buffer = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("Tickets")
    for number in range(2_000):
        sheet.append([f"INC{number}", "new", number * 7 % 1000])
    book.save(buffer)
    return buffer.getvalue()


def test_an_honest_archive_passes_with_its_files(save: Save) -> None:
    members = check_zip(save({"october/tickets.csv": ROW * 1000, "readme.txt": b"hello"}))
    assert [(member.name, member.size_bytes) for member in members] == [
        ("october/tickets.csv", len(ROW) * 1000),
        ("readme.txt", 5),
    ]


def test_a_table_that_repeats_itself_is_no_bomb(save: Save) -> None:
    assert check_zip(save({"tickets.csv": ROW * 300_000}))


def test_a_bomb_is_refused_by_its_ratio(save: Save) -> None:
    content = zipped({"zeros.csv": bytes(60_000_000)})
    assert len(content) < 100_000
    with pytest.raises(ArchiveError, match="200 times its size"):
        check_zip(save(content))


def test_the_unpacked_size_is_limited(save: Save) -> None:
    path = save({"a.csv": ROW * 100, "b.csv": ROW * 100})
    assert check_zip(path, ArchiveLimits(unpacked_bytes=200 * len(ROW)))
    with pytest.raises(ArchiveError, match=r"unpacks to more than 5\.2 kB"):
        check_zip(path, ArchiveLimits(unpacked_bytes=200 * len(ROW) - 1))


@pytest.mark.parametrize("claimed", [0, 1000, 10**9])
def test_a_directory_that_lies_about_sizes_is_refused(save: Save, claimed: int) -> None:
    content = bytearray(zipped({"zeros.csv": bytes(30_000_000)}))
    place = content.rfind(b"PK\x01\x02")
    struct.pack_into("<L", content, place + 24, claimed)
    with pytest.raises(ArchiveError):
        check_zip(save(bytes(content)))


def test_a_small_lie_about_a_size_is_found_while_unpacking(save: Save) -> None:
    content = bytearray(zipped({"tickets.csv": ROW * 10}))
    struct.pack_into("<L", content, content.rfind(b"PK\x01\x02") + 24, len(ROW) * 9)
    with pytest.raises(ArchiveError, match="damaged"):
        check_zip(save(bytes(content)))


def test_too_many_files_are_refused(save: Save) -> None:
    path = save({f"{number}.csv": b"" for number in range(11)})
    assert len(check_zip(path, ArchiveLimits(members=11))) == 11
    with pytest.raises(ArchiveError, match="more than 10 files"):
        check_zip(path, ArchiveLimits(members=10))


def test_a_huge_directory_is_refused_before_it_is_read(
    save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save({f"{number:0>200}.csv": b"" for number in range(300)})
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(ArchiveError, match="more than 100 files"):
        check_zip(path, ArchiveLimits(members=100))


@pytest.mark.parametrize(
    "name", ["../up.csv", "a/../../up.csv", "/etc/cron.d/x", "C:/x.csv", "..\\up.csv", "a\\..\\b"]
)
def test_names_that_lead_out_are_refused(save: Save, name: str) -> None:
    with pytest.raises(ArchiveError, match="leads out of its folder"):
        check_zip(save({name: b"x"}))


def test_links_are_refused(save: Save) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("tickets.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ArchiveError, match="is a link"):
        check_zip(save(buffer.getvalue()))


@pytest.mark.parametrize("name", ["inner.zip", "tickets.csv"])
def test_archives_in_archives_are_refused_whatever_their_name(save: Save, name: str) -> None:
    with pytest.raises(ArchiveError, match="archive in the archive"):
        check_zip(save({name: zipped({"tickets.csv": ROW})}))


def test_members_that_share_their_bytes_are_refused(save: Save) -> None:
    """The bomb of Fifield (2019): many directory entries, one kernel."""
    content = zipped({"a.csv": ROW * 1000})
    place = content.rfind(b"PK\x01\x02")
    end = content.rfind(b"PK\x05\x06")
    entry = content[place:end]
    second = entry.replace(b"a.csv", b"b.csv")
    record = bytearray(content[end:])
    struct.pack_into("<HHL", record, 8, 2, 2, 2 * len(entry))
    with pytest.raises(ArchiveError, match=r"overlap|damaged"):
        check_zip(save(content[:place] + entry + second + bytes(record)))


def test_locked_archives_are_refused(save: Save) -> None:
    content = bytearray(zipped({"a.csv": ROW}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.rfind(mark) + offset] |= 1
    with pytest.raises(ArchiveError, match="password"):
        check_zip(save(bytes(content)))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(save: Save) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", "1")
        archive.writestr("a.csv", "2")
    with pytest.raises(ArchiveError, match="two files of one name"):
        check_zip(save(buffer.getvalue()))


def test_unusual_packing_is_refused(save: Save) -> None:
    with pytest.raises(ArchiveError, match="unusual way"):
        check_zip(save(zipped({"a.csv": ROW}, zipfile.ZIP_LZMA)))


@pytest.mark.parametrize("left", [0, 1, 4, 21, 22, 60, -1, -30])
def test_an_archive_that_was_not_sent_whole_is_refused(save: Save, left: int) -> None:
    with pytest.raises(ArchiveError, match="not sent whole"):
        check_zip(save(zipped({"tickets.csv": ROW * 100})[:left]))


@pytest.mark.parametrize("seed", range(4))
def test_damage_anywhere_never_breaks_the_check(save: Save, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a repeatable choice
    whole = zipped({"tickets.csv": ROW * 50, "more.csv": ROW * 7})
    for _ in range(500):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            content[chance.randrange(len(content))] = chance.choice([0, 255, chance.randrange(256)])
        with contextlib.suppress(ArchiveError):
            check_zip(save(bytes(content)))


def test_an_honest_workbook_passes_with_its_parts(save: Save) -> None:
    parts = check_workbook(save(workbook(), "tickets.xlsx"))
    assert "xl/worksheets/sheet1.xml" in {part.name for part in parts}


def test_a_workbook_bomb_is_refused(save: Save) -> None:
    sheet = b"<worksheet><sheetData>" + b"<row/>" * 10_000_000 + b"</sheetData></worksheet>"
    parts = {"[Content_Types].xml": b"", "xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": sheet}
    with pytest.raises(ArchiveError, match="blow a sheet up"):
        check_workbook(save(parts, "bomb.xlsx"))


def test_a_zip_that_calls_itself_a_workbook_is_refused(save: Save) -> None:
    with pytest.raises(ArchiveError, match="is no workbook"):
        check_workbook(save({"tickets.csv": ROW}, "tickets.xlsx"))

"""Storing uploads: whole or not at all."""

import errno
import hashlib
import os
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction

from retained.audit.models import Entry
from retained.audit.record import SystemActor
from retained.files import storing
from retained.files.kinds import FileKindError
from retained.files.models import StoredFile
from retained.files.storing import (
    EmptyFileError,
    TooLargeError,
    discard,
    is_unchanged,
    open_stored,
    path_of,
    shown_name,
    store_upload,
)
from retained.shared.room import NoRoomError

AT = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
BY = SystemActor("tests")
CONTENT = b"ticket,state\nINC1,new\n"


def store(content: bytes = CONTENT, name: str = "october.csv", **more: object) -> StoredFile:
    return store_upload(BytesIO(content), name=name, by=BY, at=AT, **more)  # type: ignore[arg-type]


def left_on_disk() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_a_stored_file_is_what_came() -> None:
    file = store()
    file.refresh_from_db()
    with open_stored(file) as content:
        assert content.read() == CONTENT
    assert file.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert (file.size_bytes, file.original_name) == (len(CONTENT), "october.csv")
    assert left_on_disk() == [path_of(file)]


@pytest.mark.django_db
def test_its_name_on_the_disk_is_random_and_closed_to_others() -> None:
    first, second = store(), store()
    assert first.key != second.key
    assert "october" not in str(path_of(first))
    if os.name == "posix":
        assert path_of(first).stat().st_mode & 0o077 == 0


@pytest.mark.django_db
def test_an_upload_is_recorded_with_its_hash() -> None:
    file = store()
    entry = Entry.objects.get()
    assert (entry.verb, entry.object_key) == ("uploaded", file.key)
    assert file.sha256 in entry.after


@pytest.mark.django_db
def test_the_limit_counts_bytes_and_leaves_nothing_behind() -> None:
    assert store(b"x" * 1000, limit_bytes=1000).size_bytes == 1000
    kept = left_on_disk()
    with pytest.raises(TooLargeError, match="larger than 1 kB"):
        store(b"x" * 1001, limit_bytes=1000)
    assert left_on_disk() == kept
    assert StoredFile.objects.count() == 1


@pytest.mark.django_db
def test_the_limit_ends_the_reading() -> None:
    class Endless:
        given = 0

        def read(self, size: int, /) -> bytes:
            self.given += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(TooLargeError, match="5 MB"):
        store_upload(stream, name="endless.csv", by=BY, at=AT, limit_bytes=5_000_000)
    assert stream.given < 7_000_000


@pytest.mark.django_db
def test_the_limit_is_a_setting(settings: object) -> None:
    settings.UPLOAD_LIMIT_BYTES = 10  # type: ignore[attr-defined]
    with pytest.raises(TooLargeError, match="10 bytes"):
        store()


@pytest.mark.django_db
def test_a_file_of_0_bytes_is_refused() -> None:
    with pytest.raises(EmptyFileError, match="0 bytes"):
        store(b"")
    assert left_on_disk() == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["macro.xlsm", "page.html", "image.svg", "run.exe", "noname", ""])
def test_kinds_that_are_not_listed_are_refused(name: str) -> None:
    with pytest.raises(FileKindError, match="must end in one of"):
        store(name=name)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet", "a.pdf", "a.png", "a.zip"])
def test_content_that_is_not_what_the_name_says_is_refused(name: str) -> None:
    with pytest.raises(FileKindError, match="not what its name says"):
        store(b"<html>", name=name)
    with pytest.raises(FileKindError, match="not what its name says"):
        store(b"MZ\x00\x00", name="a.csv")
    assert store("ticket;état".encode("utf-16"), name="a.csv").content_type == "text/csv"


@pytest.mark.django_db
@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, fault: int
) -> None:
    def full(_: int) -> None:
        raise OSError(fault, os.strerror(fault))

    monkeypatch.setattr(storing.os, "fsync", full)
    with pytest.raises(NoRoomError, match="no room left"):
        store()
    assert left_on_disk() == []
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("call", ["mkdir", "replace"])
def test_a_full_disk_refuses_names_as_well(monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, call, full)
        with pytest.raises(NoRoomError, match="send it again"):
            store()
    assert left_on_disk() == []
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_a_name_that_the_disk_does_not_keep_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    synced, fsync = [], os.fsync

    def full(handle: int) -> None:
        synced.append(handle)
        if len(synced) == 2:  # the content is safe, its folder is not
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(handle)

    monkeypatch.setattr(storing.os, "fsync", full)
    with pytest.raises(NoRoomError):
        store()
    assert left_on_disk() == []


@pytest.mark.django_db
@pytest.mark.skipif(os.name != "posix", reason="Windows has no limit for files")
def test_a_disk_that_really_takes_no_more_keeps_what_was_there() -> None:
    from full_disk import largest_file  # noqa: PLC0415 - not on Windows

    kept = store(b"x" * 300_000)
    with largest_file(1_000_000), pytest.raises(NoRoomError):
        store(b"x" * 3_000_000)
    assert left_on_disk() == [path_of(kept)]
    assert is_unchanged(kept)
    assert is_unchanged(store(b"x" * 3_000_000))


@pytest.mark.django_db
def test_other_faults_of_the_disk_are_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: int) -> None:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(storing.os, "fsync", broken)
    with pytest.raises(OSError, match="broken"):
        store()
    assert left_on_disk() == []


@pytest.mark.django_db
def test_a_row_that_cannot_be_written_takes_its_content_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(StoredFile, "save", refuse)
    with pytest.raises(DatabaseError):
        store()
    assert left_on_disk() == []


@pytest.mark.django_db
def test_changed_or_missing_content_is_found() -> None:
    file = store()
    assert is_unchanged(file)
    path_of(file).write_bytes(CONTENT.replace(b"new", b"old"))
    assert not is_unchanged(file)
    path_of(file).unlink()
    assert not is_unchanged(file)


@pytest.mark.django_db
def test_discarded_content_goes_only_when_the_transaction_holds(
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    file = store()
    path = path_of(file)
    with transaction.atomic():
        discard(file, by=BY, at=AT, reason="sent twice")
        transaction.set_rollback(True)
    assert path.exists()
    file = StoredFile.objects.get()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        discard(file, by=BY, at=AT, reason="sent twice")
    assert not path.exists()
    assert list(Entry.objects.values_list("verb", flat=True)) == ["uploaded", "discarded"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\anna\\october.csv", "october.csv"),
        ("a\x00b\r\nc.csv", "abc.csv"),
        ("exe.\u202efdp.csv", "exe.fdp.csv"),
        ("...", "file"),
        ("", "file"),
        ("Tickets Oktober – größte.csv", "Tickets Oktober – größte.csv"),
        ("x" * 300 + ".csv", "x" * 196 + ".csv"),
    ],
)
def test_a_name_is_shown_without_what_misleads(name: str, shown: str) -> None:
    assert shown_name(name) == shown

"""A backup brings everything back, and is refused if anything in it was touched."""

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.test import override_settings

from retained.audit import chain
from retained.audit.actors import SystemActor
from retained.audit.verifications import check_and_keep
from retained.files.models import StoredFile
from retained.files.storing import path_of, store_upload
from retained.project.backup import manifest
from retained.project.backup.making import make
from retained.project.backup.restoring import DamagedError, restore, unpack, verify
from retained.shared import clock
from retained.shared.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)

ACTOR = SystemActor("test")
CONTENT = b"ticket,state\nT1,new\n" * 50


@pytest.fixture
def data_dir(tmp_path: Path):
    folder = tmp_path / "data"
    folder.mkdir()
    with override_settings(DATA_DIR=folder, DEMONSTRATION_MARK=folder / "demonstration"):
        yield folder


@pytest.fixture
def stored(data_dir: Path) -> StoredFile:
    return store_upload(io.BytesIO(CONTENT), name="tickets.csv", by=ACTOR, at=clock.now())


@pytest.fixture
def archive(stored: StoredFile, tmp_path: Path) -> Path:
    evidence = Path(settings.EVIDENCE_ROOT, "brightdesk", "rows.parquet")
    evidence.parent.mkdir(parents=True)
    evidence.write_bytes(b"PAR1 rows PAR1")
    make(tmp_path / "kept.zip", by=ACTOR, at=clock.now())
    return tmp_path / "kept.zip"


def rewritten(archive: Path, changes: dict[str, bytes]) -> Path:
    """Return a copy of the archive whose named members hold something else."""
    copy = archive.with_name("touched.zip")
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            target.writestr(name, changes.get(name, source.read(name)))
    return copy


def in_installation(folder: Path, code: str) -> str:
    """Run code in the installation of `folder`, in a process of its own."""
    environment = os.environ | {
        "RETAINED_DATA_DIR": str(folder),
        "RETAINED_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "retained.project.settings",
    }
    start = "import django; django.setup()\n"
    return subprocess.run(
        [sys.executable, "-c", start + code],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


NOW_AND_AFTER = """
import io
from django.contrib.contenttypes.models import ContentType
from retained.audit import chain
from retained.audit.actors import SystemActor
from retained.audit.verifications import check_and_keep
from retained.files.storing import store_upload
from retained.shared import clock
print(chain.head(), ContentType.objects.count())
new = io.BytesIO(b"a,b\\n1,2\\n")
print(store_upload(new, name="x.csv", by=SystemActor("test"), at=clock.now()).pk)
"""


def test_what_was_kept_comes_back_and_goes_on(archive: Path, stored: StoredFile) -> None:
    folder = archive.with_name("restored")
    proved = restore(archive, folder)
    kept = Path(folder, "files", path_of(stored).relative_to(settings.MEDIA_ROOT))
    assert kept.read_bytes() == CONTENT
    assert (folder / "evidence" / "brightdesk" / "rows.parquet").read_bytes() == b"PAR1 rows PAR1"
    assert proved.manifest.head == str(chain.head())
    now, after = in_installation(folder, NOW_AND_AFTER).splitlines()
    assert now == f"{chain.head()} {ContentType.objects.count()}"
    assert int(after) > stored.pk


def test_a_whole_archive_is_proved_and_leaves_nothing_behind(archive: Path) -> None:
    before = sorted(archive.parent.iterdir())
    findings = " ".join(verify(archive).findings)
    assert "The record is whole" in findings
    assert "Each of 1 uploads is there" in findings
    assert sorted(archive.parent.iterdir()) == before


def test_a_changed_upload_is_found(archive: Path, stored: StoredFile) -> None:
    name = "files/" + path_of(stored).relative_to(settings.MEDIA_ROOT).as_posix()
    with pytest.raises(DamagedError, match="not as it was when it was made"):
        verify(rewritten(archive, {name: CONTENT.replace(b"T1", b"T2")}))


def test_a_changed_upload_is_found_even_if_the_list_was_changed_with_it(
    archive: Path, stored: StoredFile
) -> None:
    name = "files/" + path_of(stored).relative_to(settings.MEDIA_ROOT).as_posix()
    changed = CONTENT.replace(b"T1", b"T2")
    listed = with_hash_of(archive, name, changed)
    with pytest.raises(DamagedError, match="is missing or was changed"):
        verify(rewritten(archive, {name: changed, manifest.NAME: listed}))


def test_a_record_that_lacks_its_end_is_found_even_if_the_list_was_changed_with_it(
    archive: Path,
) -> None:
    with zipfile.ZipFile(archive) as whole:
        listed = json.loads(whole.read(manifest.NAME))
    listed["head"] = f"{int(listed['head'].split(':')[0]) + 1}:{'0' * 64}"
    with pytest.raises(DamagedError, match="The record is not whole"):
        verify(rewritten(archive, {manifest.NAME: json.dumps(listed).encode()}))


def with_hash_of(archive: Path, name: str, content: bytes) -> bytes:
    """Return the archive's list with one member's size and hash made to fit."""
    fitting = manifest.copied(io.BytesIO(content), None, name)
    with zipfile.ZipFile(archive) as whole:
        listed = manifest.Manifest.model_validate_json(whole.read(manifest.NAME))
    members = [fitting if member.name == name else member for member in listed.members]
    return listed.model_copy(update={"members": members}).model_dump_json().encode()


def test_the_kept_heads_come_back_and_fit(stored: StoredFile, tmp_path: Path) -> None:
    check_and_keep(settings.KEPT_HEADS, by=ACTOR, at=clock.now())
    kept = settings.KEPT_HEADS.read_bytes()
    make(tmp_path / "kept.zip", by=ACTOR, at=clock.now())
    restore(tmp_path / "kept.zip", tmp_path / "restored")
    assert (tmp_path / "restored" / "kept-heads.jsonl").read_bytes() == kept
    found = in_installation(tmp_path / "restored", VERIFIED_AGAINST_KEPT_HEADS)
    assert found.endswith("and it holds 1 kept head.")


VERIFIED_AGAINST_KEPT_HEADS = """
from django.conf import settings
from retained.audit.verifications import verify_against
print(verify_against(settings.KEPT_HEADS)[0].sentence)
"""


@pytest.mark.parametrize("cut", [0, 10, 0.5, 0.99])
def test_a_cut_archive_is_refused_and_nothing_is_restored(archive: Path, cut: float) -> None:
    whole = archive.read_bytes()
    archive.write_bytes(whole[: int(len(whole) * cut) if cut < 1 else int(cut)])
    folder = archive.with_name("restored")
    with pytest.raises(DamagedError):
        restore(archive, folder)
    assert not folder.exists()
    assert not list(archive.parent.glob(".restoring-*"))


def test_a_file_that_is_not_listed_is_refused(archive: Path) -> None:
    with zipfile.ZipFile(archive, "a") as added:
        added.writestr("files/extra", b"x")
    with pytest.raises(DamagedError, match="files/extra"):
        verify(archive)


@pytest.mark.parametrize("name", ["../outside", "/outside", "files/../../outside", "C:outside"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    member = manifest.copied(io.BytesIO(b"x"), None, name)
    listed = manifest.Manifest(
        format=manifest.FORMAT, made_at="", head="0:" + "0" * 64, steps=[], members=[member]
    )
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as evil:
        evil.writestr(name, b"x")
        evil.writestr(manifest.NAME, listed.model_dump_json())
    (tmp_path / "deep" / "er").mkdir(parents=True)
    with pytest.raises(DamagedError):
        unpack(tmp_path / "evil.zip", tmp_path / "deep" / "er")
    assert not list(tmp_path.rglob("outside"))


def test_nothing_that_is_there_is_ever_replaced(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="is there already"):
        make(archive, by=ACTOR, at=clock.now())
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").touch()
    with pytest.raises(DomainError, match="is not empty"):
        restore(archive, tmp_path / "taken")


def test_a_full_disk_leaves_no_half_archive(
    stored: StoredFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(manifest, "copied", full)
    with pytest.raises(DomainError, match="No space left"):
        make(tmp_path / "kept.zip", by=ACTOR, at=clock.now())
    assert not list(tmp_path.glob("kept*"))


def test_uploads_on_their_way_are_left_out(archive: Path, data_dir: Path, tmp_path: Path) -> None:
    incoming = Path(settings.MEDIA_ROOT, ".incoming")
    incoming.mkdir(exist_ok=True)
    (incoming / "half").write_bytes(b"half")
    make(tmp_path / "second.zip", by=ACTOR, at=clock.now())
    with zipfile.ZipFile(tmp_path / "second.zip") as made:
        assert not [name for name in made.namelist() if "incoming" in name]


def test_the_secret_key_is_in_no_backup(archive: Path, data_dir: Path, tmp_path: Path) -> None:
    (data_dir / "secret_key").write_text("s" * 60)
    make(tmp_path / "second.zip", by=ACTOR, at=clock.now())
    with zipfile.ZipFile(tmp_path / "second.zip") as made:
        assert not [name for name in made.namelist() if "secret" in name]


def test_an_archive_of_sqlite_holds_one_sound_database(archive: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive) as made:
        if manifest.SQLITE not in made.namelist():
            assert [name for name in made.namelist() if name.startswith(manifest.ROWS)]
            return
        with made.open(manifest.SQLITE) as source, (tmp_path / "copy").open("wb") as target:
            shutil.copyfileobj(source, target)
    copy = sqlite3.connect(tmp_path / "copy")
    try:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        copy.close()

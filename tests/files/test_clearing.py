"""Clearing left-over files, and sending files out."""

import os
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.utils import timezone

from retained.audit.record import SystemActor
from retained.files.clearing import clear_orphans
from retained.files.jobs import clear_left_over_files
from retained.files.models import StoredFile
from retained.files.responses import file_response
from retained.files.storing import path_of, store_upload
from retained.jobs.queue import enqueue
from retained.jobs.worker import run_waiting

AT = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def store(name: str = "october.csv") -> StoredFile:
    return store_upload(BytesIO(b"a;b\n"), name=name, by=SystemActor("tests"), at=AT)


def age(path: Path, hours: float) -> Path:
    moment = (timezone.now() - timedelta(hours=hours)).timestamp()
    os.utime(path, (moment, moment))
    return path


def test_what_no_row_knows_goes_after_a_day() -> None:
    known, undone = store(), store()
    left = Path(settings.MEDIA_ROOT, ".incoming", "tmpkilled")
    fresh = Path(settings.MEDIA_ROOT, ".incoming", "tmprunning")
    left.write_bytes(b"half")
    fresh.write_bytes(b"half")
    StoredFile.objects.filter(pk=undone.pk).delete()
    for path in (path_of(known), path_of(undone), left):
        age(path, 25)
    assert sorted(clear_orphans(timezone.now())) == sorted([left, path_of(undone)])
    assert path_of(known).exists()
    assert fresh.exists()


def test_what_is_younger_than_a_day_may_still_be_on_its_way() -> None:
    file = store()
    StoredFile.objects.all().delete()
    age(path_of(file), 23)
    assert clear_orphans(timezone.now()) == []


def test_an_installation_without_files_has_nothing_to_clear() -> None:
    enqueue(clear_left_over_files, by=None)
    assert run_waiting()[0].sentence == "0 left-over files removed."


def test_a_download_never_runs_in_a_browser() -> None:
    response = file_response(store('Größe "10".csv'))
    RequestFactory().get("/")
    assert b"".join(response.streaming_content) == b"a;b\n"  # type: ignore[arg-type]
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Type"] == "text/csv"
    assert response["Content-Length"] == "4"
    response.close()

"""The record's page in a browser: whole, broken and explained; accessible on desk and phone."""

import pytest
from django.conf import settings
from django.db import connection, transaction
from playwright.sync_api import expect

from directory.cast import AT, Cast
from journeys.conftest import DESK, PHONE, Visitor
from retained.audit import chain, triggers
from retained.audit.models import Entry, Seal
from retained.audit.record import record
from retained.audit.verifications import check_and_keep
from retained.jobs.worker import run_waiting
from retained.shared import clock


def break_record(cast: Cast) -> None:
    """Keep a head, and cut the entry away that it seals."""
    with transaction.atomic():
        for number in range(3):
            record("closed", ("month", str(number), "October"), by=cast.administrator, at=AT)
    check_and_keep(settings.KEPT_HEADS, by=cast.administrator, at=clock.now())
    last = Seal.objects.get(pk=chain.head().number)
    with triggers.lifted(connection):
        Entry.objects.filter(pk=last.entry_id).delete()
        last.delete()
    check_and_keep(settings.KEPT_HEADS, by=cast.administrator, at=clock.now())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_broken_record_is_accessible_and_fits(
    visit: Visitor, cast: Cast, viewport: dict[str, int], theme: str
) -> None:
    break_record(cast)
    here = visit(cast.administrator, viewport=viewport, theme=theme)
    for path in ("/record/", "/record/explain/", "/"):
        here.open(path)
        assert (path, here.findings()) == (path, [])
        assert (path, here.overflow() <= 0) == (path, True)


def test_an_administrator_is_led_to_what_broke_and_explains_it(visit: Visitor, cast: Cast) -> None:
    break_record(cast)
    page = visit(cast.administrator).open("/")
    page.get_by_role("link", name="The record is not whole").click()
    page.get_by_role("link", name="explain the lost heads").click()
    page.get_by_label("Why the record lost them").fill("Restored from Sunday's backup.")
    page.get_by_role("button", name="Write it into the record").click()
    expect(page.get_by_text("Verification of the record").first).to_be_visible()
    run_waiting()
    page.goto(page.url.split("/jobs/")[0] + "/record/")
    expect(page.get_by_text("1 lost head is explained")).to_be_visible()

"""Rows that could not be used stand beside every figure that they touch, up to the statement."""

from collections.abc import Callable

import pytest
from django.test import Client

from delivery.conftest import Story, import_text
from delivery.months_closed import WHY, checked
from delivery.story import HEADER, MAPPING
from delivery.views.test_service_levels import text_of
from retained.delivery.models import MeasuredMonth
from retained.delivery.queries.statements import content
from retained.directory.models import Person
from retained.shared.errors import DomainError

BrowserOf = Callable[[Person | None], Client]
LOST = 60


@pytest.fixture
def lossy(story: Story) -> Story:
    """October once more: a ticket whose pause is in a state that the mapping does not know."""
    same = ("2", "A. Okafor", "", "met", "", "0")
    rows = [
        HEADER,
        ("INC-90001", "2026-10-05 08:00", "New", *same),
        *(("INC-90001", f"2026-10-05 09:{minute:02}", "Parked", *same) for minute in range(LOST)),
        ("INC-90001", "2026-10-07 08:00", "In progress", *same),
        ("INC-90001", "2026-10-07 09:00", "Resolved", *same),
    ]
    text = "\n".join(",".join(row) for row in rows) + "\n"
    mapping = MAPPING.replace('"tickets*.csv"', '"*.csv"')
    import_text(text, mapping, by=story.manager, name="october.csv")
    story.measure()
    return story


def test_the_share_of_unusable_rows_stands_beside_the_figure(
    lossy: Story, browser_of: BrowserOf
) -> None:
    measured = MeasuredMonth.objects.get(service_level="urgent", month="2026-10")
    assert measured.unusable == 0, "no ticket is wholly unusable"
    assert measured.unusable_rows == LOST
    browser = browser_of(lossy.manager)
    said = f"{LOST} of {measured.rows:,} rows of its source"
    for path in ("/run/AG-7/urgent/2026-10/", "/run/AG-7/", "/run/AG-7/2026-10/close/"):
        assert said in text_of(browser, path)
    september = MeasuredMonth.objects.get(service_level="urgent", month="2026-09")
    assert september.unusable_rows == 0


def test_a_ticket_with_an_unusable_row_says_so_beside_its_verdict(
    lossy: Story, browser_of: BrowserOf
) -> None:
    text = text_of(browser_of(lossy.manager), "/run/AG-7/urgent/tickets/INC-90001/")
    assert "a row of it could not be used" in text
    assert "what the lost row said could change the verdict" in text
    at_best = MeasuredMonth.objects.get(service_level="urgent", month="2026-10").at_best
    assert at_best == "88.7967", "214 of 241: with the pause it may have been met"


def test_above_two_percent_unusable_rows_a_month_closes_only_with_a_reason(lossy: Story) -> None:
    with pytest.raises(DomainError, match="More than 2 % of the rows or tickets"):
        checked(lossy, reason="")
    stated = content(checked(lossy, reason=WHY)).levels[0]
    assert (stated.unusable, stated.unusable_rows) == (0, LOST)

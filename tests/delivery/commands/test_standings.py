"""Where an agreement stands: what lists say is what its pages say, after every command."""

from datetime import date, timedelta

import pytest

from delivery.conftest import Story, import_text
from delivery.earned_back_story import (
    JULY,
    SEPTEMBER,
    close_until,
    credit_of,
    desk_csv,
    make_earned_back_story,
)
from delivery.months_closed import OCTOBER, account_manager_of, checked, confirmed, lead_of, sent
from delivery.story import HEADER, MAPPING
from delivery.views.test_service_levels import BrowserOf, text_of
from directory.cast import Cast
from retained.delivery.commands.answers import Answer, Kind, answer_statement
from retained.delivery.commands.closing import drop_check
from retained.delivery.commands.credits import claim_credit, waive_credit
from retained.delivery.commands.measuring import measure_agreement
from retained.delivery.commands.standings import keep_missing_standings
from retained.delivery.models import MonthClose, ProviderAnswer, Standing
from retained.delivery.queries import today
from retained.delivery.queries.months import agreement_months
from retained.delivery.queries.standings import standing_values
from retained.directory.engine.roles import Role
from retained.shared import clock


def stands(story: Story) -> Standing:
    """Return where the agreement stands, once it is sure that a list would say the same now."""
    kept = Standing.objects.get(agreement=story.agreement)
    story.measured.refresh_from_db()
    answers = ProviderAnswer.objects.filter(close__is_current=True)
    now = standing_values(agreement_months(story.agreement, story.measured), answers)
    assert {name: getattr(kept, name) for name in now} == now
    return kept


def dispute(story: Story, close: MonthClose) -> None:
    answer = Answer(Kind.DISPUTED, "16 tickets")
    by, at = account_manager_of(story), clock.now()
    answer_statement(close, answer, by=by, at=at, version=close.version)


def late_ticket(story: Story) -> None:
    """Bring in a ticket of October, missed, after everything else, and measure anew."""
    opened = ("INC-90001", "2026-10-05 08:00", "New", "2", "A. Okafor", "", "missed", "", "0")
    resolved = ("INC-90001", "2026-10-07 08:00", "Resolved", *opened[3:])
    text = "\n".join(",".join(row) for row in (HEADER, opened, resolved)) + "\n"
    mapping = MAPPING.replace('"tickets*.csv"', '"*.csv"')
    import_text(text, mapping, by=story.manager, name="late.csv")
    later = clock.now() + timedelta(minutes=1)
    story.measured = measure_agreement(story.agreement, by=story.manager, at=later)


def test_a_measured_agreement_stands_where_its_last_month_does(story: Story) -> None:
    found = stands(story)
    assert (found.month, found.verdict, found.rank) == ("2026-10", "below_minimum", 0)
    assert (found.met, found.levels, found.running) == (0, 3, True)
    assert found.missed[0]["words"] == "88.8\u00a0%"
    assert (found.to_close, found.oldest_to_close, found.status) == (10, "2026-01", "open")
    assert found.level_titles.splitlines()[1] == "other\tP3 in time"


def test_each_step_of_a_close_moves_it(story: Story) -> None:
    close = checked(story)
    assert (stands(story).to_close, stands(story).status) == (9, "checked")
    drop_check(close, reason="Too early", by=story.manager, at=clock.now(), version=close.version)
    assert (stands(story).to_close, stands(story).status) == (10, "open")
    close = sent(story)
    assert (stands(story).to_close, stands(story).status) == (9, "sent")
    dispute(story, close)
    found = stands(story)
    assert (found.status, found.latest_disputed) == ("disputed", "2026-10")
    assert found.disputed == [{"month": "2026-10", "sentence": "16 tickets"}]


def test_a_right_is_known_until_its_last_day(story: Story) -> None:
    assert (stands(story).rights, stands(story).rights_until) == ([], None)
    sent(story)
    found = stands(story)
    assert found.rights_until == date(2026, 12, 9)
    assert [one["title"] for one in found.rights] == ["Four misses running"]
    told = [need.title for need in today.needs(story.manager, clock.now())]
    assert "Service desk: a right to terminate lapses" in told


def test_late_evidence_is_known_until_somebody_corrects_the_month(story: Story) -> None:
    confirmed(story)
    assert stands(story).late == []
    late_ticket(story)
    assert (stands(story).late, stands(story).latest_late) == (["2026-10"], "2026-10")
    told = [need.title for need in today.needs(story.manager, clock.now())]
    assert "Service desk: late evidence for October 2026" in told
    confirmed(story, OCTOBER, reason="A ticket came late.")
    assert stands(story).late == []


def test_late_evidence_stands_beside_the_last_month(story: Story, browser_of: BrowserOf) -> None:
    confirmed(story)
    assert not stands(story).is_late
    late_ticket(story)
    assert stands(story).is_late
    assert "late evidence came" in text_of(browser_of(lead_of(story)), "/run/")


def test_what_is_earned_back_moves_it(cast: Cast) -> None:
    """Each command of the months in which July's credit is earned back, and of their credits."""
    story = make_earned_back_story(cast)
    lead, finance = lead_of(story), cast.people[Role.FINANCE]
    close_until(story, SEPTEMBER)
    assert (stands(story).status, stands(story).to_close) == ("open", 1)
    confirmed(story, OCTOBER)
    assert (stands(story).status, stands(story).owed_minor) == ("confirmed", 331_200)
    credit = claim_credit(credit_of(OCTOBER), by=finance, at=clock.now(), version=1)
    waive_credit(credit, reason="Settled", by=lead, at=clock.now(), version=credit.version)
    assert stands(story).late == []


def test_a_month_is_late_where_another_ones_correction_changes_what_it_earned_back(
    cast: Cast,
) -> None:
    story = make_earned_back_story(cast)
    close_until(story, OCTOBER)
    late = desk_csv({9: (0, 5)}, {}).replace("INC-1", "INC-9")
    import_text(late, MAPPING, by=lead_of(story), name="tickets-late.csv")
    story.measure()
    assert stands(story).late == ["2026-09"]
    confirmed(story, SEPTEMBER, reason="Late tickets")
    assert (stands(story).late, stands(story).is_late) == (["2026-10"], False)
    confirmed(story, OCTOBER, reason="September was corrected")
    assert stands(story).late == []


def test_a_waived_credit_is_none_that_a_month_earns_back(cast: Cast) -> None:
    story = make_earned_back_story(cast)
    close_until(story, SEPTEMBER)
    july = credit_of(JULY)
    waive_credit(july, reason="Settled", by=lead_of(story), at=clock.now(), version=july.version)
    stands(story)
    confirmed(story, OCTOBER)
    assert stands(story).late == []


def test_a_dispute_ends_with_its_correction(story: Story) -> None:
    dispute(story, sent(story))
    late_ticket(story)
    confirmed(story, OCTOBER, reason="A ticket came late.")
    assert (stands(story).disputed, stands(story).latest_disputed) == ([], "")


def test_what_an_older_version_did_not_keep_is_worked_out(story: Story) -> None:
    before = stands(story)
    Standing.objects.all().delete()
    assert keep_missing_standings() == 1
    assert stands(story).missed == before.missed
    assert keep_missing_standings() == 0


@pytest.mark.parametrize(
    ("asked", "is_there"),
    [("missed", True), ("to_close", True), ("late", False), ("unmeasured", False)],
)
def test_what_runs_is_narrowed_to_where_it_stands(
    asked: str, is_there: bool, story: Story, browser_of: BrowserOf
) -> None:
    text = text_of(browser_of(lead_of(story)), f"/run/?stands={asked}")
    assert ("0 of 3" in text) is is_there

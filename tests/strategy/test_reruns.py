"""Re-runs of a signed case: made once, of what is known, and told again to the same bytes."""

import json
from decimal import Decimal

import pytest

from directory.cast import AT, Cast
from retained.directory.engine.roles import Role
from retained.jobs.models import JobState
from retained.jobs.worker import run_waiting
from retained.shared.errors import DomainError
from retained.shared.money import Money
from retained.shared.months import Month
from retained.strategy.commands.actuals import give_actuals, set_actuals_mapping
from retained.strategy.commands.reruns import keep_rerun
from retained.strategy.engine.actuals_terms import read_actuals_mapping
from retained.strategy.jobs import ask_to_rerun, rerun_case_job
from retained.strategy.models import CaseRun
from retained.strategy.queries.living import living_written_in, standing_of
from strategy.signed_cases import LEDGER, MAPPING, lived_case, sent, signed_case

pytestmark = pytest.mark.django_db
MARCH = Month(2026, 3)


def test_a_re_run_holds_what_was_signed_against_what_came_true(cast: Cast) -> None:
    run = keep_rerun(lived_case(cast), at=AT, draws=400)
    figures = living_written_in(run.document)
    assert (run.through, figures.through, figures.option_title) == ("2026-03", MARCH, "Offer")
    assert figures.sentence.startswith("Signed at ")
    assert [one.month for one in figures.history] == [None, Month(2026, 1), Month(2026, 2), MARCH]
    [fee] = [line for line in figures.lines if line.line == "offer.fee"]
    assert (fee.planned, fee.came_true, fee.moved) == tuple(
        Money(Decimal(amount), "EUR") for amount in ("270.00", "380.00", "-110.00")
    )
    assert figures.moved - figures.rest == sum(
        (line.moved for line in figures.lines), start=Money(Decimal(0), "EUR")
    )
    [people] = figures.drivers
    assert (people.title, people.months, people.seen) == ("people", 3, 9.666667)
    assert [str(remark) for remark in figures.remarks] == [
        "12.34 EUR belongs to no line: map the account 4990.",
        "“Beginning” keeps its plan: no account is mapped to it.",
    ]


def test_a_re_run_is_made_once_and_again_to_the_same_bytes(cast: Cast) -> None:
    case = lived_case(cast)
    first = keep_rerun(case, at=AT, draws=200)
    assert keep_rerun(case, at=AT, draws=200).pk == first.pk
    document = first.document
    CaseRun.objects.filter(pk=first.pk).delete()
    again = keep_rerun(case, at=AT, draws=200)
    assert (again.document, again.sha256) == (document, first.sha256)
    assert json.loads(document)["schema"] == "retained/living-case/1"


def test_an_earlier_month_knows_nothing_of_later_ones(cast: Cast) -> None:
    case = lived_case(cast)
    earlier = keep_rerun(case, through=Month(2026, 1), at=AT, draws=200)
    figures = living_written_in(earlier.document)
    whole = living_written_in(keep_rerun(case, at=AT, draws=200).document)
    assert figures.now == whole.history[1].value
    assert earlier.actuals_sha256 != CaseRun.objects.get(through="2026-03").actuals_sha256


def test_a_job_re_runs_after_each_change_and_shows_what_it_has(cast: Cast) -> None:
    case = lived_case(cast)
    assert standing_of(case) == (None, False)
    runs = run_waiting(only=rerun_case_job)
    assert {run.state for run in runs} == {JobState.SUCCEEDED}
    run, is_current = standing_of(case)
    assert run is not None
    assert (run.through, is_current) == ("2026-03", True)
    assert runs[-1].leads_to == "/cases/SIGNED/living/"
    april = LEDGER.replace("2026-03-31;4310", "2026-04-30;4310")
    give_actuals(case, sent(april, "april.csv"), by=cast.people[Role.FINANCE], at=AT)
    shown, is_current = standing_of(case)
    assert shown is not None
    assert (shown.pk, is_current) == (run.pk, False)


def test_a_mapping_alone_gives_nothing_to_re_run(cast: Cast) -> None:
    case = signed_case(cast)
    with pytest.raises(DomainError, match="Nothing came true yet"):
        keep_rerun(case, at=AT)
    mapping = read_actuals_mapping(MAPPING)
    set_actuals_mapping(case, mapping, by=cast.people[Role.FINANCE], at=AT, expected_number=0)
    [run] = run_waiting(only=rerun_case_job)
    assert (run.state, run.sentence) == (JobState.SUCCEEDED, "Nothing came true yet.")
    assert standing_of(case) == (None, True)


def test_a_month_may_be_asked_for(cast: Cast) -> None:
    case = lived_case(cast)
    run_waiting(only=rerun_case_job)
    ask_to_rerun(case, by=None, through=Month(2026, 2))
    run_waiting(only=rerun_case_job)
    assert CaseRun.objects.filter(through="2026-02").count() == 1

"""The story's figures, found by the engines in the tickets that the demonstration generates."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.reading import read_agreement
from retained.delivery.engine.differences import Cause, differences
from retained.delivery.engine.histories import QUERY, tickets_from
from retained.delivery.engine.measurement import Measurement, measure
from retained.delivery.engine.replays import Changes, changed_agreement, compared
from retained.delivery.engine.tickets import Ticket
from retained.delivery.engine.verdicts import Verdict
from retained.evidence.engine.mapping import Mapping, read_mapping
from retained.evidence.engine.reading import read_evidence
from retained.project import demonstration
from retained.project.demonstration.plans import BRIGHTDESK, FIRST_NUMBER, SEED
from retained.project.demonstration.tickets import MonthFiles, TicketMaker
from retained.shared.months import Month
from retained.shared.states import State

FOLDER = Path(demonstration.__file__).parent
OCTOBER = Month(2026, 10)
MET_AND_ALL = [
    (231, 238), (219, 226), (236, 244), (223, 231), (230, 240),
    (225, 236), (216, 229), (205, 221), (222, 242), (213, 240),
]  # fmt: skip


@dataclass(frozen=True)
class Story:
    files: dict[Month, MonthFiles]
    tickets: list[Ticket]
    terms: AgreementTerms
    as_of: int
    measured: Measurement


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("story")
    maker = TicketMaker(SEED, FIRST_NUMBER)
    files = {plan.month: maker.month(plan) for plan in BRIGHTDESK}
    for month, one in files.items():
        (folder / f"brightdesk-tickets-{month}.csv").write_text(one.tickets_csv, encoding="utf-8")
    mapping = read_mapping((FOLDER / "mappings" / "brightdesk.yaml").read_text(encoding="utf-8"))
    assert isinstance(mapping, Mapping)
    with read_evidence([folder], mapping) as evidence:
        assert evidence.rows_used == evidence.rows_read
        assert evidence.latest is not None
        as_of = evidence.latest
        tickets = list(tickets_from(evidence.connection.execute(QUERY).fetchall()))
    terms = read_agreement((FOLDER / "agreements" / "brightdesk.yaml").read_text(encoding="utf-8"))
    return Story(files, tickets, terms, as_of, measure(lambda _: tickets, terms, as_of=as_of))


def test_the_months_of_the_first_service_level_are_the_story_s(story: Story) -> None:
    found = [(f.met, f.counted) for f in story.measured.figures["p1-p2-in-time"] if f.complete]
    assert found == MET_AND_ALL


def test_the_credits_are_the_story_s(story: Story) -> None:
    owed = {
        str(c.month): c.owed.amount for c in story.measured.credits if c.owed and c.month <= OCTOBER
    }
    assert owed == {
        "2026-07": Decimal("2208.00"),
        "2026-08": Decimal("2208.00"),
        "2026-09": Decimal("4968.00"),
        "2026-10": Decimal("11040.00"),
    }
    assert sum(owed.values()) == Decimal("20424.00")
    october = next(c for c in story.measured.credits if c.month == OCTOBER)
    assert (october.before_cap.amount, october.lost_to_cap.amount) == (
        Decimal("11592.00"),
        Decimal("552.00"),
    )


def test_four_misses_running_give_a_right_that_lapses_a_month_after_the_statement(
    story: Story,
) -> None:
    fired = [f for f in story.measured.triggers if f.month == OCTOBER]
    assert [(f.service_level, len(f.because_of)) for f in fired] == [("p1-p2-in-time", 4)]
    assert fired[0].lapses_on(date(2026, 11, 10)) == date(2026, 12, 10)


def test_october_has_3630_tickets_and_brightdesk_counts_229_of_240(story: Story) -> None:
    rows = story.files[OCTOBER].tickets_csv.splitlines()[1:]
    assert len({row.split(";")[0] for row in rows}) == 3630
    assert story.files[OCTOBER].ticket_count == 3630
    verdicts = [breached for _, _, breached in story.files[OCTOBER].verdicts]
    assert (verdicts.count("n"), len(verdicts)) == (229, 240)


def test_the_sixteen_tickets_between_the_two_figures_have_their_causes(story: Story) -> None:
    level = story.terms.service_level("p1-p2-in-time")
    ours = {
        result.ticket: result
        for result in story.measured.results
        if result.service_level == level.id and result.month == OCTOBER
    }
    theirs = {
        ticket: Verdict.MISSED if breached == "y" else Verdict.MET
        for ticket, _, breached in story.files[OCTOBER].verdicts
    }
    found = differences(ours, theirs, story.tickets, level, story.terms, as_of=story.as_of)
    assert len(found) == 16
    assert [sum(item.cause is cause for item in found) for cause in Cause] == [
        {Cause.PAUSE: 11, Cause.REOPENING: 3, Cause.PRIORITY: 2}.get(cause, 0) for cause in Cause
    ]


def test_a_pause_for_third_parties_would_have_been_worth_2760(story: Story) -> None:
    waiting = (State.WAITING_CLIENT, State.WAITING_THIRD_PARTY)
    terms = changed_agreement(story.terms, Changes(pauses_in=waiting))
    replayed = measure(lambda _: story.tickets, terms, as_of=story.as_of)
    october = next(f for f in replayed.figures["p1-p2-in-time"] if f.month == OCTOBER)
    assert (october.met, october.counted) == (224, 240)
    comparison = compared(story.measured, replayed, story.terms.currency)
    was, would = comparison.owed[OCTOBER]
    assert (was.amount, would.amount) == (Decimal("11040.00"), Decimal("8280.00"))


def test_a_look_that_keeps_what_has_settled_gives_the_same_as_one_from_nothing(
    story: Story,
) -> None:
    end_of_september = int(OCTOBER.start(story.terms.zone).timestamp()) - 1
    known = [
        ticket.until(end_of_september)
        for ticket in story.tickets
        if ticket.changes[0].at <= end_of_september
    ]
    earlier = measure(lambda _: known, story.terms, as_of=end_of_september)
    later = measure(lambda _: story.tickets, story.terms, as_of=story.as_of, earlier=earlier)
    assert later.results == story.measured.results
    assert later.figures == story.measured.figures

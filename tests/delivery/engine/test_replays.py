"""The worked table of docs/methods/replays.md, from the story's tickets; and questions in words."""

from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from delivery.story import AGREEMENT, MAPPING, story_csv
from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.reading import read_agreement
from retained.delivery.engine.histories import QUERY, tickets_from
from retained.delivery.engine.measurement import Measurement, measure
from retained.delivery.engine.replay_questions import changes_for
from retained.delivery.engine.replays import Changes, changed_agreement, compared
from retained.delivery.engine.tickets import Ticket
from retained.evidence.engine.mapping import Mapping, read_mapping
from retained.evidence.engine.reading import read_evidence
from retained.shared.money import Money
from retained.shared.months import Month

TERMS = read_agreement(AGREEMENT)
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)


@cache
def evidence() -> tuple[list[Ticket], int]:
    mapping = read_mapping(MAPPING)
    assert isinstance(mapping, Mapping)
    with TemporaryDirectory() as folder:
        Path(folder, "tickets.csv").write_text(story_csv(), "utf-8")
        with read_evidence([Path(folder)], mapping, threads=1) as read:
            rows = read.connection.execute(QUERY).fetchall()
            assert read.latest is not None
            return list(tickets_from(rows)), read.latest


@cache
def measured(**question: str) -> Measurement:
    tickets, as_of = evidence()
    terms = changed_agreement(TERMS, changes_for(question)(TERMS)) if question else TERMS
    return measure(lambda _level: tickets, terms, as_of=as_of, running=NOVEMBER)


def euros(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


def test_the_clause_on_third_parties_is_worth_2760() -> None:
    found = compared(measured(), measured(pauses="both"), "EUR")
    assert found.owed[OCTOBER] == (euros(11_040), euros(8_280))
    assert found.worth == euros(2_760)
    [changed] = [pair for pair in found.months if pair.agreed.met != pair.replayed.met]
    assert (changed.month, changed.agreed.met, changed.replayed.met) == (OCTOBER, 213, 224)


def test_a_replay_of_nothing_is_worth_nothing() -> None:
    assert compared(measured(), measured(), "EUR").worth == euros(0)
    assert not changes_for({})(TERMS).anything


def test_the_month_that_runs_is_left_out_of_the_worth() -> None:
    assert NOVEMBER not in compared(measured(), measured(calendar="24x7"), "EUR").owed


@pytest.mark.parametrize(
    ("question", "name", "value"),
    [
        ({"stops": "closed"}, "stops", "closed"),
        ({"priority": "last"}, "priority", "last"),
        ({"reopening": "ignore"}, "on_reopening", "ignore"),
        ({"as_new": "separate"}, "reopened_as_new", "separate"),
        ({"pauses": "none"}, "pauses_in", ()),
        ({"expected": "90 %"}, "expected", "90 %"),
    ],
)
def test_a_question_changes_what_it_names_and_nothing_else(
    question: dict[str, str], name: str, value: object
) -> None:
    changes = changes_for(question)(TERMS)
    assert getattr(changes, name) == value
    assert changes == Changes(**{name: getattr(changes, name)})


def test_levels_that_a_question_does_not_fit_stay_as_agreed() -> None:
    """A reopen share shall be low: "90 % in 8 hours" is not about it."""
    document = TERMS.as_document()
    first_time = document["service_levels"][-1]
    reopened = {"measure": "reopen_share", "expected": "5 %", "minimum": "8 %", "id": "reopened"}
    document["service_levels"] = [*document["service_levels"][:-1], {**first_time, **reopened}]
    terms = AgreementTerms.model_validate(document)
    question = {"expected": "90 %", "minimum": "85 %", "target": "8h"}
    changed = changed_agreement(terms, changes_for(question)(terms))
    assert changed.service_level("reopened") == terms.service_level("reopened")
    assert str(changed.service_level("urgent").expected) == "90 %"


def test_a_target_is_asked_for_every_priority_of_the_chosen_level() -> None:
    changes = changes_for({"target": "20h", "level": "urgent"})(TERMS)
    level = changed_agreement(TERMS, changes).service_level("urgent")
    assert {str(target) for target in level.targets.values()} == {"20h"}
    other = changed_agreement(TERMS, changes).service_level("other")
    assert str(other.targets["3"]) == "3 working days"

"""The worked table of docs/methods/difference-list.md."""

from delivery.engine.worked_tickets import AS_OF, LEVEL, TERMS, results_of, ticket
from retained.delivery.engine.differences import Cause, differences, possible_causes
from retained.delivery.engine.verdicts import Verdict

TICKETS = [
    ticket(
        "A", ("05 09:00", "new"), ("05 11:00", "waiting_third_party"), ("06 11:00", "in_progress"),
        ("06 12:00", "resolved"),
    ),
    ticket("B", ("05 09:00", "new"), ("05 10:00", "resolved")),
    ticket("C", ("06 09:00", "new"), ("06 18:00", "resolved"), continues="B"),
    ticket("D", ("05 09:00", "new"), ("06 12:00", "priority 3"), ("06 13:00", "resolved")),
    ticket("E", ("05 06:00", "new"), ("05 17:00", "resolved")),
    ticket("F", ("05 09:00", "new"), ("06 09:00", "resolved")),
]  # fmt: skip
HOURS = {"A": 13, "B": 10, "D": 14, "E": 9, "F": 10}
CAUSES = {
    "A": Cause.PAUSE,
    "B": Cause.REOPENING,
    "D": Cause.PRIORITY,
    "E": Cause.ZONE,
    "F": Cause.OTHER,
}


def test_the_clocks_of_the_table_are_ours() -> None:
    results = results_of(TICKETS)
    assert {name: result.clock_seconds for name, result in results.items()} == {
        name: hours * 3600 for name, hours in HOURS.items()
    }
    assert {result.verdict for result in results.values()} == {Verdict.MISSED}


def test_each_ticket_of_the_table_has_its_cause() -> None:
    results = results_of(TICKETS)
    reported = dict.fromkeys(results, Verdict.MET)
    found = differences(results, reported, TICKETS, LEVEL, TERMS, as_of=AS_OF)
    assert {difference.ticket: difference.cause for difference in found} == CAUSES


def test_a_ticket_that_one_side_lacks_is_in_one_source_only() -> None:
    results = results_of(TICKETS)
    reported = {name: result.verdict for name, result in results.items() if name != "F"}
    [found] = differences(
        results, {**reported, "Z": Verdict.MET}, TICKETS, LEVEL, TERMS, as_of=AS_OF
    )[:1]
    assert (found.ticket, found.cause) == ("F", Cause.MISSING_ROW)


def test_where_both_say_the_same_nothing_is_listed() -> None:
    results = results_of(TICKETS)
    reported = {name: result.verdict for name, result in results.items()}
    assert differences(results, reported, TICKETS, LEVEL, TERMS, as_of=AS_OF) == []


def test_totals_alone_name_the_tickets_that_each_cause_would_turn() -> None:
    found = possible_causes(results_of(TICKETS), TICKETS, LEVEL, TERMS, as_of=AS_OF)
    assert found == {
        Cause.PAUSE: ["A"],
        Cause.REOPENING: ["B"],
        Cause.PRIORITY: ["D"],
        Cause.ZONE: ["B", "E"],
    }

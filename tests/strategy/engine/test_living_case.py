"""The living case: what came true stands in the place of what was assumed, and nothing else."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from golden.golden_tables import rows
from retained.shared.errors import DomainError
from retained.shared.money import Money, total
from retained.shared.months import Month
from retained.strategy.engine.booked import Actuals
from retained.strategy.engine.case_files import model_of, read_case
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.come_true import come_true, place_of
from retained.strategy.engine.distributions import Fixed, Normal, Triangular
from retained.strategy.engine.formulas.reading import read_formula
from retained.strategy.engine.formulas.tree import Term
from retained.strategy.engine.living import Living, run_living
from retained.strategy.engine.simulation import expected, expected_values, simulate
from retained.strategy.engine.sources import CameTrue, EachMonth, Event, Once, Walk, Worked
from strategy.engine.made_cases import VAT, case, line

JANUARY = Month(2026, 1)
NOTHING = Money(Decimal(0), "EUR")
STORY = """\
schema: retained/case/1
reference: SD-2025
title: Service desk
currency: EUR
from: 2026-01
months: 36
discount: 7 %
baseline: stay
options:
  stay: {title: Stay, lines: {team: {formula: 1860000 / 12}}}
  offer:
    title: Offer
    lines:
      fee: {title: fee, formula: "92000"}
      team: {title: retained team, formula: 140000 / 12}
      once: {title: one-off, formula: "720000", paid: at_start}
"""
EVENT = """\
schema: retained/case/1
reference: SD-2025
title: Service desk
currency: EUR
from: 2026-01
months: 24
discount: 7 %
baseline: stay
assumptions:
  ended: {event: {chance: 30 %}}
options:
  stay: {title: Stay, lines: {team: {formula: "100000"}}}
  offer: {title: Offer, lines: {fee: {formula: "90000"}, again: {formula: ended * 500000}}}
"""
UNSURE = """\
schema: retained/case/1
reference: SD-2025
title: Service desk
currency: EUR
from: 2026-01
months: 24
discount: 7 %
baseline: stay
assumptions:
  people: {pert: [28, 30, 33]}
  salary: {triangular: [4800, 5200, 5600]}
  leavers: {count: people * 0.01}
  fee: {triangular: [90000, 100000, 110000]}
options:
  stay: {title: Stay, lines: {team: {formula: people * salary}, hiring: {formula: leavers * 5000}}}
  offer:
    title: Offer
    lines:
      fee: {formula: fee, tax: {rate: 21 %, recovered: 0 %}}
      team: {formula: 2 * salary}
      once: {formula: "500000", paid: at_start}
"""


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def months(count: int) -> list[Month]:
    return [JANUARY.plus(number) for number in range(count)]


def actuals(
    lines: Mapping[str, Mapping[Month, Money]],
    drivers: Mapping[str, Mapping[Month, Decimal]] | None = None,
    *,
    closed: Month | None = None,
) -> Actuals:
    """Return actuals; what is paid at the start is closed from a month on, or still open."""
    ends = {"offer.once": closed} if closed else {}
    return Actuals("EUR", lines, {}, NOTHING, NOTHING, drivers or {}, ends)


def living(terms: CaseTerms, known: Actuals, through: Month, *, draws: int = 400) -> Living:
    return run_living(terms, known, chosen="offer", through=through, draws=draws, seed=7)


def test_the_worked_table() -> None:
    team = dict(zip(months(3), map(euros, ("11666.67", "11666.66", "11666.67")), strict=True))
    known = actuals(
        {
            "offer.fee": dict.fromkeys(months(3), euros("95000")),
            "offer.team": team,
            "offer.once": {JANUARY.plus(-1): euros("500000"), JANUARY: euros("280000")},
        }
    )
    found = living(read_case(STORY), known, Month(2026, 3), draws=10)
    offer = [one for one in found.lines if one.option == "offer"]
    table = [(one.title, one.planned, one.came_true, one.moved) for one in offer]
    sums = [total((row[at] for row in table), "EUR") for at in (1, 2, 3)]
    told = [
        (row["line"], *(euros(row[name]) for name in list(row)[1:]))
        for row in rows("living-case/moves.csv")
    ]
    assert [*table, ("all lines", *sums)] == told
    assert found.moved == sums[2]
    assert not found.rest


_PATHS: dict[str, Once | Worked | Walk | EachMonth] = {
    "one value": Once(Fixed(30)),
    "a formula": Worked(read_formula("90 + 10 * month")),
    "a walk without drift": Walk(2, 0, 0.3),
    "drawn anew each month": EachMonth(Normal(5, 1)),
}


@pytest.mark.parametrize("row", rows("living-case/drivers.csv"), ids=lambda row: row["driver"])
def test_a_driver_goes_on_from_what_was_seen(row: dict[str, str]) -> None:
    seen = tuple(float(value) for value in row["seen in months 1 to 3"].split())
    assumed = _PATHS[row["driver"]]
    lines = {"stay": [line("a", "one")], "offer": [line("b", "1")]}
    drawn = {"one": CameTrue(assumed, seen)}
    plain, known = (
        np.broadcast_to(expected_values(case(lines, drivers, months=5))["one"], (1, 5))[0]
        for drivers in ({"one": assumed}, drawn)
    )
    assert " ".join(f"{value:g}" for value in plain) == row["assumed in months 1 to 5"]
    assert tuple(known[:3]) == seen
    assert [f"{value:.4f}" for value in known[3:]] == [row["month 4"], row["month 5"]]


@pytest.mark.parametrize(
    "row", rows("living-case/events.csv"), ids=lambda row: next(iter(row.values()))
)
def test_what_is_known_of_an_event_leaves_the_chance_that_is_left(row: dict[str, str]) -> None:
    first, *told = row.values()
    seen = [] if first.startswith("nothing") else [float(value) for value in first.split()]
    event = Event(0.4).told([*seen, None, None])
    found = np.broadcast_to(event.mean({}, Term(4)), (1, 4))[0]
    assert [f"{value:.4f}" for value in found] == told


def test_an_event_that_did_not_happen_yet_happens_later_as_often_as_among_those_draws() -> None:
    """A second way: of draws of the whole term, those in which it did not happen until then."""
    drawn = model_of(read_case(EVENT))
    known = actuals({}, {"ended": dict.fromkeys(months(6), Decimal(0))})
    place = place_of(drawn, JANUARY, months(6)[-1])
    plain, told = (
        simulate(one, draws=40_000, seed=5) for one in (drawn, come_true(drawn, known, place))
    )
    saved = plain.options["stay"].present - plain.options["offer"].present
    waits = saved[plain.shares["ended"] >= 1 - 0.7 ** (6 / 12)]
    again = told.options["stay"].present - told.options["offer"].present
    error = 5 * waits.std() / np.sqrt(len(waits)) + 5 * again.std() / np.sqrt(len(again))
    assert abs(waits.mean() - again.mean()) < error
    assert abs(saved.mean() - again.mean()) > error


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [({0: 3}, "January 2026 says 3"), ({0: 1, 2: 1}, "several months say 1")],
)
def test_figures_of_an_event_that_tell_nothing_are_refused(
    figures: dict[int, int], sentence: str
) -> None:
    drawn = model_of(read_case(EVENT))
    seen = {months(3)[at]: Decimal(value) for at, value in figures.items()}
    place = place_of(drawn, JANUARY, months(3)[-1])
    with pytest.raises(DomainError, match=sentence):
        come_true(drawn, actuals({}, {"ended": seen}), place)


def test_actuals_that_equal_the_plan_of_a_case_without_chance_change_nothing() -> None:
    text = STORY.replace("140000 / 12", '"11666.67"')
    known = actuals(
        {
            "offer.fee": dict.fromkeys(months(36), euros("92000")),
            "offer.team": dict.fromkeys(months(36), euros("11666.67")),
            "offer.once": {JANUARY: euros("720000")},
        }
    )
    for through in (Month(2026, 1), Month(2026, 10), Month(2028, 12)):
        found = living(read_case(text), known, through, draws=2)
        assert not found.moved
        assert {one.moved for one in found.lines} == {euros("0.00")}
        assert all(one.difference == NOTHING for one in found.lines)


def test_an_option_of_which_every_month_came_true_is_no_longer_drawn() -> None:
    model = model_of(read_case(UNSURE))
    known = actuals(
        {
            "offer.fee": dict.fromkeys(months(24), euros("120000")),
            "offer.team": dict.fromkeys(months(24), euros("10000")),
            "offer.once": {JANUARY: euros("500000")},
        },
        closed=JANUARY,
    )
    place = place_of(model, JANUARY, Month(2027, 12))
    run = simulate(come_true(model, known, place), draws=300, seed=7)
    assert np.ptp(run.options["offer"].present) == 0
    assert np.ptp(run.options["stay"].present) > 0
    worth = 500_000 + sum(130_000 * 1.07 ** (-month / 12) for month in range(1, 25))
    assert run.options["offer"].present[0] == pytest.approx(worth, abs=0.01)


@pytest.mark.parametrize(
    ("booked", "closed", "paid"),
    [
        ("400000", None, 500_000),
        ("600000", None, 600_000),
        ("400000", Month(2026, 2), 400_000),
        ("400000", Month(2026, 3), 500_000),
    ],
)
def test_what_is_paid_at_the_start_may_still_grow_until_it_is_closed(
    booked: str, closed: Month | None, paid: float
) -> None:
    model = model_of(read_case(UNSURE))
    lines = {"offer.once": {JANUARY.plus(-2): euros(booked)}}
    place = place_of(model, JANUARY, Month(2026, 2))
    run = expected(come_true(model, actuals(lines, closed=closed), place))
    assert run.options["offer"].cash[0] == pytest.approx(paid)


def test_what_was_booked_is_held_against_a_plan_with_its_tax_and_rate() -> None:
    once = line("offer.once", "100", tax=VAT, currency="USD", at_start=True)
    model = case(
        {"stay": [line("team", "1")], "offer": [once]},
        {"usd": 2},
        months=3,
        discount=0,
        rates={"USD": "usd"},
    )
    for booked, paid in (("241.00", 242), ("243.00", 243)):
        known = actuals({"offer.once": {JANUARY: euros(booked)}})
        run = expected(come_true(model, known, place_of(model, JANUARY, JANUARY)))
        assert run.options["offer"].cash[0] == pytest.approx(paid)


def test_a_booked_amount_has_its_tax_in_it_and_the_plan_gets_it_on_top() -> None:
    model = model_of(read_case(UNSURE))
    known = actuals({"offer.fee": {JANUARY: euros("100000")}})
    run = expected(come_true(model, known, place_of(model, JANUARY, JANUARY)))
    cash = run.options["offer"].cash
    assert cash[1] == pytest.approx(100_000 + 2 * 5200)
    assert cash[2] == pytest.approx(100_000 * 1.21 + 2 * 5200)


def test_the_lines_add_up_to_the_whole_move() -> None:
    drivers = {"people": dict.fromkeys(months(4), Decimal(26)), "salary": {JANUARY: Decimal(5500)}}
    known = actuals({"offer.fee": dict.fromkeys(months(4), euros("119123.45"))}, drivers)
    found = living(read_case(UNSURE), known, Month(2026, 4))
    assert found.moved
    assert abs(found.rest.amount) <= Decimal("0.05")
    assert total((one.moved for one in found.lines), "EUR") + found.rest == found.moved
    widths = [abs(one.moved.amount) for one in found.lines]
    assert widths == sorted(widths, reverse=True)
    assert {one.line for one in found.lines if one.booked} == {"offer.fee"}


def test_figures_of_drivers_flow_into_the_baseline_too() -> None:
    known = actuals({}, {"people": dict.fromkeys(months(3), Decimal(20))})
    found = living(read_case(UNSURE), known, Month(2026, 3))
    [team] = [one for one in found.lines if one.line == "stay.team"]
    assert team.moved < NOTHING
    assert team.to_date < NOTHING
    assert team.ahead < NOTHING
    assert found.now.chance < found.signed.chance
    [people] = found.drivers
    assert (people.months, people.seen) == (3, 20.0)


def test_a_driver_without_figures_draws_as_it_did() -> None:
    """What is not known is drawn from the same streams: all that differs is what came true."""
    model = model_of(read_case(UNSURE))
    known = actuals({}, {"people": {JANUARY: Decimal(40)}})
    again = come_true(model, known, place_of(model, JANUARY, JANUARY))
    first, second = (simulate(one, draws=200, seed=3) for one in (model, again))
    for name in ("salary", "fee", "people"):
        assert (first.shares[name] == second.shares[name]).all()
    assert (first.options["offer"].present == second.options["offer"].present).all()


def test_a_line_without_an_account_keeps_its_plan_and_that_is_said() -> None:
    known = actuals({"offer.fee": {JANUARY: euros("121000")}, "offer.once": {}})
    found = living(read_case(UNSURE), known, JANUARY)
    assert [str(remark) for remark in found.remarks] == [
        "“Team” keeps its plan: no account is mapped to it.",
        "“Once” keeps its plan: nothing is booked to it yet.",
    ]
    [once] = [one for one in found.lines if one.line == "offer.once"]
    assert once.came_true == once.planned == euros("500000.00")


def test_each_month_of_the_history_is_the_case_as_it_stood_then() -> None:
    fee = {month: euros(f"{118 + number}000") for number, month in enumerate(months(4))}
    known = actuals({"offer.fee": fee})
    whole = living(read_case(UNSURE), known, Month(2026, 4))
    assert [one.month for one in whole.history] == [None, *months(4)]
    earlier = living(read_case(UNSURE), known, Month(2026, 2))
    assert whole.history[2].value == earlier.now
    assert whole.history[0].value == earlier.signed
    assert earlier.sentence.startswith("Signed at ")


def test_a_month_without_bookings_is_remarked_on() -> None:
    known = actuals({"offer.fee": {JANUARY: euros("1"), Month(2026, 3): euros("1")}})
    found = living(read_case(UNSURE), known, Month(2026, 3))
    sentences = [remark.sentence for remark in found.remarks if remark.code == "gap"]
    assert sentences == ["Nothing is booked in February 2026: is a file missing?"]


def test_what_is_known_later_changes_no_earlier_month() -> None:
    early = {"offer.fee": {JANUARY: euros("130000")}}
    later = {"offer.fee": {**early["offer.fee"], Month(2026, 2): euros("1")}}
    first, second = (living(read_case(UNSURE), actuals(one), JANUARY) for one in (early, later))
    assert first.now == second.now
    assert first.actuals.sha256 == second.actuals.sha256


@pytest.mark.parametrize(
    ("through", "sentence"),
    [
        (Month(2025, 12), "The term runs from January 2026 to December 2027"),
        (Month(2028, 1), "The term runs from January 2026 to December 2027"),
        (Month(2026, 2), "Nothing is known of February 2026: give its ledger"),
    ],
)
def test_a_month_that_cannot_be_re_run_is_refused(through: Month, sentence: str) -> None:
    known = actuals({"offer.fee": {JANUARY: euros("1")}})
    with pytest.raises(DomainError, match=sentence):
        living(read_case(UNSURE), known, through)


def test_only_another_option_than_the_baseline_lives() -> None:
    known = actuals({"offer.fee": {JANUARY: euros("1")}})
    with pytest.raises(DomainError, match="choose one of offer"):
        run_living(read_case(UNSURE), known, chosen="stay", through=JANUARY, draws=2, seed=1)


def test_progress_counts_all_runs_and_may_cancel() -> None:
    known = actuals({"offer.fee": dict.fromkeys(months(3), euros("1"))})
    heard: list[tuple[int, int]] = []
    run_living(
        read_case(UNSURE), known, chosen="offer", through=Month(2026, 3), draws=50, seed=1,
        tell=lambda done, whole: heard.append((done, whole)),
    )  # fmt: skip
    assert heard == [(50, 200), (100, 200), (150, 200), (200, 200)]


def test_another_currency_turns_into_what_was_booked() -> None:
    model = case(
        {"stay": [line("team", "100")], "offer": [line("offer.fee", "50", currency="USD")]},
        {"usd": Walk(2, 0, 0.1)},
        months=3,
        discount=0,
        rates={"USD": "usd"},
    )
    known = actuals({"offer.fee": {JANUARY: euros("90")}}, {"usd": {JANUARY: Decimal(3)}})
    cash = (
        expected(come_true(model, known, place_of(model, JANUARY, JANUARY))).options["offer"].cash
    )
    assert list(cash) == [0, 90, 150, 150]


def test_a_driver_that_was_nothing_goes_on_from_what_was_seen() -> None:
    known = CameTrue(Once(Fixed(0)), (4.0, None))
    lines = {"stay": [line("a", "one")], "offer": [line("b", "1")]}
    found = expected_values(case(lines, {"one": known}, months=3))["one"]
    assert found[0].tolist() == [4, 4, 4]


def test_what_lasts_keeps_no_chance_and_a_month_without_a_figure_keeps_it() -> None:
    source = CameTrue(Once(Triangular(1, 2, 3)), (5.0, None, 5.0))
    model = case({"stay": [line("a", "one")], "offer": [line("b", "1")]}, {"one": source}, months=4)
    run = simulate(replace(model, discount=0.0), draws=200, seed=1)
    fan = run.options["stay"].fan
    assert np.ptp(fan[:, 2]) > 0.5
    assert fan[:, 4] == pytest.approx(5)
    assert "one" in run.shares

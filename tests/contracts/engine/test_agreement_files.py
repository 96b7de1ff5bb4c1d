"""Agreements as files: read, refused with line and field, and written out without loss."""

from decimal import Decimal
from typing import Any

import pytest
import yaml
from agreements_made import EXAMPLE, agreements
from hypothesis import given, settings

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.reading import (
    AgreementRefusedError,
    agreement_of,
    read_agreement,
    write_agreement,
)
from retained.contracts.engine.targets import Target, TargetUnit
from retained.shared.errors import DomainError
from retained.shared.money import Money
from retained.shared.months import Month
from retained.shared.remarks import Remark


def refused(text: str) -> list[Remark]:
    with pytest.raises(AgreementRefusedError) as error:
        read_agreement(text, name="agreement.yaml")
    assert all(remark.place.file == "agreement.yaml" for remark in error.value.remarks)
    assert error.value.remarks
    return error.value.remarks


def only_remark(old: str, new: str) -> Remark:
    """Return the one remark that the example gives rise to when `old` is written as `new`."""
    assert EXAMPLE.count(old) == 1
    remarks = refused(EXAMPLE.replace(old, new))
    assert len(remarks) == 1, remarks
    return remarks[0]


def line_with(text: str, words: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)


def test_the_example_is_read_as_it_is_meant() -> None:
    agreement = read_agreement(EXAMPLE)
    level = agreement.service_level("in-time")
    assert agreement.monthly_amount(Month(2026, 10)) == Money(Decimal(92000), "EUR")
    assert (level.expected_level, level.minimum_level) == (Decimal("0.95"), Decimal("0.9"))
    assert level.target_for("1") == Target(4 * 3600)
    assert level.target_for("3") == Target(3 * 86_400, TargetUnit.WORKING_DAYS)
    assert agreement.calendar("office").zone == "Europe/Amsterdam"
    assert agreement.calendar("always").always_open
    with pytest.raises(DomainError, match="has no service level “other”"):
        agreement.service_level("other")


def test_the_example_is_written_out_as_it_was_read() -> None:
    agreement = read_agreement(EXAMPLE)
    assert read_agreement(write_agreement(agreement)) == agreement
    assert yaml.safe_load(write_agreement(agreement))["service_levels"][0]["targets"] == {
        "1": "4h",
        "2": "8h",
        "3": "3 working days",
    }


@settings(max_examples=60)
@given(agreements())
def test_export_then_import_gives_an_equal_agreement(document: dict[str, Any]) -> None:
    agreement = agreement_of(document)
    assert agreement_of(agreement.as_document()) == agreement
    assert read_agreement(write_agreement(agreement)) == agreement
    again = read_agreement(write_agreement(agreement))
    assert write_agreement(again) == write_agreement(agreement)


@settings(max_examples=50)
@given(agreements())
def test_the_published_schema_names_every_field_that_is_exported(document: dict[str, Any]) -> None:
    schema = AgreementTerms.model_json_schema(by_alias=True, mode="validation")
    assert set(agreement_of(document).as_document()) <= set(schema["properties"])


WRONG = [
    (
        "“Europe/Atlantis” is not a time zone: use an IANA name such as Europe/Amsterdam.",
        "time_zone: Europe/Amsterdam",
        "time_zone: Europe/Atlantis",
        "time_zone",
    ),
    (
        "“95” is not a percentage: write it like 95 %.",
        "expected: 95 %",
        "expected: 95",
        "service_levels.0.expected",
    ),
    (
        "“NaN” is not a number: write it like 92000.00.",
        "expected: 95 %",
        "expected: NaN %",
        "service_levels.0.expected",
    ),
    (
        "“.nan” is not a number: write it like 92000.00.",
        "amount: 92000.00",
        "amount: .nan",
        "credit_base.amount",
    ),
    (
        "“1e400” is not a number: write it like 92000.00.",
        "amount: 92000.00",
        "amount: 1e400",
        "credit_base.amount",
    ),
    (
        "“99999999999999999999” has too many digits: up to 12 before the point and 8 after it can "
        "be counted exactly.",
        "amount: 92000.00",
        "amount: 99999999999999999999",
        "credit_base.amount",
    ),
    (
        "“5 weeks” is not a time target: write it like 4h, 30 min or 3 working days.",
        '"1": 4h',
        '"1": 5 weeks',
        "service_levels.0.targets.1",
    ),
    (
        "“0h” is not a time that can be promised: give more than nothing.",
        '"1": 4h',
        '"1": 0h',
        "service_levels.0.targets.1",
    ),
    (
        "“999999h” is longer than thirty years: nobody can promise that.",
        '"1": 4h',
        '"1": 999999h',
        "service_levels.0.targets.1",
    ),
    (
        "“2 working days 3h” mixes working days and hours: use one of them.",
        '"1": 4h',
        '"1": 2 working days 3h',
        "service_levels.0.targets.1",
    ),
    (
        "The windows 08:00-18:00 and 12:00-13:00 of one day overlap.",
        '["08:00-18:00"]',
        '["08:00-18:00", "12:00-13:00"]',
        "calendars.office.hours",
    ),
    (
        "This calendar is never open: give at least one weekday its hours.",
        'office: {hours: {monday-friday: ["08:00-18:00"]}, holidays: NL}',
        "office: {hours: {}}",
        "calendars.office.hours",
    ),
    (
        "Monday is named twice in these hours.",
        'monday-friday: ["08:00-18:00"]',
        'monday-friday: ["08:00-18:00"], mon: ["20:00-21:00"]',
        "calendars.office.hours",
    ),
    (
        "“maandag” names no weekdays: write monday, or monday-friday.",
        "monday-friday:",
        "maandag:",
        "calendars.office.hours",
    ),
    (
        "Public holidays of “XX” are not known: use an ISO code such as NL or DE-NW, or list the "
        "days yourself.",
        "holidays: NL",
        "holidays: XX",
        "calendars.office.holidays",
    ),
    (
        "The levels overlap: minimum (97 %) must lie below expected (95 %).",
        "minimum: 90 %",
        "minimum: 97 %",
        "service_levels.0.minimum",
    ),
    (
        "Expected must lie between 0 % and 100 %.",
        "expected: 95 %",
        "expected: 105 %",
        "service_levels.0.expected",
    ),
    (
        "The clock has stopped in resolved: a pause must lie before the stop.",
        "pauses_in: [waiting_client]",
        "pauses_in: [resolved]",
        "clocks.resolve.pauses_in",
    ),
    (
        "This must not be negative: a credit is owed by the provider.",
        "allocation: 40 %",
        "allocation: -40 %",
        "service_levels.0.credit.allocation",
    ),
    (
        "At_risk must lie above 0 % and at most at 100 %.",
        "at_risk: 12 %",
        "at_risk: 120 %",
        "credits.at_risk",
    ),
    (
        "The allocations add up to 140 %, above the pool of 100 %: lower them, or agree on a "
        "larger pool.",
        "allocation: 40 %",
        "allocation: 140 %",
        "credits.pool",
    ),
    (
        "Until (31 December 2025) lies before from (1 January 2026): the agreement would end "
        "before it begins; give a later last day.",
        "until: 2028-12-31",
        "until: 2025-12-31",
        "until",
    ),
    (
        "Clock “resolve” runs on “abroad”, which is not among the calendars: office, always.",
        "default: office",
        "default: abroad",
        "clocks.resolve.calendar.default",
    ),
    (
        "Service level “in-time” names the clock “respond”, which is not among the clocks: "
        "resolve.",
        "clock: resolve",
        "clock: respond",
        "service_levels.0.clock",
    ),
    (
        "service_levels.0.expectd is not a field of an agreement: check its spelling or its "
        "indent.",
        "minimum_volume: 0",
        "expectd: 95 %",
        "service_levels.0.expectd",
    ),
    (
        "“18:00-18:00” opens and closes at the same time: write when it closes, or 00:00-24:00 "
        "for the whole day.",
        '"08:00-18:00"',
        '"18:00-18:00"',
        "calendars.office.hours.monday-friday",
    ),
    (
        "“24x8” is not a calendar: write 24x7, or hours by weekday.",
        "24x7",
        "24x8",
        "calendars.always",
    ),
]


@pytest.mark.parametrize(("sentence", "old", "new", "field"), WRONG, ids=[w[2] for w in WRONG])
def test_what_is_wrong_is_said_with_line_and_field(
    sentence: str, old: str, new: str, field: str
) -> None:
    remark = only_remark(old, new)
    assert remark.sentence == sentence
    assert remark.place.column == field
    written = EXAMPLE.replace(old, new)
    if field == "credits.pool":  # not written: its parent's line
        assert remark.place.row == line_with(written, "credits: {at_risk")
    else:
        assert remark.place.row == line_with(written, new.splitlines()[0])


def test_names_that_lead_nowhere_are_all_said_at_once_each_with_its_line() -> None:
    text = (
        EXAMPLE.replace('"1": always', '"1": abroad')
        .replace("until: 2028", "until: 2024")
        .replace("    clock: resolve\n", "    clock: respond\n")
    )
    level = text[text.index("  - id: in-time") : text.index("credits: {at_risk")]
    trigger = "{id: exit, title: Exit, service_level: gone, in_a_row: 4}"
    text = text.replace("credits: {at_risk", f"{level}credits: {{at_risk")
    text = text.replace("times: 1.5}}", f"times: 1.5}}, triggers: [{trigger}]}}")
    text = text.replace("allocation: 40 %", "allocation: 50 %")
    lines = text.splitlines()
    found = {remark.place.column: remark.place.row for remark in refused(text)}
    assert found == {
        "until": line_with(text, "until:"),
        "clocks.resolve.calendar.priority.1": line_with(text, "abroad"),
        "service_levels.0.clock": line_with(text, "clock: respond"),
        "service_levels.1.clock": len(lines) - lines[::-1].index("    clock: respond"),
        "service_levels.1.id": len(lines) - lines[::-1].index("  - id: in-time"),
        "credits.triggers.0.service_level": line_with(text, "triggers:"),
    }


def test_an_unknown_state_is_answered_with_the_states_there_are() -> None:
    remark = only_remark("pauses_in: [waiting_client]", "pauses_in: [sleeping]")
    assert remark.sentence.startswith("“sleeping” is not known here: use 'new', 'assigned',")
    assert remark.place.row == line_with(EXAMPLE, "pauses_in")
    assert remark.place.column == "clocks.resolve.pauses_in.0"


def test_a_day_that_does_not_exist_has_its_line() -> None:
    remark = only_remark("from: 2026-01-01", "from: 2026-02-30")
    assert (remark.place.row, remark.place.column) == (line_with(EXAMPLE, "from: 2026"), "from")


def test_norway_is_a_country() -> None:
    agreement = read_agreement(EXAMPLE.replace("holidays: NL", "holidays: NO"))
    assert agreement.calendar("office").country == "NO"


def test_a_missing_field_is_named() -> None:
    remark = only_remark("currency: EUR\n", "")
    assert remark.sentence == "currency is missing."


def test_every_remark_is_given_at_once() -> None:
    text = EXAMPLE.replace("expected: 95 %", "expected: 95").replace("AG-7", "A G 7")
    assert {remark.place.column for remark in refused(text)} == {
        "service_levels.0.expected",
        "reference",
    }


@pytest.mark.parametrize("text", ["", "just words", "- a\n- b", "42"])
def test_what_is_no_agreement_says_how_one_begins(text: str) -> None:
    (remark,) = refused(text)
    assert remark.sentence == "This holds no agreement: begin with “schema: retained/agreement/1”."


def test_repeated_keys_and_aliases_are_refused_with_their_line() -> None:
    (twice,) = refused(EXAMPLE + "title: Another\n")
    assert twice.sentence == "“title” stands here twice."
    assert twice.place.row == len(EXAMPLE.splitlines()) + 1
    (alias,) = refused(EXAMPLE + "answer: &a {within_days: 3}\nrenewal: *a\n")
    assert alias.sentence == "Aliases (*name) are not allowed: write it out."
    assert alias.place.row == len(EXAMPLE.splitlines()) + 2


@pytest.mark.parametrize(
    ("credit", "sentence"),
    [
        (
            "{allocation: 40 %, below_expected: 50 %, ladder: [{below: 95 %, share: 5 %}]}",
            "Say in one way what a miss costs",
        ),
        ("{below_expected: 50 %}", "Allocation is missing"),
        ("{allocation: 40 %, ladder: [{below: 95, share: 5 %}]}", "“95” is not a percentage"),
        ("{bands: [{at_least: 8h, points: 1}]}", "“8h” is not a percentage"),
        (
            "{allocation: 40 %, per_point: {share: 5 %, each: 0 %}}",
            "Each must be more than nothing",
        ),
    ],
)
def test_a_credit_that_cannot_be_computed_is_refused_when_it_is_written(
    credit: str, sentence: str
) -> None:
    old = "credit: {allocation: 40 %, below_expected: 50 %, below_minimum: 100 %}"
    assert only_remark(old, f"credit: {credit}").sentence.startswith(sentence)


def test_a_credit_without_an_amount_at_risk_is_refused() -> None:
    (remark,) = refused(
        EXAMPLE.replace("credits: {at_risk: 12 %, repeated: {from: 3, times: 1.5}}", "")
    )
    assert remark.sentence == "A service level has a credit: give credit_base and credits too."


@pytest.mark.parametrize(
    ("trigger", "sentence"),
    [
        ("{id: a, title: A, misses: 3}", "Misses and of_months go together"),
        ("{id: a, title: A}", "Say one condition"),
        ("{id: a, title: A, in_a_row: 3, credits_over: 5}", "Say one condition"),
    ],
)
def test_a_trigger_says_one_condition(trigger: str, sentence: str) -> None:
    old = "repeated: {from: 3, times: 1.5}}"
    assert only_remark(old, f"triggers: [{trigger}]}}").sentence.startswith(sentence)

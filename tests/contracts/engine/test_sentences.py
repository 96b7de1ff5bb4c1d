"""An agreement read back as people would say it."""

from datetime import date

import pytest

from contracts.agreement_texts import BRIGHTDESK, CORVALE
from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.credit_terms import Trigger
from retained.contracts.engine.holidays import frozen
from retained.contracts.engine.reading import read_agreement
from retained.contracts.engine.sentences.calendars import calendar_sentence, clock_sentence
from retained.contracts.engine.sentences.credits import (
    credit_sentence,
    pool_sentences,
    trigger_sentence,
)
from retained.contracts.engine.sentences.levels import counted_sentence, level_sentence
from retained.contracts.engine.sentences.terms import answer_sentence, term_sentence
from retained.contracts.engine.sentences.words import Reader
from retained.contracts.engine.term import term_of

# The agreement of the sentence in which the product's promise is written.
PLAIN = (
    BRIGHTDESK.replace('["1", "2", "3"]', '["1", "2"]')
    .replace('{"1": 4h, "2": 8h, "3": 3 working days}', "{any: 8h}")
    .replace('{default: office, priority: {"1": always}}', "office")
    .replace(", holidays: NL", "")
)


def said(old: str = "", new: str = "", *, text: str = PLAIN) -> str:
    assert old in text
    terms = read_agreement(text.replace(old, new) if old else text)
    return level_sentence(terms.service_levels[0], terms)


def counted(old: str = "", new: str = "", rows: int | None = None) -> str:
    assert old in PLAIN
    terms = read_agreement(PLAIN.replace(old, new) if old else PLAIN)
    return counted_sentence(terms.service_levels[0], terms, unusable_rows=rows)


def test_a_service_level_is_read_back_as_one_sentence() -> None:
    assert said() == (
        "95 % of P1 and P2 resolved in 8 service hours, Mon-Fri 8-18 Amsterdam; "
        "waiting for us does not count; month of resolution"
    )


def test_the_provider_reads_whom_it_waits_for() -> None:
    terms = read_agreement(PLAIN)
    sentence = level_sentence(terms.service_levels[0], terms, Reader.PROVIDER)
    assert "waiting for the client does not count" in sentence


def test_targets_and_hours_by_priority_are_told_apart() -> None:
    assert said(text=BRIGHTDESK) == (
        "95 % of P1, P2 and P3 resolved in time (P1 4 hours, P2 8 service hours, P3 3 working "
        "days), Mon-Fri 8-18 Amsterdam, less public holidays (NL); P1 around the clock; "
        "waiting for us does not count; month of resolution"
    )


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("stops: resolved", "stops: closed", "closed in 8 service hours"),
        ("stops: resolved", "stops: closed", "month of closing"),
        ("starts: opened", "starts: assigned", "counted from assignment"),
        ("[waiting_client]", "[]", "waiting counts"),
        (
            "[waiting_client]",
            "[waiting_client, waiting_third_party]",
            "waiting for us or for a third party does not count",
        ),
        ("[waiting_client]", "[new]", "time as new does not count"),
        ("month_of: stop", "month_of: due", "month of falling due"),
        ("month_of: stop", "month_of: opened", "month of opening"),
        ('["08:00-18:00"]', '["08:30-12:00", "13:00-24:00"]', "Mon-Fri 8:30-12 and 13-24"),
        ('priority: ["1", "2"]', "service: mail", "95 % of tickets with service mail resolved"),
    ],
)
def test_each_rule_changes_its_words(old: str, new: str, part: str) -> None:
    assert part in said(old, new)


@pytest.mark.parametrize(
    ("measure", "sentence"),
    [
        (
            "measure: percentile\n    percentile: 90 %\n    expected: 8h\n    minimum: 12h",
            "90 % of P1 and P2 resolved in at most 8 service hours, Mon-Fri 8-18 Amsterdam; "
            "waiting for us does not count; month of resolution",
        ),
        (
            "measure: mean\n    expected: 6h",
            "P1 and P2 resolved in 6 service hours on average, Mon-Fri 8-18 Amsterdam; "
            "waiting for us does not count; month of resolution",
        ),
        (
            "measure: first_time\n    expected: 70 %",
            "70 % of P1 and P2 resolved without reassignment and without reopening; "
            "month of resolution",
        ),
        (
            "measure: reopen_share\n    expected: 5 %",
            "At most 5 % of P1 and P2 reopened; month of resolution",
        ),
        (
            "measure: backlog\n    older_than: 10 working days\n    expected: 20",
            "At most 20 tickets of P1 and P2 open for more than 10 working days at the end of "
            "the month",
        ),
        (
            "measure: count\n    expected: 40",
            "At most 40 tickets of P1 and P2 a month; month of resolution",
        ),
    ],
)
def test_every_measure_has_its_sentence(measure: str, sentence: str) -> None:
    old = PLAIN[PLAIN.index("    measure:") + 4 : PLAIN.index("    minimum_volume:") - 1]
    text = PLAIN.replace(old, measure)
    text = text[: text.index("    credit:")]
    assert said(text=text) == sentence


def test_a_figure_says_how_it_was_counted() -> None:
    assert counted() == (
        "Counted by month of resolution; a ticket open past its target counts as missed; "
        "the last priority counts; a reopened ticket runs on; no minimum volume; "
        "rows that cannot be used are left out and counted beside the figure."
    )


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("open_past_target: missed", "open_past_target: open", "waits for its verdict"),
        ("priority: last", "priority: split", "uses up its share of its own target"),
        ("on_reopening: resume", "on_reopening: new_cycle", "starts again"),
        (
            "on_reopening: resume",
            "reopened_as_new: continues",
            "a new ticket that continues a finished one is its reopening",
        ),
        ("minimum_volume: 0", "minimum_volume: 20", "below 20 tickets a month has no verdict"),
        (
            "minimum_volume: 0",
            "minimum_volume: 20\n    small_volume: carry",
            "below 20 tickets the verdict of the month before stands",
        ),
        (
            "minimum_volume: 0",
            "minimum_volume: 20\n    small_volume: pool",
            "below 20 tickets a month is counted together with the next",
        ),
        (
            "minimum_volume: 0",
            "minimum_volume: 20\n    small_volume: failures\n    allowed_failures: 1",
            "below 20 tickets 1 ticket may be missed",
        ),
    ],
)
def test_how_it_was_counted_follows_the_rule(old: str, new: str, part: str) -> None:
    assert part in counted(old, new)


def test_unusable_rows_are_counted_beside_the_figure() -> None:
    assert counted(rows=0).endswith("no unusable rows.")
    assert counted(rows=1).endswith("1 unusable row left out.")
    assert counted(rows=1200).endswith("1,200 unusable rows left out.")


def test_a_clock_is_one_sentence() -> None:
    terms = read_agreement(BRIGHTDESK)
    assert clock_sentence(terms.clocks["resolve"], terms) == (
        "From opening to resolution, Mon-Fri 8-18 Amsterdam, less public holidays (NL); "
        "P1 around the clock; waiting for us does not count; a reopened ticket runs on; "
        "the last priority counts; cancelled tickets are left out."
    )


def test_a_calendar_says_what_was_added_taken_out_and_frozen() -> None:
    changes = 'added: {2026-12-25: ["10:00-14:00"]}, removed: [2026-12-31]'
    text = BRIGHTDESK.replace("holidays: NL}", f"holidays: NL, {changes}}}")
    terms = frozen(read_agreement(text), 2026)
    assert calendar_sentence(terms.calendars["office"], terms.time_zone) == (
        "Mon-Fri 8-18 Amsterdam, less public holidays (NL); 1 day added; 1 day taken out; "
        "holidays of 2026 frozen."
    )
    assert calendar_sentence(terms.calendars["always"], terms.time_zone) == "Around the clock."


@pytest.mark.parametrize(
    ("credit", "sentence"),
    [
        (
            "{allocation: 40 %, below_expected: 50 %, below_minimum: 100 %}",
            "40 % of the amount at risk (4,416.00 EUR a month): half below 95 %, all below 90 %.",
        ),
        (
            "{allocation: 30 %, ladder: [{below: 95 %, share: 25 %}, {below: 92 %, share: 60 %}]}",
            "30 % of the amount at risk (3,312.00 EUR a month): a quarter below 95 %; "
            "60 % below 92 %.",
        ),
        (
            "{allocation: 30 %, per_point: {share: 10 %, each: 0.5 %}}",
            "30 % of the amount at risk (3,312.00 EUR a month): 10 % for every full 0.5 % "
            "below 95 %.",
        ),
        (
            "{bands: [{at_least: 92 %, at_most: 94.9 %, points: 1}, {at_most: 91.9 %, points: 3}]}",
            "1 point from 92 % up to 94.9 %; 3 points up to 91.9 %.",
        ),
    ],
)
def test_a_miss_is_priced_in_words(credit: str, sentence: str) -> None:
    old = "{allocation: 40 %, below_expected: 50 %, below_minimum: 100 %}"
    terms = read_agreement(BRIGHTDESK.replace(old, credit))
    assert credit_sentence(terms.service_levels[0], terms) == sentence


def test_what_is_at_risk_and_how_misses_repeat_is_said() -> None:
    at_risk, repeated = pool_sentences(read_agreement(BRIGHTDESK))
    assert "12 % of the month's 92,000.00 EUR is at risk: at most 11,040.00 EUR" in at_risk
    assert repeated == (
        "From the third miss running on, a service level's credit counts 1.5 times."
    )


@pytest.mark.parametrize(
    ("written", "sentences"),
    [
        (
            "{following_months: 3}",
            "A credit is earned back when its service level attains its expected level in each "
            "of the next 3 months with a verdict.",
        ),
        (
            "{following_months: 1, at_least: 97 %, at_most: 50 %, service_levels: in-time}",
            "A credit of “Resolved in time” is earned back when its service level attains 97 % "
            "or better in the next month with a verdict. At most 50 % of a credit is earned back.",
        ),
        (
            "{contract_year: true, not_below_minimum: true, not_critical: true}",
            "A credit is earned back at the end of the contract year, when the tickets of the "
            "whole year together attain its expected level. The credit of a month below minimum "
            "is not earned back. The credit of a critical service level is not earned back.",
        ),
    ],
)
def test_how_a_credit_is_earned_back_is_said(written: str, sentences: str) -> None:
    text = BRIGHTDESK.replace("{at_risk: 12 %,", f"{{at_risk: 12 %, earn_back: {written},")
    assert " ".join(pool_sentences(read_agreement(text))[2:]) == sentences


@pytest.mark.parametrize(
    ("trigger", "sentence"),
    [
        (
            {"in_a_row": 4, "lapses_after_days": 30, "service_level": "in-time"},
            "“Resolved in time” below expected 4 months running: a right to terminate, "
            "which lapses 30 days after the statement.",
        ),
        (
            {"misses": 3, "of_months": 6, "below": "minimum"},
            "Any one service level below minimum in 3 of 6 months: a right to terminate.",
        ),
        (
            {"credits_over": "50000", "right": "step in"},
            "Credits above 50,000.00 EUR in 12 months: a right to step in.",
        ),
    ],
)
def test_a_right_says_what_gives_rise_to_it_and_when_it_lapses(
    trigger: dict[str, object], sentence: str
) -> None:
    terms = read_agreement(BRIGHTDESK)
    value = Trigger.model_validate({"id": "t", "title": "T", **trigger})
    assert trigger_sentence(value, terms) == sentence


def terms_of(text: str) -> AgreementTerms:
    return read_agreement(text)


def test_the_term_says_by_when_word_must_be_given() -> None:
    corvale = terms_of(CORVALE)
    assert term_sentence(term_of(corvale, date(2026, 11, 9))) == (
        "1 Jul 2024 to 30 Jun 2027. It goes on to 30 Jun 2028 unless word is given by 30 Dec 2026."
    )
    assert term_sentence(term_of(corvale, date(2027, 7, 1))).startswith(
        "1 Jul 2024 to 30 Jun 2028, after it went on by itself once."
    )
    brightdesk = terms_of(BRIGHTDESK)
    assert term_sentence(term_of(brightdesk, date(2026, 11, 9))) == (
        "1 Jan 2026 to 31 Dec 2028. It ends by itself."
    )


def test_silence_means_what_the_agreement_says() -> None:
    text = BRIGHTDESK.replace(
        "credit_base:", "answer: {within_days: 14, silence: agreed}\ncredit_base:"
    )
    assert answer_sentence(terms_of(text)) == (
        "The provider answers a statement within 14 days; its silence counts as agreement."
    )

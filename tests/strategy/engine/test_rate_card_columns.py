"""What headings and first rows of a rate card tell, and what they leave open."""

import pytest

from retained.strategy.engine.rate_card_columns import guessed_card

Guess = dict[str, object]


def guess(heading: str, *rows: str, name: str = "osprey_2026.csv") -> Guess:
    numbered = [(number, row.split(";")) for number, row in enumerate(rows, 2)]
    return guessed_card(heading.split(";"), numbered, name=name)


def columns(heading: str) -> Guess:
    found = guess(heading).get("columns", {})
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Role;Rate", {"role": "Role", "amount": "Rate"}),
        ("Job title;Hourly rate;Seniority", {
            "role": "Job title", "amount": "Hourly rate", "level": "Seniority"}),
        ("Vendor;Labor Category;Price (EUR);Site;UoM", {
            "provider": "Vendor", "role": "Labor Category", "amount": "Price (EUR)",
            "location": "Site", "unit": "UoM"}),
        ("Rolle;Stufe;Satz;Einheit;Währung", {
            "role": "Rolle", "level": "Stufe", "amount": "Satz", "unit": "Einheit",
            "currency": "Währung"}),
        ("Role;Rate;Valid from;Valid until", {
            "role": "Role", "amount": "Rate", "valid_from": "Valid from",
            "valid_to": "Valid until"}),
        ("A;B", {}),
    ],
)  # fmt: skip
def test_columns_are_told_by_their_headings(heading: str, expected: Guess) -> None:
    assert columns(heading) == expected


def test_a_column_is_taken_once_and_the_very_word_goes_first() -> None:
    assert columns("Service level;Level;Service;Cost") == {
        "amount": "Cost", "level": "Level", "role": "Service",
    }  # fmt: skip


def test_the_file_names_the_card() -> None:
    assert guess("Role;Rate")["source"] == "osprey 2026"


@pytest.mark.parametrize(
    ("days", "form"),
    [
        (("5/25/2026", "5/6/2026"), "month/day/year"),
        (("25/5/2026", "5/6/2026"), "day/month/year"),
        (("5/6/2026",), None),  # two days
        (("1.3.2026",), "day.month.year"),
        (("2026-03-01", ""), "year-month-day"),
        (("soon",), None),
    ],
)
def test_days_are_read_in_the_one_form_that_fits_all(
    days: tuple[str, ...], form: str | None
) -> None:
    found = guess("Role;Rate;From", *(f"Tester;60;{day}" for day in days))
    assert found.get("dates") == form


@pytest.mark.parametrize(
    ("amounts", "point"),
    [
        (("1,071.78", "60"), "."),
        (("1.071,78", "60,5"), ","),
        (("$60.50",), "."),
        (("60,50 €",), ","),
        (("1,071",), None),  # a thousand and more, or one and a little
        (("60.5", "60,5"), None),
    ],
)
def test_cents_tell_what_stands_before_them(amounts: tuple[str, ...], point: str | None) -> None:
    found = guess("Role;Rate", *(f"Tester;{amount}" for amount in amounts))
    assert found.get("decimal") == point


@pytest.mark.parametrize(
    ("heading", "amount", "currency"),
    [
        ("Rate", "€ 60", "EUR"),
        ("Rate", "$60", None),  # of several countries
        ("Rate (GBP)", "60", "GBP"),
        ("Rate (GBP)", "€ 60", None),  # they contradict each other
        ("Rate;Currency", "60;EUR", None),  # its column says it
    ],
)
def test_a_currency_is_told_by_one_sign_or_word(
    heading: str, amount: str, currency: str | None
) -> None:
    assert guess(f"Role;{heading}", f"Tester;{amount}").get("currency") == currency


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("Rate per hour", "hour"),
        ("Daily rate", "day"),
        ("Yearly salary", "year"),
        ("Salary", "year"),
        ("Rate", None),
        ("Rate;Unit", None),  # its column says it
    ],
)
def test_a_unit_is_told_by_the_heading_of_the_amounts(heading: str, unit: str | None) -> None:
    assert guess(f"Role;{heading}").get("unit") == unit

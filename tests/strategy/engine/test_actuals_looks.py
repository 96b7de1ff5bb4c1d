"""A look at a file: which column is what, and what each way to read it makes of the total."""

from pathlib import Path

import pytest

from retained.strategy.engine.actuals_looks import (
    Look,
    fields_of_terms,
    look_as_plain,
    look_of,
    terms_of_fields,
)
from retained.strategy.engine.actuals_terms import SCHEMA, ActualsTerms
from retained.strategy.engine.ledger_guesses import guessed_fields

DUTCH = """Boekdatum;Rekening;Kostenplaats;Omschrijving;Bedrag
13-11-2025;4390;4100;Transitie;1.234,50
02-12-2025;4310;4105;Storno;-34,50
02-12-2025;4310;4105;Fee;100
"""
HALVES = """Date,Account,Debit,Credit
2026-01-31,4310,"1,200.00",
2026-02-28,4310,,200.00
"""
GERMAN = "Buchungsdatum;Konto;Betrag\n31.01.2026;4310;-1.200,00\n28.02.2026;4310;200,00\n"
PEOPLE = "Maand;Medewerkers;Opmerking\n2026-01;28,5;\n2026-02;29;ziek\n"
TITLES = {"people": "Medewerkers", "salary": "Salary"}


def look(tmp_path: Path, text: str, **fields: str) -> Look:
    path = tmp_path / "file.csv"
    path.write_text(text, "utf-8")
    plain = look_as_plain(str(path), path.name, fields, TITLES, ["EUR", "2024-01"])
    return look_of(plain, "EUR")


def by(found: Look, setting: str) -> dict[str, tuple[str, int, bool]]:
    return {
        one.value: (str(one.total), one.unusable, one.is_chosen)
        for one in found.readings
        if one.setting == setting
    }


def test_a_ledger_is_told_by_its_header_and_its_figures(tmp_path: Path) -> None:
    found = look(tmp_path, DUTCH)
    assert found.fields == {
        "kind": "ledger", "day": "Boekdatum", "account": "Rekening", "amount": "Bedrag",
        "cost_centre": "Kostenplaats", "text": "Omschrijving", "days": "DD-MM-YYYY",
        "decimal": "comma", "costs": "positive",
    }  # fmt: skip
    assert (found.first, found.last, found.rows) == ("2025-11", "2025-12", 3)
    assert [(centre, str(total)) for centre, total in found.centres] == [
        ("4100", "1,234.50 EUR"), ("4105", "65.50 EUR"),
    ]  # fmt: skip


def test_each_choice_says_what_it_makes_of_the_total(tmp_path: Path) -> None:
    found = look(tmp_path, DUTCH)
    assert by(found, "decimal") == {
        "point": ("100.00 EUR", 2, False), "comma": ("1,300.00 EUR", 0, True),
    }  # fmt: skip
    assert by(found, "costs") == {
        "positive": ("1,300.00 EUR", 0, True), "negative": ("-1,300.00 EUR", 0, False),
    }  # fmt: skip
    assert by(found, "days") == {"DD-MM-YYYY": ("None", 0, True)}


def test_a_day_that_can_be_read_in_two_ways_shows_both(tmp_path: Path) -> None:
    found = look(tmp_path, "Date;Account;Amount\n01/02/2026;1;1\n13/02/2026;1;1\n")
    assert by(found, "days") == {
        "DD/MM/YYYY": ("None", 0, True), "MM/DD/YYYY": ("None", 1, False),
    }  # fmt: skip


def test_debit_and_credit_take_the_place_of_an_amount(tmp_path: Path) -> None:
    found = look(tmp_path, HALVES)
    assert (found.fields["debit"], found.fields["credit"]) == ("Debit", "Credit")
    assert "amount" not in found.fields
    assert by(found, "decimal")["point"] == ("1,000.00 EUR", 0, True)


def test_a_ledger_that_writes_costs_below_nothing_is_turned_round(tmp_path: Path) -> None:
    found = look(tmp_path, GERMAN)
    assert (found.fields["costs"], found.fields["days"]) == ("negative", "DD.MM.YYYY")
    chosen = found.chosen("costs")
    assert chosen is not None
    assert str(chosen.total) == "1,000.00 EUR"


def test_volumes_and_headcount_name_their_assumptions(tmp_path: Path) -> None:
    found = look(tmp_path, PEOPLE)
    assert found.fields == {
        "kind": "drivers", "month": "Maand", "days": "YYYY-MM", "decimal": "comma",
        "driver:Medewerkers": "people",
    }  # fmt: skip
    assert (found.first, found.last) == ("2026-01", "2026-02")


def test_what_names_no_column_yet_has_no_readings(tmp_path: Path) -> None:
    found = look(tmp_path, DUTCH, kind="ledger", account="Rekening", days="YYYY", decimal="point")
    assert (found.readings, found.first) == ((), "")


@pytest.mark.parametrize("text", [DUTCH, HALVES, GERMAN, PEOPLE])
def test_fields_and_the_mapping_of_them_say_the_same(tmp_path: Path, text: str) -> None:
    found = look(tmp_path, text)
    terms = ActualsTerms.model_validate({"schema": SCHEMA, **terms_of_fields(found.fields)})
    fields = fields_of_terms(terms, found.columns)
    assert fields is not None
    assert {name: value for name, value in fields.items() if value} == {
        name: value for name, value in found.fields.items() if value
    }
    assert fields_of_terms(terms, ("Another",)) is None


def test_a_column_is_one_thing_only_and_the_shorter_name_wins() -> None:
    fields = guessed_fields(("Date", "Account name", "Account", "Amount"), [], {})
    assert (fields["account"], fields["day"]) == ("Account", "Date")

"""Rate cards: the worked tables, faults all at once, and assumptions made of rates."""

import os
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden.golden_tables import FOLDER, rows
from retained.shared.errors import DomainError
from retained.strategy.engine.rate_assumptions import (
    Shape,
    amount_in,
    assumption_of,
    chosen,
    spreads,
)
from retained.strategy.engine.rate_card_files import read_card_file
from retained.strategy.engine.rate_card_mapping import (
    MappingRefusedError,
    RateCardMapping,
    Unit,
    rate_card_mapping_of,
    rate_card_schema,
    read_rate_card_mapping,
    write_rate_card_mapping,
)
from retained.strategy.engine.rate_cards import RateCard, read_rate_card

ROOT: Path = FOLDER.parent.parent
EXAMPLE = ROOT / "examples" / "rate-card" / "rate-card.yaml"
DATA = Path(os.environ.get("RETAINED_REAL_DATA", ROOT.parent / "shared" / "data")) / "money"

MAPPING = """
schema: retained/rate-card/1
source: A card
on: 2026-01-01
currency: EUR
columns: {role: Role, amount: Price, unit: Unit, valid_from: From, valid_to: To}
dates: day.month.year
"""
HEADER = "Role;Unit;Price;From;To\n"


def mapping(**changed: str) -> RateCardMapping:
    text = MAPPING
    for old, new in changed.items():
        text += f"{old}: {new}\n"
    return read_rate_card_mapping(text)


def card(body: str, **changed: str) -> RateCard:
    columns, *lines = (line.split(";") for line in (HEADER + body).splitlines())
    rows = [(number, cells) for number, cells in enumerate(lines, 2) if any(cells)]
    return read_rate_card(columns, rows, mapping(**changed), name="card.csv")


def from_file(
    folder: Path, content: bytes, how: RateCardMapping, name: str = "card.csv"
) -> RateCard:
    (folder / name).write_bytes(content)
    return read_card_file(folder / name, how)


def hourly(*amounts: str) -> RateCard:
    return card("".join(f"Engineer;Hour;{one};;\n" for one in amounts))


@pytest.mark.parametrize(
    "row", rows("rate-cards/normalised.csv"), ids=lambda row: row["unit written"]
)
def test_what_a_card_writes_comes_out_in_one_shape(row: dict[str, str]) -> None:
    told = f"Engineer;{row['unit written']};{row['amount written']};;\n"
    how = mapping(decimal=f"'{row['decimal']}'")
    found = card(told, decimal=f"'{row['decimal']}'")
    assert found.remarks == ()
    [rate] = found.rates
    assert (rate.unit, str(rate.amount)) == (row["unit"], row["amount"])
    for unit, title in ((Unit.HOUR, "an hour"), (Unit.DAY, "a day"), (Unit.YEAR, "a year")):
        assert str(amount_in(rate, unit, how)) == row[title]


@pytest.mark.parametrize("row", rows("rate-cards/assumptions.csv"))
def test_what_rates_make_as_an_assumption(row: dict[str, str]) -> None:
    rates = hourly(*row["rates an hour"].split()).rates
    found = assumption_of(rates, mapping(), unit=Unit.HOUR, shape=Shape(row["as"]))
    value = getattr(found, found.kind)
    told = value if isinstance(value, str) else " ".join(value)
    assert f"{found.kind}: {told}" == row["assumption"]
    assert found.prior
    assert (found.on, found.unit) == (date(2026, 1, 1), "EUR an hour")
    assert found.source.startswith("A card: ")


def test_every_fault_of_every_row_is_said_at_once() -> None:
    found = card(
        ";Hour;60;;\n"
        "Tester;Task;60;;\n"
        "Tester;Hour;sixty;;\n"
        "Tester;Hour;-5;;\n"
        "Tester;Hour;£60;;\n"
        "Tester;Hour;60;1/2/2026;\n"
        "Tester;Hour;60;1.3.2026;1.2.2026\n"
        ";Fortnight;;;\n"
        "\n"
        "Tester;Hour;60;1.2.2026;31.12.2026\n"
    )
    assert [(one.place.row, one.place.column) for one in found.remarks] == [
        (2, "Role"), (3, "Unit"), (4, "Price"), (5, "Price"), (6, "Price"), (7, "From"), (8, "To"),
        (9, "Role"), (9, "Unit"), (9, "Price"),
    ]  # fmt: skip
    [rate] = found.rates
    assert (rate.row, rate.valid_from, rate.valid_to) == (11, date(2026, 2, 1), date(2026, 12, 31))
    assert str(found.remarks[1]) == (
        "card.csv, row 3, column “Unit”: “Task” is no unit (hour, day, month, year): say for "
        "which it stands."
    )


def test_what_nobody_can_have_meant_is_said_and_cut_where_it_is_shown() -> None:
    found = card(
        f"{'x' * 5001};Hour;60;;\n"
        f"{'x' * 5000};Hour;60;;\n"
        "Tester;Hour;60;31.12.1969;\n"
        "Tester;Hour;60;1.1.1970;31.12.2199\n"
        "Tester;Hour;60;;1.1.2200\n"
        f"Tester;{'y' * 90_000};60;;\n"
    )
    assert [one.row for one in found.rates] == [3, 5]
    told = {one.place.row: one.sentence for one in found.remarks}
    assert told[2] == "It has 5,001 characters: at most 5,000 are kept."
    assert told[4] == "“31.12.1969” cannot be meant: a day from 1970 to 2199 is."
    assert told[6] == "“1.1.2200” cannot be meant: a day from 1970 to 2199 is."
    assert told[7].startswith(f"“{'y' * 60}…” is no unit")


def test_a_word_of_the_card_may_be_named_as_a_unit() -> None:
    assert card("Tester;Std;60;;\n", units="{Std: hour}").rates[0].unit is Unit.HOUR


def test_a_card_without_its_columns_is_refused_with_all_of_them(tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="no column “From”, “Price”, “To”, “Unit”: it has Role"):
        from_file(tmp_path, b"Role\nTester\n", mapping())
    with pytest.raises(DomainError, match="no table that can be read"):
        from_file(tmp_path, b"Role\nTester\n", mapping(), "card.pdf")


def test_a_card_may_be_in_any_encoding_with_any_delimiter(tmp_path: Path) -> None:
    told = (HEADER + "Prüferin;Hour;60;;\n").replace(";", "|")
    for encoding in ("utf-8-sig", "cp1252", "utf-16"):
        [rate] = from_file(tmp_path, told.encode(encoding), mapping()).rates
        assert (rate.role, rate.amount) == ("Prüferin", 60), encoding


def test_a_mapping_says_everything_that_is_wrong_with_it() -> None:
    wrong = MAPPING.replace("currency: EUR", "currency: euro").replace("on: 2026-01-01\n", "")
    with pytest.raises(MappingRefusedError) as caught:
        read_rate_card_mapping(wrong)
    assert {one.place.column for one in caught.value.remarks} == {"currency", "on"}
    with pytest.raises(MappingRefusedError, match="Give currency for the whole card"):
        read_rate_card_mapping(MAPPING.replace("currency: EUR\n", ""))
    with pytest.raises(MappingRefusedError, match="begin with"):
        read_rate_card_mapping("- a list")


def test_rates_are_chosen_by_role_and_day() -> None:
    found = card(
        "Test engineer;Hour;60;1.1.2026;30.6.2026\n"
        "Engineer;Hour;70;1.7.2026;\n"
        "Architect;Hour;90;;\n"
    ).rates
    assert [str(one.amount) for one in chosen(found, role="ENGINEER")] == ["60", "70"]
    assert [str(one.amount) for one in chosen(found, on=date(2026, 7, 1))] == ["70", "90"]


def test_rates_of_two_currencies_make_no_assumption_and_no_rates_neither(tmp_path: Path) -> None:
    text = MAPPING.replace("currency: EUR\n", "").replace(
        "amount: Price,", "amount: Price, currency: C,"
    )
    how = read_rate_card_mapping(text)
    content = b"Role,Unit,Price,From,To,C\nA,hour,60,,,EUR\nA,hour,60,,,usd\n"
    found = from_file(tmp_path, content, how)
    with pytest.raises(DomainError, match="in EUR and USD"):
        assumption_of(found.rates, how, unit=Unit.HOUR)
    with pytest.raises(DomainError, match="No rate is left"):
        assumption_of((), how, unit=Unit.HOUR)


def test_a_row_longer_than_the_header_is_told_and_not_used(tmp_path: Path) -> None:
    rows = HEADER + "Engineer;Hour;1;234;;01.01.2026\nAnalyst;Hour;90;;\n"
    found = from_file(tmp_path, rows.encode(), mapping())
    [rate] = found.rates
    assert (rate.role, rate.row) == ("Analyst", 3)
    assert [str(one) for one in found.remarks] == [
        "card.csv, row 2: The row has 6 instead of 5 cells, often because a text holds the "
        "delimiter without quotation marks: it is not used."
    ]


def test_an_amount_that_nobody_pays_is_a_remark() -> None:
    [remark] = card("Tester;Hour;1000000000;;\n").remarks
    assert "more than nine digits" in remark.sentence


def test_rates_spread_by_role_the_most_seen_first() -> None:
    found = card(
        "Tester;Day;480;;\nTester;Hour;70;;\nArchitect;Hour;90;;\n"
        "Tester;Hour;80;;\nTester;Hour;90;;\nTester;Hour;100;;\n"
    ).rates
    told = spreads((one.role, amount_in(one, Unit.HOUR, mapping())) for one in found)
    assert [(one.name, one.count) for one in told] == [("Tester", 5), ("Architect", 1)]
    assert [str(figure) for figure in (told[0].low, told[0].middle, told[0].high)] == [
        "64.00", "80.00", "96.00"
    ]  # fmt: skip
    assert told[1].low == told[1].middle == told[1].high == 90
    assert spreads((one.level, one.amount) for one in found) == []


def test_an_assumption_is_called_as_its_role_or_as_what_was_asked_for() -> None:
    rates = card("Test analyst;Hour;60;;\nSenior test analyst;Hour;80;;\n").rates
    titles = [
        assumption_of(some, mapping(), unit=Unit.HOUR, asked=asked).title
        for some, asked in ((rates[:1], "test"), (rates, " test analyst"), (rates, ""))
    ]
    assert titles == ["Test analyst", "Test analyst", "2 roles"]


def test_a_mapping_is_written_and_read_again() -> None:
    for how in (mapping(), mapping(prior="false", units="{Std: hour}", hours_a_day="'7.5'")):
        assert read_rate_card_mapping(write_rate_card_mapping(how)) == how
    with pytest.raises(MappingRefusedError):
        rate_card_mapping_of({"schema": "retained/rate-card/1"})


@given(st.lists(st.decimals("1", "9000", places=2), min_size=2, max_size=60))
def test_the_middle_lies_between_its_tenths_and_all_between_the_ends(
    amounts: list[Decimal],
) -> None:
    found = assumption_of(hourly(*map(str, amounts)).rates, mapping(), unit=Unit.HOUR)
    assert found.pert is not None
    low, middle, high = map(Decimal, found.pert)
    assert min(amounts) <= low <= middle <= high <= max(amounts)


def test_the_published_schema_is_the_one_that_is_read_by() -> None:
    path = ROOT / "docs" / "reference" / "schemas" / "rate-card-1.schema.json"
    assert path.read_text("utf-8") == rate_card_schema()


@pytest.mark.skipif(not DATA.is_dir(), reason="the real card is not here: set RETAINED_REAL_DATA")
def test_a_real_card_is_read_to_its_last_row() -> None:
    how = read_rate_card_mapping(EXAMPLE.read_text("utf-8"))
    found = read_card_file(DATA / "s70_data.csv", how)
    # It has rows without a role, and a contract that ends on the day before it begins.
    faults = Counter(one.sentence.partition(" ")[0] for one in found.remarks)
    assert set(faults) == {"The", "It"}
    assert len(found.rates) + len({one.place.row for one in found.remarks}) == 3_727
    assert Counter(one.unit for one in found.rates)[Unit.DAY] == 3
    assert found.rates[0].amount == Decimal("67.55")
    assert max(one.amount for one in found.rates) == Decimal("2065.49")
    managers = list(chosen(found.rates, role="project manager", on=date(2016, 1, 1)))
    made = assumption_of(managers, how, unit=Unit.HOUR)
    assert made.pert is not None
    assert made.source == f"GSA Schedule 70: {len(managers)} rates"

"""Actuals: rows as they were written become entries exact to the cent, or remarks."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden.golden_tables import FOLDER, rows
from retained.shared.errors import DomainError
from retained.shared.money import Money
from retained.shared.months import Month
from retained.strategy.engine.actuals import (
    Entry,
    ReadActuals,
    earliest_month,
    exact_figure,
    must_agree,
    read_rows,
)
from retained.strategy.engine.actuals_files import from_plain, read_actuals_file, read_as_plain
from retained.strategy.engine.actuals_fit import mapping_to_begin_with, must_fit
from retained.strategy.engine.actuals_terms import (
    ActualsRefusedError,
    ActualsTerms,
    Decimals,
    actuals_schema,
    day_format,
    read_actuals_mapping,
    write_actuals_mapping,
)
from retained.strategy.engine.booked import Taken, actuals_of, taker_of
from retained.strategy.engine.case_files import read_case

ROOT: Path = FOLDER.parent.parent
MAPPING = """\
schema: retained/actuals/1
ledger:
  columns:
    {day: Boekdatum, account: Rekening, cost_centre: Kostenplaats, text: Tekst, amount: Bedrag}
  days: DD-MM-YYYY
  decimal: comma
  cost_centres: ["4100", "4105"]
lines:
  offer.fee: ["4310", "43*"]
  offer.retained_team:
    - {account: "40*", cost_centre: "4105"}
  offer.transition: ["4390"]
leave_out: ["1500"]
closed: {offer.transition: 2026-03}
drivers:
  month: Maand
  decimal: comma
  columns: {Medewerkers: people, Loon: salary}
"""
HEADER = ("Boekdatum", "Rekening", "Kostenplaats", "Tekst", "Bedrag")


def mapping() -> ActualsTerms:
    return read_actuals_mapping(MAPPING)


def ledger(*some: Sequence[str]) -> ReadActuals:
    numbered = [(at, dict(zip(HEADER, row, strict=True))) for at, row in enumerate(some, start=2)]
    return read_rows(numbered, HEADER, mapping(), file="ledger.csv", currency="EUR")


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.mark.parametrize("row", rows("living-case/figures.csv"), ids=lambda row: row["written"])
def test_figures_as_ledgers_write_them(row: dict[str, str]) -> None:
    decimal = Decimals(row["decimal mark"])
    if row["read as"] == "no figure":
        with pytest.raises(ValueError, match="is no figure with a decimal"):
            exact_figure(row["written"], decimal)
    else:
        assert exact_figure(row["written"], decimal) == Decimal(row["read as"])


def test_percentages_and_long_figures() -> None:
    assert exact_figure("3,5 %", Decimals.COMMA) == Decimal("0.035")
    with pytest.raises(ValueError, match="more than 15 digits"):
        exact_figure("1234567890123456", Decimals.POINT)


def test_rows_become_entries_with_their_row_and_month() -> None:
    read = ledger(("31-01-2026", "4310", "4100", "Fee January", "111.320,00"))
    assert read.entries == (
        Entry("ledger.csv", 2, Month(2026, 1), "4100", "4310", "Fee January", euros("111320.00")),
    )
    assert (read.rows, read.unusable, read.total) == (1, 0, euros("111320.00"))
    assert read.is_ledger


def test_everything_that_is_wrong_is_said_at_once_with_row_and_column() -> None:
    read = ledger(
        ("2026-01-31", "", "4100", "", "12.50"),
        ("", "", "", "", ""),
        ("31-02-2026", "4310", "4100", "", "1,005"),
        ("28-02-2026", "4310", "4100", "", "1,00"),
    )
    assert (read.rows, read.unusable, len(read.entries)) == (3, 2, 1)
    assert [str(remark) for remark in read.remarks] == [
        "ledger.csv, row 2, column “Boekdatum”: “2026-01-31” is no day written as DD-MM-YYYY.",
        "ledger.csv, row 2, column “Bedrag”: “12.50” is no figure with a decimal comma.",
        "ledger.csv, row 2, column “Rekening”: The account is missing.",
        "ledger.csv, row 4, column “Boekdatum”: “31-02-2026” is no day written as DD-MM-YYYY.",
        "ledger.csv, row 4, column “Bedrag”: “1.005” has more decimals than EUR has.",
    ]


def test_accounts_are_never_cut_so_that_two_look_like_one() -> None:
    read = ledger(
        ("31-01-2026", "4" * 60, "4" * 60, "", "1,00"),
        ("31-01-2026", "4" * 61, "4100", "", "1,00"),
        ("31-01-2026", "4310", "4" * 90_000, "", "1,00"),
    )
    assert [entry.account for entry in read.entries] == ["4" * 60]
    assert [(one.place.row, one.place.column, one.sentence) for one in read.remarks] == [
        (3, "Rekening", "It has 61 characters: at most 60 are a key."),
        (4, "Kostenplaats", "It has 90,000 characters: at most 60 are a key."),
    ]


def test_debit_less_credit_and_costs_below_nothing() -> None:
    text = MAPPING.replace("amount: Bedrag", "debit: Debet, credit: Credit, currency: Valuta")
    terms = read_actuals_mapping(text.replace("decimal: comma\n  cost", "costs: negative\n  cost"))
    header = ("Boekdatum", "Rekening", "Kostenplaats", "Tekst", "Debet", "Credit", "Valuta")
    cells = [
        ("31-01-2026", "4310", "4100", "", "", "92,000.00", "EUR"),
        ("31-01-2026", "4310", "4100", "", "2,000.00", "", ""),
        ("31-01-2026", "4310", "4100", "", "", "", "EUR"),
        ("31-01-2026", "4310", "4100", "", "1.00", "", "USD"),
        ("31-01-2026", "4310", "4100", "", "x", "1.00", ""),
    ]
    numbered = [(at, dict(zip(header, row, strict=True))) for at, row in enumerate(cells, start=2)]
    read = read_rows(numbered, header, terms, file="ledger.csv", currency="EUR")
    assert [entry.amount for entry in read.entries] == [euros("92000.00"), euros("-2000.00")]
    assert [remark.sentence for remark in read.remarks] == [
        "Neither debit nor credit is given.",
        "“USD”: the case is in EUR. Book or export the amount in EUR.",
        "“x” is no figure with a decimal point.",
    ]


def test_a_control_total_that_differs_by_a_cent_refuses_the_file() -> None:
    read = ledger(("31-01-2026", "4310", "4100", "", "100,00"), ("31-01-2026", "", "", "", "1,00"))
    must_agree([read], euros("100.00"))
    with pytest.raises(DomainError) as refused:
        must_agree([read], euros("100.01"))
    assert str(refused.value) == (
        "The rows of ledger.csv add up to 100.00 EUR, and the control total is 100.01 EUR: "
        "-0.01 EUR between them. 1 of the rows could not be read. Nothing of it was kept: export "
        "it again, or correct the control total."
    )


def test_a_file_without_the_columns_is_refused_by_name() -> None:
    with pytest.raises(ActualsRefusedError, match="as a ledger it lacks Bedrag; as volumes and"):
        read_rows([], HEADER[:-1], mapping(), file="ledger.csv", currency="EUR")


def test_too_many_rows_are_sent_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retained.strategy.engine.actuals.MOST_ROWS", 1)
    row = ("31-01-2026", "4310", "4100", "", "1,00")
    with pytest.raises(ActualsRefusedError, match="send it in parts"):
        ledger(row, row)


def test_volumes_and_headcount_by_month() -> None:
    header = ("Maand", "Medewerkers", "Loon", "Other")
    cells = [("2026-01", "29,5", "4.000,00", "x"), ("2026-02", "", "4.100,00", "")]
    numbered = [(at, dict(zip(header, row, strict=True))) for at, row in enumerate(cells, start=2)]
    read = read_rows(numbered, header, mapping(), file="people.csv", currency="EUR")
    found = actuals_of(read.entries, mapping(), currency="EUR")
    assert found.drivers == {
        "people": {Month(2026, 1): Decimal("29.5")},
        "salary": {Month(2026, 1): Decimal(4000), Month(2026, 2): Decimal(4100)},
    }
    assert not read.is_ledger


def test_two_figures_of_a_driver_for_one_month_are_refused() -> None:
    some = [
        Entry(file, 2, Month(2026, 1), driver="people", value=Decimal(value))
        for file, value in (("b.csv", "30"), ("a.csv", "29"))
    ]
    with pytest.raises(ActualsRefusedError, match=r"b.csv, row 2.*people is 30 in January 2026"):
        actuals_of(some, mapping(), currency="EUR")


@pytest.mark.parametrize(
    ("account", "cost_centre", "taker"),
    [
        ("4310", "4100", "offer.fee"),
        ("4390", "4100", "offer.transition"),
        ("4399", "4105", "offer.fee"),
        ("4001", "4105", "offer.retained_team"),
        ("4001", "4100", Taken.UNMAPPED),
        ("1500", "4100", Taken.LEFT_OUT),
        ("4310", "9000", Taken.ELSEWHERE),
    ],
)
def test_the_narrowest_account_takes_an_entry(account: str, cost_centre: str, taker: str) -> None:
    assert taker_of(mapping(), account, cost_centre) == taker


entries = st.builds(
    Entry,
    file=st.sampled_from(["a.csv", "b.csv"]),
    row=st.integers(2, 99),
    month=st.builds(Month, st.just(2026), st.integers(1, 12)),
    cost_centre=st.sampled_from(["4100", "4105", "9000"]),
    account=st.sampled_from(["4310", "4390", "4001", "1500", "7000"]),
    amount=st.integers(-(10**9), 10**9).map(lambda cents: Money.of_minor(cents, "EUR")),
)


@given(some=st.lists(entries, max_size=30), order=st.randoms())
def test_sums_add_up_to_the_files_and_order_changes_nothing(
    some: list[Entry], order: st.DataObject
) -> None:
    found = actuals_of(some, mapping(), currency="EUR")
    assert found.total.minor == sum(entry.amount.minor for entry in some if entry.amount)
    mixed = list(some)
    order.shuffle(mixed)
    again = actuals_of(mixed, mapping(), currency="EUR")
    assert (again, again.sha256) == (found, found.sha256)


@given(some=st.lists(entries, max_size=10), booked=entries)
def test_a_booking_and_its_reversal_change_nothing(some: list[Entry], booked: Entry) -> None:
    assert booked.amount is not None
    back = Entry(
        "storno.csv", 2, booked.month, booked.cost_centre, booked.account, amount=-booked.amount
    )
    plain = actuals_of(some, mapping(), currency="EUR")
    reversed_ = actuals_of([*some, booked, back], mapping(), currency="EUR")
    assert reversed_.sha256 == plain.sha256
    assert reversed_.total == plain.total


def test_a_mapping_that_is_written_out_reads_back_the_same() -> None:
    assert read_actuals_mapping(write_actuals_mapping(mapping())) == mapping()


def test_columns_alone_are_a_mapping_by_which_all_is_unmapped() -> None:
    """A form says the columns first, and the accounts once it has seen them."""
    mapping = read_actuals_mapping(
        "schema: retained/actuals/1\nledger: {columns: {day: D, account: A, amount: B}}"
    )
    assert taker_of(mapping, "4310", "") is Taken.UNMAPPED


def test_the_published_schema_is_that_of_the_models() -> None:
    path = ROOT / "docs" / "reference" / "schemas" / "actuals-1.schema.json"
    assert path.read_text("utf-8") == actuals_schema()


def test_the_example_of_the_reference_is_a_mapping() -> None:
    page = (ROOT / "docs" / "reference" / "actuals.md").read_text("utf-8")
    read_actuals_mapping(page.split("```yaml\n")[1].split("```")[0])


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("amount: Bedrag", "debit: Debet", "Name the column amount, or both of debit and credit."),
        ("days: DD-MM-YYYY", "days: DD-MM", "“DD-MM” says no day: write it with YYYY, MM and DD"),
        ('["4390"]', '["4310"]', "Account 4310 stands at offer.fee already."),
        ("cost_centre: Kostenplaats, ", "", "Name the column of the cost centre, too."),
        ("closed: {offer.t", "closed: {offer.u", "“offer.uransition” has no account under lines."),
        ("{offer.transition: 2026-03}", "{offer.transition: March}", "“March” is not a month"),
        ("ledger:\n", "other:\n", "other is not a field of a mapping"),
        ("schema: retained/actuals/1", "schema: other", "retained/actuals/1"),
    ],
)
def test_a_mapping_that_is_none_is_refused(old: str, new: str, sentence: str) -> None:
    with pytest.raises(ActualsRefusedError) as refused:
        read_actuals_mapping(MAPPING.replace(old, new))
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "schema: retained/actuals/1",
        "schema: retained/actuals/1\nlines: 1",
        "schema: retained/actuals/1\nledger: {columns: {day: D, account: A}}",
        "- no mapping",
        "a: [",
        "",
    ],
)
def test_what_is_no_mapping_at_all_is_refused(text: str) -> None:
    with pytest.raises(ActualsRefusedError):
        read_actuals_mapping(text)


def test_a_mapping_must_fit_its_case() -> None:
    case = read_case((ROOT / "examples/service-desk-case/case.yaml").read_text("utf-8"))
    must_fit(mapping(), case, chosen="offer")
    wrong = MAPPING.replace("offer.fee", "offer.fees").replace("Loon: salary", "Loon: people")
    with pytest.raises(ActualsRefusedError) as refused:
        must_fit(read_actuals_mapping(wrong), case, chosen="offer")
    assert "“offer.fees” is no line of what was chosen or stays: offer.fee, " in str(refused.value)
    assert "“people” has two columns: keep one of them." in str(refused.value)
    monthly = read_actuals_mapping(
        MAPPING.replace("closed: {offer.transition", "closed: {offer.fee")
    )
    with pytest.raises(ActualsRefusedError, match="Only what is paid at the start is closed"):
        must_fit(monthly, case, chosen="offer")
    unknown = read_actuals_mapping(MAPPING.replace("Loon: salary", "Loon: wages"))
    with pytest.raises(ActualsRefusedError, match="“wages” is no assumption of this case"):
        must_fit(unknown, case, chosen="offer")


def test_a_mapping_begins_with_the_lines_of_the_case_and_their_accounts() -> None:
    text = (ROOT / "examples/service-desk-case/case.yaml").read_text("utf-8")
    for named in ('account: "4390"', 'account: "4390", cost_centre: "4105"'):
        case = read_case(text.replace("paid: at_start, once", f"paid: at_start, {named}, once"))
        begun = mapping_to_begin_with(case, chosen="offer")
        assert '  offer.fee: ["?"]\n' in begun
        filled = read_actuals_mapping(begun.replace('"?"', '"?*"', 1).replace('["?"]', "[]"))
        [account] = filled.lines["offer.transition"]
        assert str(account) == ("4390 of 4105" if "centre" in named else "4390")
        must_fit(filled, case, chosen="offer")


def test_figures_may_tell_of_an_event() -> None:
    text = (ROOT / "examples/service-desk-case/case.yaml").read_text("utf-8")
    case = read_case(text.replace("value: 92000", "event: {chance: 10 %}"))
    must_fit(
        read_actuals_mapping(MAPPING.replace("Loon: salary", "Loon: fee")), case, chosen="offer"
    )


def test_an_account_alone_needs_no_list_and_drivers_no_ledger() -> None:
    alone = read_actuals_mapping(MAPPING.replace('["4390"]', '"4390"'))
    assert alone == mapping()
    text = "schema: retained/actuals/1\ndrivers: {month: Maand, columns: {Loon: salary}}"
    cells = {"Maand": "2026-01", "Loon": "4100"}
    read = read_rows(
        [(2, cells)], list(cells), read_actuals_mapping(text), file="a.csv", currency="EUR"
    )
    assert read.entries[0].value == Decimal(4100)
    with pytest.raises(ActualsRefusedError, match="as volumes and headcount it lacks Loon"):
        read_rows([], ["Maand"], read_actuals_mapping(text), file="a.csv", currency="EUR")


def test_day_formats() -> None:
    assert day_format("DD.MM.YYYY") == "%d.%m.%Y"
    assert day_format("YYYYMM") == "%Y%m"


def test_a_file_is_read_with_its_rows_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text(
        "Boekdatum;Rekening;Kostenplaats;Tekst;Bedrag\n"
        '31-01-2026;4310;4100;"Fee; January";92.000,00\n\n'
        "31-01-2026;4310;4100;Storno;-92.000,00\n"
        "31-01-2026;4310;4100;Storno;92.0\n",
        "utf-8",
    )
    read = read_actuals_file(path, mapping(), currency="EUR")
    assert [(entry.row, entry.text) for entry in read.entries] == [
        (2, "Fee; January"), (4, "Storno"),
    ]  # fmt: skip
    assert read.total == euros("0.00")
    plain = read_as_plain(str(path), "ledger.csv", MAPPING, "EUR", "2024-01")
    assert json.loads(json.dumps(plain)) == plain
    assert from_plain(plain, file="ledger.csv", currency="EUR") == read
    assert [remark.place.row for remark in read.remarks] == [5]


def test_a_row_that_is_none_is_told_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_text(
        "Boekdatum,Rekening,Kostenplaats,Tekst,Bedrag\n"
        "02-11-2026,4310,4100,Fee,1,00\n"
        '03-11-2026,4310,4100,Fee,"2,00"\n',
        encoding="utf-8",
    )
    read = read_actuals_file(path, mapping(), currency="EUR")
    assert (read.rows, read.unusable, read.total) == (2, 1, euros("2.00"))
    [remark] = read.remarks
    assert (remark.code, remark.place.row) == ("row_too_long", 2)
    assert "6 instead of 5 cells" in remark.sentence


def test_a_row_of_last_century_cannot_be_meant() -> None:
    first = Month(2026, 1)
    some = [
        (2, dict(zip(HEADER, ("05-11-1926", "4310", "4100", "Fee", "-5,00"), strict=True))),
        (3, dict(zip(HEADER, ("31-01-2024", "4390", "4100", "Early", "7,00"), strict=True))),
        (4, dict(zip(HEADER, ("31-12-2023", "4390", "4100", "Too early", "7,00"), strict=True))),
    ]
    since = earliest_month(first)
    read = read_rows(some, HEADER, mapping(), file="l.csv", currency="EUR", since=since)
    assert [entry.row for entry in read.entries] == [3]
    assert [one.place.row for one in read.remarks] == [2, 4]
    assert "lies before January 2024" in read.remarks[0].sentence

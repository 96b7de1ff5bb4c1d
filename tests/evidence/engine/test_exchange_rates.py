"""Reference rates: the worked table, and files as they come and as they should not."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden.golden_tables import rows
from retained.evidence.engine.exchange_rates import (
    DailyRate,
    RatesRefusedError,
    days_that_may_stand_for,
    read_rates,
    worth,
)

HISTORY = (
    b"Date,USD,JPY,CYP,\n"
    b"2026-04-13,1.1684,186.75,N/A,\n"
    b"2026-04-10,1.1711,186.43,,\n"
)  # fmt: skip
_RATES = st.decimals("0.0001", "20000", places=4, allow_nan=False)


def zipped(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_csv", ".csv"), content)
    return target.getvalue()


@pytest.mark.parametrize("row", rows("exchange-rates/worths.csv"), ids=lambda row: row["worth"])
def test_what_one_currency_is_worth_in_another(row: dict[str, str]) -> None:
    per_euro = {
        "EUR": Decimal(1),
        "USD": Decimal(row["USD for 1 EUR"]),
        "GBP": Decimal(row["GBP for 1 EUR"]),
    }
    assert str(worth(per_euro, row["currency"], row["in"])) == row["worth"]


@given(_RATES, _RATES)
def test_there_and_back_is_one_again(first: Decimal, second: Decimal) -> None:
    per_euro = {"AAA": first, "BBB": second}
    product = worth(per_euro, "AAA", "BBB") * worth(per_euro, "BBB", "AAA")
    assert abs(product - 1) < Decimal("1e-8")


@pytest.mark.parametrize("content", [HISTORY, zipped(eurofxref_hist_csv=HISTORY)])
def test_a_history_is_read_as_csv_and_as_zip(content: bytes) -> None:
    assert read_rates(content, name="history") == [
        DailyRate("USD", date(2026, 4, 13), Decimal("1.1684")),
        DailyRate("JPY", date(2026, 4, 13), Decimal("186.75")),
        DailyRate("USD", date(2026, 4, 10), Decimal("1.1711")),
        DailyRate("JPY", date(2026, 4, 10), Decimal("186.43")),
    ]


def test_every_fault_of_a_file_is_said_at_once() -> None:
    wrong = HISTORY.replace(b"2026-04-13", b"13.4.2026").replace(b"1.1711", b"-1")
    with pytest.raises(RatesRefusedError) as caught:
        read_rates(wrong, name="history.csv")
    assert [str(one) for one in caught.value.remarks] == [
        "history.csv, row 2, column “Date”: “13.4.2026” is not a day: write it like 2026-01-31.",
        "history.csv, row 3, column “USD”: “-1” is no rate for a currency of three letters.",
    ]


def test_a_row_longer_than_the_header_is_no_row_of_rates() -> None:
    wrong = b"Date,USD\n2026-04-13,1.1684\n2026-04-10,1,1711\n2026-04-09,1.17,\n"
    with pytest.raises(RatesRefusedError) as caught:
        read_rates(wrong, name="history.csv")
    assert [str(one) for one in caught.value.remarks] == [
        "history.csv, row 3, column “Date”: The row has 3 cells, and the header names 2."
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "holds no reference rates"),
        (b"Day;USD\n", "holds no reference rates"),
        (b"Date,USD\n2026-04-13,N/A\n", "holds no rate at all"),
        (b"Date,USD\n2026-04-13,\xff\n", "no CSV in UTF-8"),
        (zipped(a_csv=b"", b_csv=b""), "this one holds 2"),
        (b"PK\x03\x04 and then nothing", "is damaged"),
    ],
)
def test_what_is_no_history_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(RatesRefusedError, match=sentence):
        read_rates(content, name="history")


def test_ten_days_back_may_stand_for_a_day_and_none_after_it() -> None:
    assert days_that_may_stand_for(date(2026, 1, 5)) == (date(2025, 12, 26), date(2026, 1, 5))

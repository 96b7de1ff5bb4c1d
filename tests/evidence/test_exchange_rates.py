"""Reference rates are imported once, superseded by later ones, and asked for by day."""

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from directory.cast import AT, Cast
from machine import machine_of
from retained.audit.models import Entry
from retained.directory.engine.roles import Role
from retained.evidence.commands.exchange_rates import ImportedRates, import_rates
from retained.evidence.engine.exchange_rates import RatesRefusedError
from retained.evidence.models import ExchangeRate
from retained.evidence.queries.exchange_rates import NoRateError, rate_on
from retained.files.models import StoredFile
from retained.files.storing import SentFile
from retained.project.command_line.rates import rates
from retained.shared.errors import DomainError, NotAllowedError
from retained.strategy.engine.case_terms import AssumptionTerms

# A Friday and the Thursday before it; Cyprus gave up its pound.
HISTORY = "Date,USD,GBP,CYP,\n2026-11-06,1.25,0.80,N/A,\n2026-11-05,1.24,0.81,N/A,\n"


def imported(cast: Cast, text: str = HISTORY, role: Role = Role.FINANCE) -> ImportedRates:
    sent = SentFile(io.BytesIO(text.encode()), "eurofxref-hist.csv")
    return import_rates(sent, by=cast.people[role], at=AT)


def test_each_currency_and_day_counts_once(cast: Cast) -> None:
    first = imported(cast)
    assert (first.new, first.unchanged, first.superseding) == (4, 0, 0)
    assert (first.first_day, first.last_day) == (date(2026, 11, 5), date(2026, 11, 6))
    again = imported(cast)
    assert (again.new, again.unchanged, again.superseding) == (0, 4, 0)
    assert ExchangeRate.objects.count() == 4


def test_another_rate_of_a_day_supersedes_the_earlier_one(cast: Cast) -> None:
    imported(cast)
    changed = imported(cast, HISTORY.replace("1.25", "1.20"))
    assert (changed.new, changed.unchanged, changed.superseding) == (0, 3, 1)
    assert rate_on("EUR", "USD", date(2026, 11, 6)).rate == Decimal("1.2")
    assert ExchangeRate.objects.exclude(superseded_at=None).get().rate == "1.25"


def test_days_before_the_first_one_asked_for_are_left_out(cast: Cast) -> None:
    sent = SentFile(io.BytesIO(HISTORY.encode()), "history.csv")
    by = cast.people[Role.FINANCE]
    assert import_rates(sent, by=by, at=AT, since=date(2026, 11, 6)).new == 2
    sent = SentFile(io.BytesIO(HISTORY.encode()), "history.csv")
    with pytest.raises(DomainError, match="holds no rate since 2027-01-01"):
        import_rates(sent, by=by, at=AT, since=date(2027, 1, 1))


def test_the_database_keeps_a_day_to_one_rate(cast: Cast) -> None:
    imported(cast)
    row = ExchangeRate.objects.first()
    assert row is not None
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_the_record_says_from_which_file(cast: Cast) -> None:
    imported(cast)
    entry = Entry.objects.filter(object_kind="exchange rates").get()
    assert entry.verb == "imported"
    told = json.loads(entry.after)
    assert (told["sha256"], told["new"]) == (StoredFile.objects.get().sha256, 4)


def test_who_may_not_import_rates_imports_none(cast: Cast) -> None:
    with pytest.raises(NotAllowedError):
        imported(cast, role=Role.SERVICE_MANAGER)
    assert not ExchangeRate.objects.exists()


def test_a_file_with_a_fault_is_not_kept_either(cast: Cast) -> None:
    with pytest.raises(RatesRefusedError):
        imported(cast, HISTORY.replace("0.81", "none"))
    assert not ExchangeRate.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_rate_is_asked_for_by_day_in_either_direction(cast: Cast) -> None:
    imported(cast)
    assert rate_on("USD", "EUR", date(2026, 11, 6)).rate == Decimal("0.8")
    assert rate_on("USD", "GBP", date(2026, 11, 6)).rate == Decimal("0.64")
    assert rate_on("EUR", "USD", date(2026, 11, 5)).rate == Decimal("1.24")
    assert rate_on("JPY", "JPY", date(1900, 1, 1)).rate == 1


def test_at_a_weekend_the_last_rate_before_counts_and_its_day_is_said(cast: Cast) -> None:
    imported(cast)
    found = rate_on("USD", "EUR", date(2026, 11, 8))
    assert (found.day, found.rate) == (date(2026, 11, 6), Decimal("0.8"))


@pytest.mark.parametrize(
    ("currency", "day"),
    [
        ("USD", date(2026, 11, 4)),  # rates of a later day never count
        ("USD", date(2026, 11, 17)),  # eleven days later
        ("CYP", date(2026, 11, 6)),
    ],
)
def test_without_a_rate_the_sentence_says_how_to_go_on(
    cast: Cast, currency: str, day: date
) -> None:
    imported(cast)
    with pytest.raises(NoRateError, match=f"no rate for {currency} in EUR on {day}"):
        rate_on(currency, "EUR", day)


def run(cast: Cast, *arguments: str) -> Result:
    email = cast.people[Role.FINANCE].email
    return CliRunner().invoke(rates, [*arguments, "--as", email, "--format", "csv"])


def test_rates_are_imported_and_shown_by_command(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    file.write_text(HISTORY, "utf-8")
    told = run(cast, "import", str(file))
    file.write_text("nothing", "utf-8")
    wrong = run(cast, "import", str(file))
    assert told.stdout.splitlines()[1] == "4,0,0,2026-11-05,2026-11-06", told.output
    assert wrong.exit_code == 1
    shown = run(cast, "show", "usd", "--on", "2026-11-08")
    assert shown.stdout.splitlines()[1] == ("USD,EUR,2026-11-08,2026-11-06,0.8,ECB reference rate")


def test_a_rate_becomes_an_assumption_with_its_source_and_day(cast: Cast) -> None:
    imported(cast)
    told = run(cast, "show", "GBP", "--on", "2026-11-06", "--assume", "gbp").stdout
    [(name, made)] = yaml.safe_load(told).items()
    found = AssumptionTerms.model_validate(made)
    assert (name, found.value, found.unit) == ("gbp", "1.25", "EUR")
    assert (found.source, found.on) == ("ECB reference rate", date(2026, 11, 6))


def test_machines_import_rates_and_ask_for_one(cast: Cast) -> None:
    machine = machine_of(cast.people[Role.FINANCE])
    file = SimpleUploadedFile("history.csv", HISTORY.encode())
    told = machine.post("/api/v1/exchange-rates?since=2026-11-06", {"file": file})
    assert (told.status_code, told.json()["new"]) == (201, 2)
    found = machine.get("/api/v1/exchange-rates/USD?on=2026-11-08").json()
    assert (found["day"], found["rate"]) == ("2026-11-06", "0.8")
    missing = machine.get("/api/v1/exchange-rates/USD?on=2020-01-01")
    assert missing.status_code == 422
    assert "import the central bank's rates" in missing.json()["detail"]
    reader = machine_of(cast.people[Role.SERVICE_MANAGER])
    file = SimpleUploadedFile("history.csv", HISTORY.encode())
    assert reader.post("/api/v1/exchange-rates", {"file": file}).status_code in {403, 404}


def test_the_page_shows_the_last_rates_and_takes_a_file(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.people[Role.FINANCE])
    assert "No rates yet" in browser.get("/exchange-rates/").text
    file = SimpleUploadedFile("history.csv", HISTORY.encode())
    page = browser.post("/exchange-rates/", {"file": file, "since": "2026-01-01"}, follow=True)
    assert "Rates up to 6 November 2026: 4 are new." in page.text
    assert "0.8" in page.text
    wrong = SimpleUploadedFile("history.csv", HISTORY.replace("0.81", "none").encode())
    refused = browser.post("/exchange-rates/", {"file": wrong, "since": "2026-01-01"})
    assert refused.status_code == 422
    assert "row 3, column “GBP”" in refused.text


def test_who_may_not_import_sees_the_rates_and_no_form(cast: Cast) -> None:
    imported(cast)
    reader = Client()
    reader.force_login(cast.people[Role.SERVICE_MANAGER])
    page = reader.get("/exchange-rates/")
    assert "USD" in page.text
    assert "Bring rates in" not in page.text
    file = SimpleUploadedFile("history.csv", HISTORY.encode())
    sent = reader.post("/exchange-rates/", {"file": file, "since": "2026-01-01"})
    assert sent.status_code in {403, 404}

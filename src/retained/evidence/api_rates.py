"""Dated exchange rates as JSON: import a history, and ask for one by its day."""

from datetime import date
from typing import Annotated, Any

from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from retained.directory.access import must
from retained.evidence.commands.exchange_rates import ImportedRates, import_rates
from retained.evidence.queries.exchange_rates import DatedRate, rate_on
from retained.files.storing import SentFile
from retained.pages.request import Request
from retained.shared import clock

router = Router(tags=["exchange rates"])

Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class RateOut(Schema):
    """What one unit of a currency was worth; `day` is the day on which the rate was made."""

    currency: str
    base: str
    day: date
    rate: str
    source: str

    @staticmethod
    def resolve_rate(row: DatedRate) -> str:
        """Return the rate as it was worked out, every digit of it."""
        return str(row.rate)


class ImportedRatesOut(Schema):
    """How many rates came in."""

    new: int
    unchanged: int
    superseding: int
    first_day: date
    last_day: date


@router.get(
    "/exchange-rates/{currency}",
    response=RateOut,
    url_name="exchange_rate",
    summary="What a currency was worth on a day",
)
def rate(
    request: Request, currency: Currency, base: Currency = "EUR", on: date | None = None
) -> DatedRate:
    """Return the rate of a day (today by default), or the last one up to ten days before it."""
    must(request.person, "read_rates")
    return rate_on(currency, base, on or clock.now().date())


@router.post(
    "/exchange-rates",
    response={201: ImportedRatesOut},
    url_name="exchange_rates",
    summary="Import reference rates",
)
def send(request: Request, file: File[UploadedFile], since: date | None = None) -> Any:
    """Keep the European Central Bank's history (CSV, or its ZIP) from a day on."""
    sent = SentFile(file, file.name or "rates.csv")
    found: ImportedRates = import_rates(sent, by=request.person, at=clock.now(), since=since)
    return Status(201, found)

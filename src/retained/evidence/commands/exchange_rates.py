"""Importing daily reference rates, once for each currency and day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from retained.audit.record import record
from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.evidence.engine.exchange_rates import BASE, DailyRate, read_rates
from retained.evidence.models import ExchangeRate
from retained.files.models import StoredFile
from retained.files.storing import SentFile, open_stored, store_upload
from retained.shared.errors import DomainError
from retained.shared.quantities import decimal_text

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class ImportedRates:
    """How many rates are new, stood there already, or supersede another one of their day."""

    new: int
    unchanged: int
    superseding: int
    first_day: date
    last_day: date


@transaction.atomic  # a file that cannot be read is not kept either
def import_rates(
    sent: SentFile, *, by: Person, at: datetime, since: date | None = None
) -> ImportedRates:
    """Keep the rates of a file from a day on; raises RatesRefusedError with every remark about it.

    A rate that stands there already stays; another one for the same day supersedes it.
    """
    directory_access.must(by, "import_rates")
    file = store_upload(sent.stream, name=sent.name, by=by, at=at)
    with open_stored(file) as content:
        rates = read_rates(content.read(), name=file.original_name)
    rates = [one for one in rates if since is None or one.day >= since]
    if not rates:
        raise DomainError(
            f"{file.original_name} holds no rate since {since}: ask for earlier days."
        )
    found = _kept(rates, file, at)
    record(
        "imported", ("exchange rates", file.key, f"Rates of {BASE}"), by=by, at=at,
        after={
            "sha256": file.sha256, "new": found.new, "superseding": found.superseding,
            "last_day": found.last_day.isoformat(),
        },
    )  # fmt: skip
    return found


def _kept(rates: list[DailyRate], file: StoredFile, at: datetime) -> ImportedRates:
    days = sorted({one.day for one in rates})
    known = {
        (currency, day): (key, rate)
        for key, currency, day, rate in ExchangeRate.objects.filter(
            base=BASE, day__range=(days[0], days[-1]), superseded_at=None
        ).values_list("pk", "currency", "day", "rate")
    }
    # What a file says twice of one day counts as it stands last.
    told = {(one.currency, one.day): decimal_text(one.rate) for one in rates}
    fresh = {place: rate for place, rate in told.items() if known.get(place, (0, ""))[1] != rate}
    gone = [known[place][0] for place in fresh if place in known]
    for start in range(0, len(gone), _AT_ONCE):
        some = gone[start : start + _AT_ONCE]
        ExchangeRate.objects.filter(pk__in=some).update(superseded_at=at)
    ExchangeRate.objects.bulk_create(_rows(fresh, file, at), batch_size=_AT_ONCE)
    return ImportedRates(
        new=len(fresh) - len(gone),
        unchanged=len(told) - len(fresh),
        superseding=len(gone),
        first_day=days[0],
        last_day=days[-1],
    )


def _rows(
    fresh: dict[tuple[str, date], str], file: StoredFile, at: datetime
) -> Iterator[ExchangeRate]:
    for (currency, day), rate in fresh.items():
        yield ExchangeRate(
            base=BASE, currency=currency, day=day, rate=rate, file=file, imported_at=at
        )

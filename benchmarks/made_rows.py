"""What the makers of the benchmark's installation share: its moment, its months, rows in bulk."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import django

django.setup()

from django.db.models import Model

from retained.contracts.models import Agreement
from retained.shared.months import Month

NOW = datetime.now(tz=UTC).replace(microsecond=0)
RUNNING = Month.of(NOW, ZoneInfo("UTC"))
FIRST = RUNNING.plus(-12)


def insert(rows: Iterable[Model]) -> list[Any]:
    """Write rows of one table in bulk, and return them with their keys."""
    written = list(rows)
    return type(written[0])._default_manager.bulk_create(written, batch_size=500)


def results_name(agreement: Agreement) -> str:
    """Return the name of the file with what an agreement's tickets count as."""
    return f"{agreement.reference}-{'0' * 16}.parquet"


def months(count: int) -> list[Month]:
    """Return the first months of all that were measured."""
    return [FIRST.plus(n) for n in range(count)]


def sha(text: str) -> str:
    """Return a hash that tells texts apart."""
    return hashlib.sha256(text.encode()).hexdigest()

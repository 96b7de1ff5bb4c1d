"""Records as lines of JSON, one file a table: how a PostgreSQL installation is kept.

They can be put back into PostgreSQL or into SQLite, so an archive is proved without a server.
"""

import base64
import contextlib
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.apps import apps
from django.core.management.color import no_style
from django.db import DataError, connection, models, transaction
from django.utils.duration import duration_string

from retained.shared.errors import DomainError

BATCH = 1_000
LEFT_OUT = {"django_session"}  # whoever was signed in signs in again


def tables() -> list[type[models.Model]]:
    """Return every table of the installation, those between two others included."""
    found = apps.get_models(include_auto_created=True)
    return [
        model
        for model in found
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in LEFT_OUT
    ]


def fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Return the stored columns of a table."""
    return [
        field for field in model._meta.concrete_fields if not getattr(field, "generated", False)
    ]


@contextlib.contextmanager
def one_moment() -> Iterator[None]:
    """Read everything as it was at one moment, while others go on writing."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def write(model: type[models.Model], target: IO[bytes]) -> None:
    """Write all rows of a table, in the order of its key."""
    names = [field.attname for field in fields(model)]
    rows = model._base_manager.order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=BATCH):
        target.write(json.dumps(row, default=_plain, ensure_ascii=False).encode() + b"\n")


def write_all(folder: Path) -> None:
    """Write every table into a new folder, one file a table."""
    folder.mkdir()
    with one_moment():
        for model in tables():
            with (folder / f"{model._meta.db_table}.jsonl").open("xb") as target:
                write(model, target)


def _plain(value: object) -> str:
    """Return a value as text that its column reads back to the same value."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, timedelta):
        return duration_string(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    raise TypeError(f"no text for {type(value)}")


def load(folder: Path) -> None:
    """Fill the empty tables of this installation from `folder`, all or nothing."""
    with transaction.atomic():
        for model in tables():
            _empty(model)
        for model in tables():
            _fill(model, folder / f"{model._meta.db_table}.jsonl")
    _continue_numbers()


def _empty(model: type[models.Model]) -> None:
    """Remove the rows that laying the tables brought along (kinds of content, for example)."""
    if model._base_manager.exists():
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - the name of our own table


def _fill(model: type[models.Model], path: Path) -> None:
    """Insert the rows of one table as they were; nothing is stamped anew."""
    columns = fields(model)
    with path.open("rb") as lines, _stamps_kept(columns):
        for batch in _batches(lines):
            rows = [
                model(**{
                    field.attname: _value(field, value)
                    for field, value in zip(columns, json.loads(line), strict=True)
                })
                for line in batch
            ]  # fmt: skip
            try:
                model._base_manager.bulk_create(rows, batch_size=BATCH)
            except DataError as reason:  # SQLite holds no text to its length, PostgreSQL does
                raise DomainError(
                    f"A row of {model._meta.db_table} does not fit into this database: "
                    f"{str(reason).strip()}. Nothing was restored; restore it into SQLite instead."
                ) from reason


def _value(field: Any, value: Any) -> Any:
    """Return a column's value from its text."""
    if value is None or isinstance(field, models.JSONField):
        return value
    return field.target_field.to_python(value) if field.is_relation else field.to_python(value)


@contextlib.contextmanager
def _stamps_kept(columns: Iterable[Any]) -> Iterator[None]:
    """Keep columns that stamp the present moment from doing so."""
    stamping = [
        (field, name)
        for field in columns
        for name in ("auto_now", "auto_now_add")
        if getattr(field, name, False)
    ]
    for field, name in stamping:
        setattr(field, name, False)
    try:
        yield
    finally:
        for field, name in stamping:
            setattr(field, name, True)


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Return the lines in handfuls."""
    batch: list[bytes] = []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _continue_numbers() -> None:
    """Let each table go on numbering after its last row."""
    statements = connection.ops.sequence_reset_sql(no_style(), tables())
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

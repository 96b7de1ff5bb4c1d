"""Where the rows of a table come from: a list in memory, or a query of the database.

Pages of a query are found by keyset (the last row seen, not a count of rows to skip), so that
page 2,000 costs what page 1 costs. An evidence store brings a source of its own.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_date, parse_datetime

from retained.pages.tables import Page, Sort

RowModel = TypeVar("RowModel", bound=Model)


class ListSource:
    """Rows that are already in memory; `sort` fields are attributes or keys of a row."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._rows = list(rows)

    def count(self) -> int:
        """Return how many rows there are."""
        return len(self._rows)

    def page(self, sort: Sort, *, cursor: str, size: int) -> Page:
        """Return the rows from the number that `cursor` holds."""
        start = int(cursor) if cursor.isdecimal() and len(cursor) < 10 else 0
        rows = self.everything(sort)
        end = start + size
        return Page(
            rows[start:end],
            before=str(max(start - size, 0)) if start else "",
            after=str(end) if end < len(rows) else "",
        )

    def everything(self, sort: Sort) -> list[Any]:
        """Return all rows in order; what has no value comes last."""
        there = [row for row in self._rows if _read(row, sort.field) is not None]
        absent = [row for row in self._rows if _read(row, sort.field) is None]
        ordered = sorted(there, key=lambda row: _read(row, sort.field), reverse=sort.falling)
        return ordered + absent


class QuerySource(Generic[RowModel]):
    """Rows of a query. `sort` fields are fields or annotations that are never null.

    `rows` turns the models of one page into what the columns read, all at once, so that a page
    costs the same number of queries however many rows it has. `known_count` spares counting.
    """

    def __init__(
        self, query: QuerySet[RowModel], rows: Any = None, *, known_count: int | None = None
    ) -> None:
        self._query = query
        self._rows = rows or list
        self._known_count = known_count

    def count(self) -> int:
        """Return how many rows there are."""
        return self._query.count() if self._known_count is None else self._known_count

    def page(self, sort: Sort, *, cursor: str, size: int) -> Page:
        """Return the rows after (or before) the row that `cursor` names."""
        place = _Place.read(cursor)
        backwards = bool(place and place.backwards)
        query = self._ordered(sort, backwards=backwards)
        if place:
            query = query.filter(place.beyond(sort))
        found = list(query[: size + 1])
        has_more = len(found) > size
        models = found[:size]
        if backwards:
            models.reverse()
        return self._page(models, sort, (has_more, place))

    def everything(self, sort: Sort) -> Iterator[Any]:
        """Yield all rows in order, a chunk at a time."""
        chunk: list[RowModel] = []
        for model in self._ordered(sort, backwards=False).iterator(chunk_size=2000):
            chunk.append(model)
            if len(chunk) == 2000:
                yield from self._rows(chunk)
                chunk = []
        yield from self._rows(chunk)

    def _ordered(self, sort: Sort, *, backwards: bool) -> QuerySet[RowModel]:
        dash = "-" if sort.falling != backwards else ""
        return self._query.order_by(f"{dash}{sort.field}", f"{dash}pk")

    def _page(
        self, models: Sequence[RowModel], sort: Sort, found: tuple[bool, _Place | None]
    ) -> Page:
        has_more, place = found
        backwards = bool(place and place.backwards)
        if not models:
            return Page([])
        has_before = has_more if backwards else place is not None
        has_after = True if backwards else has_more
        return Page(
            self._rows(models),
            before=_Place.of(models[0], sort, backwards=True).written() if has_before else "",
            after=_Place.of(models[-1], sort, backwards=False).written() if has_after else "",
        )


class _Place:
    """A row in an order: its sort value and key, and whether we go back from it."""

    def __init__(self, value: Any, key: Any, *, backwards: bool) -> None:
        self.value, self.key, self.backwards = value, key, backwards

    @classmethod
    def of(cls, model: Model, sort: Sort, *, backwards: bool) -> _Place:
        value: Any = model
        for part in sort.field.split("__"):
            value = getattr(value, part)
        return cls(value, model.pk, backwards=backwards)

    @classmethod
    def read(cls, cursor: str) -> _Place | None:
        """Return the place that `cursor` holds; a broken cursor is the beginning."""
        if not cursor:
            return None
        try:
            parts = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
            kind, text, key, backwards = parts
            return cls(_READERS[kind](text), key, backwards=bool(backwards))
        except (ValueError, KeyError, TypeError, ArithmeticError):
            return None

    def written(self) -> str:
        kind = type(self.value).__name__
        kind = kind if kind in _READERS else "str"
        text = self.value.isoformat() if isinstance(self.value, date) else str(self.value)
        parts = json.dumps([kind, text, self.key, self.backwards])
        return base64.urlsafe_b64encode(parts.encode("utf-8")).decode("ascii")

    def beyond(self, sort: Sort) -> Q:
        """Return the condition for the rows that lie beyond this one in the asked direction."""
        compare = "lt" if sort.falling != self.backwards else "gt"
        further = Q(**{f"{sort.field}__{compare}": self.value})
        return further | Q(**{sort.field: self.value, f"pk__{compare}": self.key})


def _day(text: str) -> date:
    day = parse_date(text)
    if day is None:
        raise ValueError(text)
    return day


def _moment(text: str) -> datetime:
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(text)
    return moment


_READERS: dict[str, Any] = {
    "str": str,
    "int": int,
    "bool": lambda text: text == "True",
    "float": float,
    "Decimal": Decimal,
    "date": _day,
    "datetime": _moment,
}


def _read(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, dict) else getattr(row, name)

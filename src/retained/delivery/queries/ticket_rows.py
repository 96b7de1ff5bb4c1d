"""The tickets behind a figure as rows of a table: from the derived Parquet, page by page.

A page is found by the last row seen (its sort value and ticket), not by a count of rows to skip.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from retained.delivery.queries.ticket_scopes import Scope
from retained.pages.tables import Page, Sort

# What a reader may sort by, each as an expression that is never null.
SORTS = {
    "ticket": "ticket",
    "priority": "coalesce(priority, '')",
    "verdict": "verdict",
    "clock_seconds": "clock_seconds",
    "paused_seconds": "paused_seconds",
    "due_at": "coalesce(due_at, 99999999999)",
    "stopped_at": "coalesce(stopped_at, 99999999999)",
    "said": "coalesce(said, '')",
}
_COLUMNS = (
    "ticket, coalesce(priority, '') AS priority, verdict, coalesce(reason, '') AS reason, "
    "clock_seconds, paused_seconds, coalesce(target, '') AS target, due_at, stopped_at, "
    "started_at, reopened, uncertain, coalesce(calendar, '') AS calendar, "
    "coalesce(said, '') AS said"
)
_DIFFERS = "(said IS NOT NULL AND said <> verdict)"


@dataclass(frozen=True, slots=True)
class TicketRow:
    """One ticket as the table of a figure shows it."""

    ticket: str
    priority: str
    verdict: str
    reason: str
    clock_seconds: int
    paused_seconds: int
    target: str
    due_at: datetime | None
    stopped_at: datetime | None
    started_at: datetime | None
    reopened: bool
    uncertain: bool
    calendar: str
    said: str

    @property
    def differs(self) -> bool:
        """Whether the provider says otherwise."""
        return bool(self.said) and self.said != self.verdict


class TicketSource:
    """The rows of a table, filtered by what the reader chose.

    `known_count` spares counting where nothing is filtered.
    """

    def __init__(
        self, scope: Scope, chosen: Mapping[str, str], *, known_count: int | None = None
    ) -> None:
        self._scope = scope
        self._where, self._values = _conditions(chosen)
        self._known_count = None if any(chosen.values()) else known_count
        # Finding words means reading all tickets: they are counted on the way, not once more.
        self._counts_on_the_way = bool(chosen.get("words"))

    def count(self) -> int:
        """Return how many tickets there are."""
        if self._known_count is not None:
            return self._known_count
        sql = f"SELECT count(*) FROM mine WHERE {self._where}"  # noqa: S608 - our own words
        return int(self._answers(sql, self._values)[0][0])

    def page(self, sort: Sort, *, cursor: str, size: int) -> Page:
        """Return the tickets after (or before) the one that `cursor` names."""
        place = _place(cursor)
        backwards = place is not None and place[2]
        falling = sort.falling != backwards
        beyond, values = "true", list(self._values)
        if place is not None:
            beyond = f"({SORTS[sort.field]}, ticket) {'<' if falling else '>'} (?, ?)"
            values += place[:2]
        counted = self._counts_on_the_way and place is None
        where, columns = f"{self._where} AND {beyond}", _COLUMNS
        columns += ", count(*) OVER ()" if counted else ""
        sql = f"{_sql(columns, where, sort.field, falling=falling)} LIMIT {size + 1}"
        found = self._answers(sql, values)
        if counted:
            self._known_count = found[0][-1] if found else 0
        has_more, rows = len(found) > size, [_row(row) for row in found[:size]]
        if backwards:
            rows.reverse()
        return _page(rows, sort, has_more=has_more, place=place)

    def everything(self, sort: Sort) -> list[TicketRow]:
        """Return all tickets in order, for an export."""
        sql = _sql(_COLUMNS, self._where, sort.field, falling=sort.falling)
        return [_row(row) for row in _answers(self._scope, sql, tuple(self._values))]

    def _answers(self, sql: str, values: Sequence[object]) -> Sequence[tuple[Any, ...]]:
        """Return what the tickets answer: results never change, a report about them may."""
        ask = _answers if self._scope.said else _known_answers
        return ask(self._scope, sql, tuple(values))


def _sql(columns: str, where: str, field: str, *, falling: bool) -> str:
    order = "DESC" if falling else "ASC"
    return (
        f"SELECT {columns} FROM mine WHERE {where} "  # noqa: S608 - columns and order are ours
        f"ORDER BY {SORTS[field]} {order}, ticket {order}"
    )


def _answers(scope: Scope, sql: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
    with scope.opened() as connection:
        found: list[tuple[Any, ...]] = connection.execute(sql, list(values)).fetchall()
        return found


_known_answers = lru_cache(maxsize=256)(_answers)


def _conditions(chosen: Mapping[str, str]) -> tuple[str, list[object]]:
    """Return the reader's filters as a condition and its values."""
    parts, values = ["true"], []
    for name in ("verdict", "priority", "reason"):
        if chosen.get(name):
            parts.append(f"{name} = ?")
            values.append(chosen[name])
    if chosen.get("words"):
        # Digits have no case: numbers are found in two thirds of the time.
        has_case = chosen["words"].lower() != chosen["words"].upper()
        parts.append("contains(lower(ticket), lower(?))" if has_case else "contains(ticket, ?)")
        values.append(chosen["words"])
    match chosen.get("difference"):
        case "differs":
            parts.append(_DIFFERS)
        case "agrees":
            parts.append(f"said IS NOT NULL AND NOT {_DIFFERS}")
    return " AND ".join(parts), list(values)


def _row(row: Sequence[Any]) -> TicketRow:
    number, priority, verdict, reason, clock, paused, target, due, stopped, started = row[:10]
    return TicketRow(
        ticket=number,
        priority=priority,
        verdict=verdict,
        reason=reason,
        clock_seconds=clock,
        paused_seconds=paused,
        target=target,
        due_at=_moment(due),
        stopped_at=_moment(stopped),
        started_at=_moment(started),
        reopened=row[10],
        uncertain=row[11],
        calendar=row[12],
        said=row[13],
    )


def _moment(second: int | None) -> datetime | None:
    return None if second is None else datetime.fromtimestamp(second, tz=UTC)


def _page(
    rows: list[TicketRow], sort: Sort, *, has_more: bool, place: tuple[Any, str, bool] | None
) -> Page:
    if not rows:
        return Page([])
    backwards = place is not None and place[2]
    has_before = has_more if backwards else place is not None
    has_after = True if backwards else has_more
    return Page(
        rows,
        before=_cursor(rows[0], sort, backwards=True) if has_before else "",
        after=_cursor(rows[-1], sort, backwards=False) if has_after else "",
    )


def _cursor(row: TicketRow, sort: Sort, *, backwards: bool) -> str:
    value = getattr(row, sort.field)
    if sort.field in {"due_at", "stopped_at"}:
        value = 99999999999 if value is None else int(value.timestamp())
    text = json.dumps([value, row.ticket, backwards])
    return base64.urlsafe_b64encode(text.encode()).decode("ascii")


def _place(cursor: str) -> tuple[Any, str, bool] | None:
    """Return the place that a cursor holds; a broken one is the beginning."""
    if not cursor:
        return None
    try:
        value, ticket, backwards = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
    except ValueError:
        return None
    if not isinstance(value, str | int) or not isinstance(ticket, str):
        return None
    return value, ticket, bool(backwards)

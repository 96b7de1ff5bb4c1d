"""The tickets behind a figure as rows of a table: from the derived Parquet, page by page.

A page is found by the last row seen (its sort value and ticket), not by a count of rows to skip;
DuckDB reads the columns that it needs, so two million tickets are a matter of milliseconds.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.clock_terms import Stop
from retained.contracts.engine.level_terms import Measure, ServiceLevelTerms
from retained.delivery.engine.verdicts import clock_of
from retained.delivery.models import Measured, MonthClose
from retained.delivery.queries import derived
from retained.delivery.queries.frozen_tickets import frozen_results
from retained.evidence.models import ReportedVerdict
from retained.pages.tables import Page, Sort
from retained.shared.months import Month

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
_LARGE_BYTES = 4_000_000
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


@dataclass(frozen=True)
class Scope:
    """Which tickets: those of one service level in one month of a measurement.

    `said` are the provider's verdicts where a report of its own names tickets; `said_in` is the
    file of those that the source's own rows hold. `histories` is the folder of the tickets.
    `running` also takes in tickets that are open.
    """

    results: str
    level_id: str
    month: str
    running: bool
    said: Mapping[str, str] = field(default_factory=dict)
    said_in: str = ""
    histories: Path | None = None

    @property
    def has_said(self) -> bool:
        """Whether the provider's verdicts on single tickets are known."""
        return bool(self.said or self.said_in)

    @contextmanager
    def opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the tickets as the view `mine`."""
        with derived.duck() as connection:
            tickets = self._own_tickets()
            if Path(self.results).stat().st_size > _LARGE_BYTES:
                tickets = _sliced(connection, self.results, tickets)
            if self.said:
                connection.execute(
                    "CREATE TEMP TABLE report AS SELECT unnest(?) AS ticket, unnest(?) AS said",
                    [list(self.said), list(self.said.values())],
                )
                tickets = f"SELECT * FROM ({tickets}) LEFT JOIN report USING (ticket)"  # noqa: S608 - ours
            connection.execute(f"CREATE TEMP VIEW mine AS {tickets}")
            yield connection

    def _own_tickets(self) -> str:
        """Return the question for the figure's tickets, with `said` unless a report has it."""
        months = f"month = '{self.month}'"
        if self.running:
            months = f"({months} OR coalesce(month, '') = '')"
        own = f"WHERE service_level = '{self.level_id}' AND {months}"
        results = f"read_parquet('{self.results}') AS results"
        if self.said:
            return f"SELECT * FROM {results} {own}"  # noqa: S608 - our own names and paths
        if not self.said_in:
            return f"SELECT *, NULL::VARCHAR AS said FROM {results} {own}"  # noqa: S608 - the same
        return (
            f"SELECT results.*, rows.reported AS said FROM {results} "  # noqa: S608 - the same
            f"LEFT JOIN read_parquet('{self.said_in}') AS rows USING (ticket) {own}"
        )


def _sliced(connection: duckdb.DuckDBPyConnection, results: str, tickets: str) -> str:
    """Return the same tickets from a file of their own, written when they are first asked for.

    Millions of tickets lie in one file of results: each page would look at all of them again.
    """
    key = hashlib.sha256(tickets.encode()).hexdigest()[:16]
    place = derived.slice_of(Path(results), key)
    if not place.exists():
        draft = place.with_suffix(f".{secrets.token_hex(4)}.draft")
        connection.execute(f"COPY ({tickets} ORDER BY ticket) TO '{draft}' (FORMAT parquet)")
        draft.replace(place)
    return f"SELECT * FROM read_parquet('{place}')"  # noqa: S608 - our own path


def scope_of(
    measured: Measured,
    terms: AgreementTerms,
    level: ServiceLevelTerms,
    month: Month,
    *,
    close: MonthClose | None,
) -> Scope:
    """Return the tickets behind one figure; of a closed month, those that `close` froze."""
    said = _said_in_a_report(level, month)
    results = frozen_results(close, measured) if close else derived.results_file(measured)
    histories = derived.history_folder(level.source)
    own = histories is not None and rows_are_about(terms, level)
    return Scope(
        results=str(results),
        level_id=level.id,
        month=str(month),
        running=str(month) == measured.running,
        said=said,
        said_in=str(histories / derived.REPORTED) if histories and own and not said else "",
        histories=histories,
    )


def rows_are_about(terms: AgreementTerms, level: ServiceLevelTerms) -> bool:
    """Return whether "breached" in a source's rows speaks of this level: a target to a solution."""
    if level.measure is not Measure.WITHIN_TARGET:
        return False
    return clock_of(level, terms).stops in {Stop.RESOLVED, Stop.CLOSED}


def _said_in_a_report(level: ServiceLevelTerms, month: Month) -> dict[str, str]:
    """Return the verdicts of the provider's own report, matched by its label."""
    names = {level.id.casefold(), level.title.casefold()}
    found = ReportedVerdict.objects.filter(
        source__name=level.source, month=str(month), superseded_at=None
    ).values_list("label", "ticket", "verdict")
    return {
        ticket: verdict for label, ticket, verdict in found if label.strip().casefold() in names
    }


class TicketSource:
    """The rows of a table, filtered by what the reader chose."""

    def __init__(self, scope: Scope, chosen: Mapping[str, str]) -> None:
        self._scope = scope
        self._where, self._values = _conditions(chosen)

    def count(self) -> int:
        """Return how many tickets there are."""
        with self._scope.opened() as connection:
            sql = f"SELECT count(*) FROM mine WHERE {self._where}"  # noqa: S608 - our own words
            return int(connection.execute(sql, self._values).fetchall()[0][0])

    def page(self, sort: Sort, *, cursor: str, size: int) -> Page:
        """Return the tickets after (or before) the one that `cursor` names."""
        place = _place(cursor)
        backwards = place is not None and place[2]
        falling = sort.falling != backwards
        beyond, values = "true", list(self._values)
        if place is not None:
            beyond = f"({SORTS[sort.field]}, ticket) {'<' if falling else '>'} (?, ?)"
            values += place[:2]
        found = self._select(sort.field, falling, f"{self._where} AND {beyond}", values, size + 1)
        has_more, rows = len(found) > size, found[:size]
        if backwards:
            rows.reverse()
        return _page(rows, sort, has_more=has_more, place=place)

    def everything(self, sort: Sort) -> list[TicketRow]:
        """Return all tickets in order, for an export."""
        return self._select(sort.field, sort.falling, self._where, self._values, None)

    def _select(
        self, name: str, falling: bool, where: str, values: Sequence[object], limit: int | None
    ) -> list[TicketRow]:
        order = "DESC" if falling else "ASC"
        sql = (
            f"SELECT {_COLUMNS} FROM mine WHERE {where} "  # noqa: S608 - columns and order are ours
            f"ORDER BY {SORTS[name]} {order}, ticket {order}"
        )
        if limit is not None:
            sql += f" LIMIT {limit}"
        with self._scope.opened() as connection:
            return [_row(row) for row in connection.execute(sql, list(values)).fetchall()]


def choices_of(scope: Scope) -> dict[str, list[str]]:
    """Return the priorities and reasons that the tickets have, for filters."""
    with scope.opened() as connection:
        found = connection.execute(
            "SELECT DISTINCT 'priority', priority FROM mine WHERE coalesce(priority, '') <> '' "
            "UNION ALL (SELECT 'reason', reason FROM mine WHERE coalesce(reason, '') <> '' "
            "GROUP BY reason ORDER BY count(*) DESC, reason LIMIT 30)"
        ).fetchall()
    choices: dict[str, list[str]] = {"priority": [], "reason": []}
    for name, value in found:
        choices[name].append(value)
    return {name: sorted(values) for name, values in choices.items()}


def verdicts_by_day(scope: Scope) -> list[tuple[int, str, int]]:
    """Return how many tickets stopped in each quarter of an hour, by verdict (UTC seconds)."""
    with scope.opened() as connection:
        found = connection.execute(
            "SELECT coalesce(stopped_at, due_at) // 900 * 900 AS moment, verdict, count(*) "
            "FROM mine WHERE verdict IN ('met', 'missed') AND coalesce(stopped_at, due_at) "
            "IS NOT NULL GROUP BY ALL ORDER BY moment"
        ).fetchall()
    return [(int(moment), verdict, count) for moment, verdict, count in found]


def _conditions(chosen: Mapping[str, str]) -> tuple[str, list[object]]:
    """Return the reader's filters as a condition and its values."""
    parts, values = ["true"], []
    for name in ("verdict", "priority", "reason"):
        if chosen.get(name):
            parts.append(f"{name} = ?")
            values.append(chosen[name])
    if chosen.get("words"):
        parts.append("contains(lower(ticket), lower(?))")
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

"""Which tickets stand behind a figure, and where they are read from.

DuckDB reads the columns that a question needs. Of a large measurement the tickets of one figure
are kept in a file of their own, so that two million tickets are a matter of milliseconds.
"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.clock_terms import Stop
from retained.contracts.engine.level_terms import Measure, ServiceLevelTerms
from retained.delivery.engine.verdicts import clock_of
from retained.delivery.models import Measured, MonthClose
from retained.delivery.queries import derived
from retained.delivery.queries.frozen_tickets import frozen_results
from retained.evidence.models import ReportedVerdict
from retained.shared.months import Month

_LARGE_BYTES = 1_000_000


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
    said: Mapping[str, str] = field(default_factory=dict, hash=False)
    said_in: str = ""
    histories: Path | None = None

    @property
    def has_said(self) -> bool:
        """Whether the provider's verdicts on single tickets are known."""
        return bool(self.said or self.said_in)

    @contextmanager
    def opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the tickets as the view `mine`."""
        tickets = self._own_tickets()
        if Path(self.results).stat().st_size > _LARGE_BYTES:
            with derived.kept_table(_slice(self.results, tickets)) as connection:
                yield self._viewed(connection, "SELECT * FROM tickets")
        else:
            with derived.duck() as connection:
                yield self._viewed(connection, tickets)

    def _viewed(
        self, connection: duckdb.DuckDBPyConnection, tickets: str
    ) -> duckdb.DuckDBPyConnection:
        if self.said:
            connection.execute(
                "CREATE TEMP TABLE report AS SELECT unnest(?) AS ticket, unnest(?) AS said",
                [list(self.said), list(self.said.values())],
            )
            tickets = f"SELECT * FROM ({tickets}) LEFT JOIN report USING (ticket)"  # noqa: S608 - ours
        connection.execute(f"CREATE TEMP VIEW mine AS {tickets}")
        return connection

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


def _slice(results: str, tickets: str) -> Path:
    """Return where the same tickets are in a file of their own, written when first asked for.

    Millions of tickets lie in one file of results: each page would look at all of them again.
    """
    place = derived.slice_of(Path(results), hashlib.sha256(tickets.encode()).hexdigest()[:16])
    if not place.exists():
        name = f"draft_{secrets.token_hex(4)}"
        draft = place.with_suffix(f".{name}.duckdb")
        with derived.duck() as connection:
            connection.execute(f"ATTACH '{draft}' AS {name}")
            connection.execute(f"CREATE TABLE {name}.tickets AS {tickets} ORDER BY ticket")
            connection.execute(f"DETACH {name}")
        draft.replace(place)
    return place


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

"""Is the evidence whole? What is missing shows in numbering, days, row counts and volumes.

In   a connection with `changes`, row counts of the files, volumes that the provider stated
Out  remarks with their figures; none where nothing is odd
Why  docs/methods/reading-evidence.md
"""

from collections.abc import Iterable, Mapping
from datetime import date
from statistics import median
from zoneinfo import ZoneInfo

import duckdb

from retained.evidence.engine.normalising.walls import offset_of_instant_sql
from retained.shared.months import Month
from retained.shared.remarks import Place, Remark, Severity

EXPORT_LIMITS = frozenset(
    {500, 1_000, 2_000, 5_000, 10_000, 20_000, 25_000, 50_000, 65_535, 65_536, 100_000, 200_000,
     250_000, 500_000, 1_000_000, 1_048_575, 1_048_576}
)  # fmt: skip
_DENSE = 0.8  # from this share on, numbers are taken for one provider's own running count
_BUSY_DAY = 5
_LOW, _HIGH = 0.6, 1.6  # of the median of earlier months
_SHOWN = 5

_FIRSTS = 'SELECT ticket, min("at") AS opened FROM changes GROUP BY ticket'


def wholeness(
    connection: duckdb.DuckDBPyConnection,
    *,
    zone: ZoneInfo,
    file_rows: Iterable[tuple[str, int]] = (),
    stated: Mapping[Month, int] | None = None,
    holidays: frozenset[date] | None = None,
) -> list[Remark]:
    """Return everything that suggests that rows are missing.

    `stated` are tickets by month; `holidays` days on which none need come, where they are known.
    """
    volumes = monthly_volumes(connection, zone)
    return [
        *_numbering(connection),
        *_quiet_days(connection, zone, holidays),
        *_limits(file_rows),
        *_volumes(volumes),
        *_against_stated(volumes, stated or {}),
    ]


def monthly_volumes(
    connection: duckdb.DuckDBPyConnection, zone: ZoneInfo
) -> list[tuple[Month, int]]:
    """Return how many tickets were opened in each month that has any, in order."""
    rows = connection.execute(
        f"SELECT strftime(make_timestamp(wall * 1000000), '%Y-%m') AS month, count(*) "
        f"FROM ({_walls(zone)}) GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return [(Month.parse(month), count) for month, count in rows]


def tickets_apart(
    here: duckdb.DuckDBPyConnection, there: duckdb.DuckDBPyConnection
) -> tuple[int, int, int]:
    """Return how many tickets only `here`, only `there`, and both know."""
    ours = {row[0] for row in here.execute("SELECT DISTINCT ticket FROM changes").fetchall()}
    theirs = {row[0] for row in there.execute("SELECT DISTINCT ticket FROM changes").fetchall()}
    return len(ours - theirs), len(theirs - ours), len(ours & theirs)


def _walls(zone: ZoneInfo) -> str:
    offset = offset_of_instant_sql("opened", zone)
    return f"SELECT ticket, opened + ({offset}) AS wall FROM ({_FIRSTS})"


def _numbering(connection: duckdb.DuckDBPyConnection) -> list[Remark]:
    """Return gaps in numbering that runs on without many holes; other numbering tells nothing."""
    series = connection.execute(
        f"""
        WITH numbered AS (
            SELECT regexp_extract(ticket, '^(.*?)(\\d{{1,15}})$', 1) AS prefix,
                regexp_extract(ticket, '^(.*?)(\\d{{1,15}})$', 2) AS digits,
                CAST(digits AS BIGINT) AS number
            FROM ({_FIRSTS}) WHERE regexp_matches(ticket, '\\d{{1,15}}$')
        ), stepped AS (
            SELECT prefix, digits, number,
                number - lag(number) OVER (PARTITION BY prefix ORDER BY number) - 1 AS hole
            FROM numbered
        )
        SELECT prefix, count(*), max(number) - min(number) + 1, count(*) FILTER (hole > 0),
            arg_max(number - hole, hole), arg_max(number - 1, hole), max(hole),
            CASE WHEN bool_or(starts_with(digits, '0')) THEN max(length(digits)) ELSE 0 END
        FROM stepped GROUP BY prefix HAVING count(*) >= 20 ORDER BY 1
        """
    ).fetchall()
    remarks = []
    for prefix, count, width, gaps, first, last, hole, digits in series:
        if count == width or count < _DENSE * width:
            continue
        sentence = (
            f"{width - count:,} of {width:,} ticket numbers “{prefix}…” are missing, in "
            f"{gaps:,} gaps; the widest is {prefix}{first:0{digits}d} to {prefix}{last:0{digits}d} "
            f"({hole:,} tickets)."
        )
        remarks.append(Remark(Severity.WARNING, "numbering_gap", sentence))
    return remarks


def _quiet_days(
    connection: duckdb.DuckDBPyConnection, zone: ZoneInfo, holidays: frozenset[date] | None
) -> list[Remark]:
    """Return days without a ticket on weekdays that usually have several, month by month."""
    rows = connection.execute(
        f"""
        WITH opened AS (
            SELECT CAST(make_timestamp(wall * 1000000) AS DATE) AS day, count(*) AS tickets
            FROM ({_walls(zone)}) GROUP BY 1
        ), days AS (
            SELECT CAST(day AS DATE) AS day FROM generate_series(
                (SELECT min(day) FROM opened), (SELECT max(day) FROM opened), INTERVAL 1 DAY
            ) AS every(day)
        ), filled AS (
            SELECT day, coalesce(tickets, 0) AS tickets FROM days LEFT JOIN opened USING (day)
        ), usual AS (
            SELECT isodow(day) AS weekday, median(tickets) AS tickets FROM filled GROUP BY 1
        )
        SELECT day, usual.tickets
        FROM filled JOIN usual ON usual.weekday = isodow(day)
        WHERE filled.tickets = 0 AND usual.tickets >= {_BUSY_DAY} ORDER BY day
        """
    ).fetchall()
    by_month: dict[Month, dict[date, float]] = {}
    for day, usual in rows:
        by_month.setdefault(Month.of_day(day), {})[day] = usual
    return [
        Remark(Severity.WARNING, "quiet_days", sentence)
        for month, days in by_month.items()
        if (sentence := _quiet_sentence(month, days, holidays))
    ]


def _quiet_sentence(
    month: Month, days: Mapping[date, float], holidays: frozenset[date] | None
) -> str:
    """Return what is odd about a month's quiet days; nothing where holidays explain them all."""
    odd = [day for day in days if day not in (holidays or ())]
    if not odd:
        return ""
    their = "its weekday usually has" if len(odd) == 1 else "their weekday usually has"
    counted = "1 day has" if len(odd) == 1 else f"{len(odd):,} days have"
    shown = ", ".join(map(str, odd[:_SHOWN]))
    more = f" and {len(odd) - _SHOWN:,} more" if len(odd) > _SHOWN else ""
    explained = ", ".join(str(day) for day in days if day not in odd)
    said = (
        f"{month.title}: {counted} no ticket although {their} "
        f"{min(days[day] for day in odd):,.0f} or more: {shown}{more}."
    )
    if holidays is None:
        return f"{said} Holidays may explain them."
    return f"{said} A holiday of the calendar explains {explained}." if explained else said


def _limits(file_rows: Iterable[tuple[str, int]]) -> list[Remark]:
    return [
        Remark(
            Severity.WARNING,
            "export_limit",
            f"The file has exactly {rows:,} rows, a usual limit of exports: "
            "the rest may have been cut off.",
            Place(file=name),
        )
        for name, rows in file_rows
        if rows in EXPORT_LIMITS
    ]


def _volumes(volumes: list[tuple[Month, int]]) -> list[Remark]:
    """Compare each month but the first and the last, which may be cut, with those before it."""
    remarks = []
    for index in range(3, len(volumes) - 1):
        month, count = volumes[index]
        usual = median(earlier for _, earlier in volumes[1:index])
        if not _LOW * usual <= count <= _HIGH * usual:
            sentence = (
                f"{month.title} has {count:,} tickets; the months before it have {usual:,.0f} "
                f"in the middle ({count / usual:.0%})."
            )
            remarks.append(Remark(Severity.WARNING, "unusual_volume", sentence))
    return remarks


def _against_stated(volumes: list[tuple[Month, int]], stated: Mapping[Month, int]) -> list[Remark]:
    counted = dict(volumes)
    return [
        Remark(
            Severity.WARNING,
            "stated_volume",
            f"For {month.title} the provider states {volume:,} tickets; the evidence has "
            f"{counted.get(month, 0):,} ({counted.get(month, 0) - volume:+,}).",
        )
        for month, volume in sorted(stated.items())
        if counted.get(month, 0) != volume
    ]

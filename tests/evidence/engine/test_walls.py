"""Wall-clock time becomes UTC as zoneinfo says with fold=0, across every switch of a zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest

from retained.evidence.engine.normalising.walls import (
    oddness_sql,
    offset_of_instant_sql,
    offset_sql,
    switches,
)

ZONES = (
    "Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC",
    "Africa/Casablanca", "America/Sao_Paulo", "Asia/Tehran", "Pacific/Apia",
)  # fmt: skip
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall has no zone


def walls_around(zone: ZoneInfo) -> list[datetime]:
    """Return walls every quarter of an hour around each switch, and every 37 days."""
    around = [
        EPOCH + timedelta(seconds=switch.wall_from + minutes * 60)
        for switch in switches(zone)
        if switch.instant > 0
        for minutes in range(-90, 180, 15)
    ]
    return around + [EPOCH + timedelta(days=days, hours=days % 24) for days in range(1, 40_000, 37)]


@pytest.mark.parametrize("name", ZONES)
def test_utc_of_a_wall_is_that_of_zoneinfo(name: str) -> None:
    zone = ZoneInfo(name)
    walls = walls_around(zone)
    seconds = [int((wall - EPOCH).total_seconds()) for wall in walls]
    rows = duckdb.execute(
        f"SELECT wall - ({offset_sql('wall', zone)}), {oddness_sql('wall', zone)}, "
        f"{offset_of_instant_sql('wall', zone)} FROM (SELECT unnest(?) AS wall)",
        [seconds],
    ).fetchall()
    for wall, second, (utc, odd, offset) in zip(walls, seconds, rows, strict=True):
        aware = wall.replace(tzinfo=zone)
        assert utc == int(aware.timestamp()), wall
        back = datetime.fromtimestamp(utc, tz=UTC).astimezone(zone).replace(tzinfo=None)
        twice = aware.utcoffset() != aware.replace(fold=1).utcoffset() and back == wall
        assert odd == (-1 if back != wall else int(twice)), wall
        local = datetime.fromtimestamp(second, tz=UTC).astimezone(zone)
        assert offset == int((local.utcoffset() or timedelta()).total_seconds())

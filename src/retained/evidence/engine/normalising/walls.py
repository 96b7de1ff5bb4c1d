"""Wall-clock time to UTC as SQL arithmetic, equal to zoneinfo with fold=0.

In   a zone, and the name of a column of wall seconds (local time counted as if it were UTC)
Out  SQL for the zone's offset in seconds, and for whether the wall showed that time twice or never
Why  docs/methods/reading-evidence.md

PEP 495: at a switch from offset `a` to offset `b` at UTC instant T, fold=0 keeps `a` until the
wall shows T + max(a, b); the times from T + min(a, b) up to there were shown twice if b < a, and
never if b > a. The switches are found by asking zoneinfo, so both always agree.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

_DAY = 86_400
_FIRST = -(366 * _DAY)  # a year before 1970, so that every usable time lies inside
_LAST = 4_133_980_800  # 2101-01-01


@dataclass(frozen=True, slots=True)
class Switch:
    """At `instant` (UTC seconds) the offset changes from `before` to `after` (seconds)."""

    instant: int
    before: int
    after: int

    @property
    def wall_from(self) -> int:
        """The first wall second that was shown twice, or never."""
        return self.instant + min(self.before, self.after)

    @property
    def wall_until(self) -> int:
        """The wall second from which the new offset counts."""
        return self.instant + max(self.before, self.after)


@cache
def switches(zone: ZoneInfo) -> tuple[Switch, ...]:
    """Return every change of the zone's offset from 1969 to 2100."""
    found = []
    before = _offset(zone, _FIRST)
    for start in range(_FIRST, _LAST, _DAY):
        after = _offset(zone, start + _DAY)
        if after != before:
            found.append(Switch(_instant(zone, start, before), before, after))
            before = after
    return tuple(found)


def offset_sql(wall: str, zone: ZoneInfo) -> str:
    """Return SQL for the offset that `wall` (an SQL expression) has in `zone`."""
    found = switches(zone)
    offsets = [switch.before for switch in found] + [_offset(zone, _LAST)]
    return _tree(wall, [switch.wall_until for switch in found], lambda index: str(offsets[index]))


def offset_of_instant_sql(instant: str, zone: ZoneInfo) -> str:
    """Return SQL for the offset that `zone` has at `instant`, an SQL expression of UTC seconds."""
    found = switches(zone)
    offsets = [switch.before for switch in found] + [_offset(zone, _LAST)]
    return _tree(instant, [switch.instant for switch in found], lambda index: str(offsets[index]))


def oddness_sql(wall: str, zone: ZoneInfo) -> str:
    """Return SQL: 1 if the wall showed that time twice, -1 if never, 0 otherwise."""
    found = switches(zone)

    def leaf(index: int) -> str:
        if index == len(found):
            return "0"
        switch = found[index]
        mark = 1 if switch.after < switch.before else -1
        return f"CASE WHEN {wall} >= {switch.wall_from} THEN {mark} ELSE 0 END"

    return _tree(wall, [switch.wall_until for switch in found], leaf)


def _tree(wall: str, bounds: Sequence[int], leaf: Callable[[int], str]) -> str:
    """Return a balanced tree of CASEs: about eight comparisons a row for a century."""

    def branch(low: int, high: int) -> str:
        if low == high:
            return leaf(low)
        middle = (low + high) // 2
        left, right = branch(low, middle), branch(middle + 1, high)
        return f"CASE WHEN {wall} < {bounds[middle]} THEN {left} ELSE {right} END"

    return branch(0, len(bounds))


def _offset(zone: ZoneInfo, instant: int) -> int:
    offset = datetime.fromtimestamp(instant, tz=UTC).astimezone(zone).utcoffset()
    if offset is None:
        raise ValueError(f"{zone} has no offset")
    return int(offset.total_seconds())


def _instant(zone: ZoneInfo, start: int, before: int) -> int:
    """Return the first second after `start` whose offset is no longer `before`."""
    low, high = start, start + _DAY
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high

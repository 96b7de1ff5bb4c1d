"""What business_time_1m.py runs in the peers' own environment: JSON in, JSON out.

Standard library and the peer only; moments are UTC seconds, answers are seconds.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from datetime import time as wall_time
from zoneinfo import ZoneInfo

ZONE = "Europe/Berlin"


def main() -> None:
    """Read the question, measure the peer, print its answers."""
    asked = json.load(sys.stdin)
    peers = {"pm4py": _pm4py, "businesstimedelta": _businesstimedelta}
    holidays = [date.fromisoformat(day) for day in asked["holidays"]]
    seconds_between = peers[asked["peer"]](holidays)
    zone = ZoneInfo(ZONE)
    starts, ends = (
        [datetime.fromtimestamp(t, zone).replace(tzinfo=None) for t in side]
        for side in asked["intervals"]
    )
    begun = time.perf_counter()
    found = [seconds_between(a, b) for a, b in zip(starts, ends, strict=True)]
    print(json.dumps({"seconds": time.perf_counter() - begun, "found": found}))


def _pm4py(holidays: list[date]) -> Callable[[datetime, datetime], int]:
    from pm4py.util.business_hours import BusinessHours  # noqa: PLC0415 - one peer at a time
    from workalendar.core import Calendar  # noqa: PLC0415

    class Days(Calendar):
        WEEKEND_DAYS = (5, 6)

        def holidays(self, year: int | None = None) -> list[tuple[date, str]]:
            return [(day, "") for day in holidays if year in {None, day.year}]

    slots = [((d * 24 + 8) * 3600, (d * 24 + 18) * 3600) for d in range(5)]
    days = Days()
    aware = UTC

    def seconds(start: datetime, end: datetime) -> int:
        hours = BusinessHours(
            start.replace(tzinfo=aware),
            end.replace(tzinfo=aware),
            business_hour_slots=slots,
            workcalendar=days,
        )
        return int(hours.get_seconds())

    return seconds


def _businesstimedelta(holidays: list[date]) -> Callable[[datetime, datetime], int]:
    import businesstimedelta as peer  # noqa: PLC0415 - one peer at a time

    work = peer.WorkDayRule(
        start_time=wall_time(8), end_time=wall_time(18), working_days=[0, 1, 2, 3, 4]
    )
    rules = peer.Rules([work, peer.HolidayRule(dict.fromkeys(holidays, "closed"))])

    def seconds(start: datetime, end: datetime) -> int:
        span = rules.difference(start, end)
        return int(span.hours * 3600 + span.seconds)

    return seconds


if __name__ == "__main__":
    main()

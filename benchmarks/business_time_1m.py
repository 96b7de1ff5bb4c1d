"""Business time of a million intervals, ours beside numpy's, pm4py's and businesstimedelta's.

    python benchmarks/business_time_1m.py [PYTHON_OF_THE_PEERS]

The calendar is Monday to Friday 08:00-18:00 in Berlin less the holidays of Nordrhein-Westfalen,
2020 to 2025. numpy counts whole days (`busday_count`) and clips the first and last on the wall;
its inputs are wall times already, which is to its advantage. The slow peers do a part of the
intervals in a virtual environment of their own (requirements/peers.lock), in the same run; all
results are compared with ours. Promises: 5 x numpy, 100 x pm4py, 500 x businesstimedelta.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from retained.shared.business_time import business_time
from retained.shared.calendars import Calendar, parse_windows, public_holidays_of

INTERVALS = 1_000_000
OF_PM4PY = 20_000
OF_BUSINESSTIMEDELTA = 2_000
ZONE = "Europe/Berlin"
FIRST = int(datetime(2020, 1, 2, tzinfo=UTC).timestamp())
LAST = int(datetime(2025, 12, 20, tzinfo=UTC).timestamp())
ROUNDS = 9  # the best of them counts: what else the machine does only ever adds
OPENS, CLOSES = 8 * 3600, 18 * 3600


def main(peers: str | None) -> None:
    """Measure and print the ratios."""
    closed = (parse_windows(["08:00-18:00"]),) * 5 + ((), ())
    calendar = Calendar(ZONE, closed, country="DE", subdivision="NW")
    days = sorted(day for year in range(2020, 2026) for day in public_holidays_of("DE", "NW", year))
    chance = np.random.default_rng(20261109)
    starts = chance.integers(FIRST, LAST - 90 * 86_400, INTERVALS)
    ends = starts + np.exp(chance.normal(11, 1.2, INTERVALS)).astype(np.int64) % (89 * 86_400)
    hours = business_time(calendar, FIRST, LAST)
    wall_starts, wall_ends = _on_the_wall(starts), _on_the_wall(ends)
    busy = np.busdaycalendar("1111100", np.array(days, dtype="datetime64[D]"))

    ours, own = _measured(lambda: hours.at(ends) - hours.at(starts))
    theirs, numpys = _measured(lambda: _with_numpy(wall_starts, wall_ends, busy))
    wrong = int((own != numpys).sum())
    _say("ours", ours, 1.0, "")
    _say("numpy busday", theirs, theirs / ours, f"{wrong:,} of {INTERVALS:,} differ")
    if peers is None:
        print("The slow peers were left out: name the Python of their environment.")
        return
    for name, count in (("pm4py", OF_PM4PY), ("businesstimedelta", OF_BUSINESSTIMEDELTA)):
        some = np.stack([starts[:count], ends[:count]]).tolist()
        seconds, found = _of_peer(peers, name, some, [str(day) for day in days])
        each = seconds / count * INTERVALS
        wrong = int((np.array(found) != own[:count]).sum())
        _say(name, each, each / ours, f"{wrong:,} of {count:,} differ; scaled up")


def _on_the_wall(moments: np.ndarray) -> np.ndarray:
    """Return wall seconds: shifted by hand, since numpy knows no zones."""
    hourly = np.arange(FIRST - FIRST % 3600, LAST + 90 * 86_400, 3600)
    zone = ZoneInfo(ZONE)
    offsets = np.array(
        [datetime.fromtimestamp(int(t), zone).utcoffset().total_seconds() for t in hourly]
    ).astype(np.int64)
    return moments + offsets[(moments - hourly[0]) // 3600]


def _with_numpy(starts: np.ndarray, ends: np.ndarray, busy: np.busdaycalendar) -> np.ndarray:
    first, last = starts // 86_400, ends // 86_400
    first_days, last_days = first.astype("datetime64[D]"), last.astype("datetime64[D]")
    whole = np.busday_count(first_days, last_days, busdaycal=busy) * (CLOSES - OPENS)
    opened = np.is_busday(first_days, busdaycal=busy)
    closed = np.is_busday(last_days, busdaycal=busy)
    before = np.clip(starts - first * 86_400 - OPENS, 0, CLOSES - OPENS) * opened
    after = np.clip(ends - last * 86_400 - OPENS, 0, CLOSES - OPENS) * closed
    return whole - before + after


def _measured(work: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    times, result = [], work()
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - begun)
    return min(times), result


def _of_peer(
    python: str, name: str, intervals: list[list[int]], days: list[str]
) -> tuple[float, list[int]]:
    told = json.dumps({"peer": name, "intervals": intervals, "holidays": days})
    script = Path(__file__).with_name("business_time_peers.py")
    ran = subprocess.run(
        [python, str(script)], input=told, capture_output=True, text=True, check=True
    )
    answer = json.loads(ran.stdout.splitlines()[-1])
    return answer["seconds"], answer["found"]


def _say(name: str, seconds: float, ratio: float, more: str) -> None:
    rate = INTERVALS / seconds / 1e6
    print(f"{name:18} {seconds:10.3f} s a million, {rate:10.4f} M/s, {ratio:9.1f} x ours  {more}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)

"""Agreements for tests: the worked example, and a strategy that makes any agreement."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from retained.contracts.engine.level_terms import LOWER_IS_BETTER, SHARES, TIMES, Measure
from retained.shared.calendars import WEEKDAYS
from retained.shared.states import WAITING, State

EXAMPLE = """\
schema: retained/agreement/1
reference: AG-7
title: Service desk
client: Lindenhof Bank
provider: Brightdesk
currency: EUR
time_zone: Europe/Amsterdam
from: 2026-01-01
until: 2028-12-31
credit_base: {amount: 92000.00, per: month}
calendars:
  office: {hours: {monday-friday: ["08:00-18:00"]}, holidays: NL}
  always: 24x7
clocks:
  resolve:
    starts: opened
    stops: resolved
    pauses_in: [waiting_client]
    on_reopening: resume
    priority: last
    calendar: {default: office, priority: {"1": always}}
service_levels:
  - id: in-time
    title: Resolved in time
    source: brightdesk
    tickets: {priority: ["1", "2", "3"]}
    clock: resolve
    measure: within_target
    targets: {"1": 4h, "2": 8h, "3": 3 working days}
    month_of: stop
    open_past_target: missed
    expected: 95 %
    minimum: 90 %
    minimum_volume: 0
    credit: {allocation: 40 %, below_expected: 50 %, below_minimum: 100 %}
credits: {at_risk: 12 %, repeated: {from: 3, times: 1.5}}
"""

_NAMES = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
_TITLES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn"]),
    min_size=1,
    max_size=30,
)
_DAYS = st.dates(date(2025, 1, 1), date(2030, 12, 31))
_PERCENT = st.decimals(0, 100, places=2).map(lambda value: f"{value:f} %")
_AMOUNTS = st.decimals(0, 10**9, places=2).map(str)
_TIMES_TO_DO = st.one_of(
    st.integers(1, 400).map(lambda hours: f"{hours}h"),
    st.integers(1, 90).map(lambda minutes: f"{minutes} min"),
    st.sampled_from(["1h 30min", "90 s", "0.5 working days", "3 working days", "1 working day"]),
)
_WINDOWS = st.sampled_from(
    [["08:00-18:00"], ["08:00-12:00", "13:00-17:30"], ["22:00-06:00"], ["00:00-24:00"]]
)


def agreements() -> st.SearchStrategy[dict[str, Any]]:
    """Return documents of agreements, in every form that people may write them."""
    return st.composite(_agreement)()


def _agreement(draw: st.DrawFn) -> dict[str, Any]:
    calendars = draw(st.dictionaries(_NAMES, _calendars(), min_size=1, max_size=3))
    clocks = draw(st.dictionaries(_NAMES, _clocks(sorted(calendars)), min_size=1, max_size=3))
    levels = draw(
        st.lists(_levels(sorted(clocks)), min_size=1, max_size=4, unique_by=lambda x: x["id"])
    )
    start = draw(_DAYS)
    document = {
        "schema": "retained/agreement/1",
        "reference": draw(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,9}", fullmatch=True)),
        "title": draw(_TITLES),
        "client": draw(_TITLES),
        "provider": draw(_TITLES),
        "currency": draw(st.sampled_from(["EUR", "USD", "JPY"])),
        "time_zone": draw(st.sampled_from(["Europe/Amsterdam", "America/New_York", "UTC"])),
        "from": str(start),
        "until": str(max(draw(_DAYS), start)),
        "answer": {"within_days": draw(st.integers(0, 60)), "silence": draw(_SILENCES)},
        "credit_base": {"amount": draw(_AMOUNTS), "months": {"2026-10": draw(_AMOUNTS)}},
        "calendars": calendars,
        "clocks": clocks,
        "service_levels": levels,
        "credits": draw(_credits(levels)),
    }
    return {key: value for key, value in document.items() if draw(st.booleans()) or key != "answer"}


_SILENCES = st.sampled_from(["agreed", "disputed", "nothing"])


def _calendars() -> st.SearchStrategy[Any]:
    spans = st.sampled_from(
        [
            ["monday-friday"],
            ["mon-fri", "saturday"],
            list(WEEKDAYS),
            ["monday-sunday"],
            ["saturday-monday"],
        ]
    )
    hours = spans.flatmap(lambda names: st.fixed_dictionaries(dict.fromkeys(names, _WINDOWS)))
    frozen = st.fixed_dictionaries(
        {"country": st.just("NL"), "frozen": st.dictionaries(st.just("2026"), st.lists(_DAY_TEXTS))}
    )
    whole = st.fixed_dictionaries(
        {"hours": hours},
        optional={
            "holidays": st.sampled_from(["", "NL", "DE-NW", "NO"]) | frozen,
            "added": st.dictionaries(_DAY_TEXTS, _WINDOWS, max_size=2),
            "removed": st.lists(_DAY_TEXTS, max_size=2),
            "time_zone": st.sampled_from(["", "Asia/Kolkata"]),
        },
    )
    return st.just("24x7") | whole


_DAY_TEXTS = _DAYS.map(str)


def _clocks(calendars: list[str]) -> st.SearchStrategy[Any]:
    names = st.sampled_from(calendars)
    choice = names | st.fixed_dictionaries(
        {"default": names},
        optional={
            "priority": st.dictionaries(st.sampled_from(["1", "2"]), names),
            "service": st.dictionaries(_NAMES, names, max_size=2),
        },
    )
    return st.fixed_dictionaries(
        {"calendar": choice},
        optional={
            "starts": st.sampled_from(["opened", "assigned", "in_progress"]),
            "stops": st.sampled_from(["resolved", "closed"]),
            "pauses_in": st.lists(
                st.sampled_from([str(state) for state in (*WAITING, State.NEW)]), unique=True
            ),
            "on_reopening": st.sampled_from(["resume", "new_cycle", "ignore"]),
            "priority": st.sampled_from(["last", "first", "split"]),
            "cancelled": st.sampled_from(["leave_out", "count"]),
        },
    )


def _levels(clocks: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.composite(_level)(clocks)


def _level(draw: st.DrawFn, clocks: list[str]) -> dict[str, Any]:
    measure = draw(st.sampled_from(Measure))
    levels = sorted(draw(st.lists(st.integers(1, 99), min_size=2, max_size=2, unique=True)))
    unit = "{} %" if measure in SHARES else "{}h" if measure in TIMES else "{}"
    worse, better = (reversed(levels)) if measure in LOWER_IS_BETTER else levels
    level: dict[str, Any] = {
        "id": draw(_NAMES),
        "title": draw(_TITLES),
        "source": draw(_NAMES),
        "tickets": draw(st.sampled_from([{}, {"priority": "1"}, {"priority": ["1", "2"]}])),
        "clock": draw(st.sampled_from(clocks)),
        "measure": str(measure),
        "targets": draw(st.dictionaries(st.sampled_from(["1", "2", "any"]), _TIMES_TO_DO)),
        "expected": unit.format(better),
        "month_of": draw(st.sampled_from(["opened", "stop", "due"])),
        "open_past_target": draw(st.sampled_from(["missed", "open"])),
        "minimum_volume": draw(st.integers(0, 20)),
        "small_volume": draw(st.sampled_from(["no_verdict", "carry", "pool", "failures"])),
        "critical": draw(st.booleans()),
    }
    if measure is Measure.WITHIN_TARGET:
        level["targets"] |= {"any": draw(_TIMES_TO_DO)}
    if measure is Measure.PERCENTILE:
        level["percentile"] = draw(st.sampled_from(["90 %", "99.5 %"]))
    if draw(st.booleans()):
        level["minimum"] = unit.format(worse)
    if draw(st.booleans()):
        level["round_to"] = draw(st.integers(0, 3))
    level["credit"] = draw(_credit(unit.format(better), measure in SHARES))
    return level


def _credit(below: str, is_share: bool) -> st.SearchStrategy[dict[str, Any]]:
    allocation = {"allocation": st.just("25 %")}
    ways = [
        st.fixed_dictionaries(
            {**allocation, "below_expected": _PERCENT, "below_minimum": _PERCENT}
        ),
        st.fixed_dictionaries(
            {
                **allocation,
                "ladder": st.lists(
                    st.fixed_dictionaries({"below": st.just(below), "share": _PERCENT}),
                    min_size=1,
                    max_size=3,
                ),
            }
        ),
        st.fixed_dictionaries(
            {
                "bands": st.lists(
                    st.fixed_dictionaries(
                        {"points": st.integers(0, 5).map(str)},
                        optional={"at_least": st.just(below), "at_most": st.just(below)},
                    ),
                    min_size=1,
                    max_size=3,
                )
            }
        ),
    ]
    if is_share:
        per_point = st.fixed_dictionaries({"share": _PERCENT, "each": st.just("1 %")})
        ways.append(st.fixed_dictionaries({**allocation, "per_point": per_point}))
    return st.one_of(ways)


def _credits(levels: list[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    triggers = st.lists(
        st.one_of(
            st.fixed_dictionaries({"in_a_row": st.integers(1, 6)}),
            st.fixed_dictionaries({"misses": st.integers(1, 6), "of_months": st.integers(6, 12)}),
            st.fixed_dictionaries(
                {"credits_over": _AMOUNTS, "lapses_after_days": st.integers(0, 90)}
            ),
        ),
        max_size=3,
    ).map(lambda found: [{"id": f"t{n}", "title": "A right", **t} for n, t in enumerate(found)])
    return st.fixed_dictionaries(
        {"at_risk": st.sampled_from(["12 %", "0.5 %", "100 %"])},
        optional={
            "pool": st.just(f"{max(100, 25 * len(levels))} %"),
            "repeated": st.just({"from": "3", "times": "1.5"}),
            "point_values": st.just([{"from_points": "10", "share": "2 %"}]),
            "earn_back": _earn_back(levels),
            "triggers": triggers,
        },
    )


def _earn_back(levels: list[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Return ways to earn a credit back that fit every measure: the year fits shares alone."""
    shares = {"within_target", "first_time", "reopen_share"}
    ways = [st.fixed_dictionaries({"following_months": st.integers(1, 12).map(str)})]
    if all(level.get("measure", "within_target") in shares for level in levels):
        ways.append(st.just({"contract_year": True}))
    options = st.fixed_dictionaries(
        {},
        optional={
            "at_most": st.sampled_from(["50 %", "33.33 %"]),
            "not_below_minimum": st.booleans(),
            "not_critical": st.booleans(),
        },
    )
    return st.tuples(st.one_of(ways), options).map(lambda parts: parts[0] | parts[1])

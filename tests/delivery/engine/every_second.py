"""A slow oracle: a ticket's clock found by asking every second what the ticket and the wall said.

Nothing of the engine is used. Changes must lie at different seconds: a state that lasted no
second leaves no trace here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from shared.seconds_table import SecondsTable

# How far a ticket has come. A clock that starts or stops at a state does so at any later one.
FAR = {
    "new": 0, "assigned": 1, "in_progress": 2, "waiting_client": 2, "waiting_third_party": 2,
    "resolved": 3, "closed": 4,
}  # fmt: skip
AT = {"opened": 0, "assigned": 1, "in_progress": 2, "resolved": 3, "closed": 4}
RUNS, STANDS, STOPPED = 0, 1, 2

Row = tuple[int, str | None, str | None]  # moment, state, priority


@dataclass(frozen=True)
class Rule:
    """The clock as the test writes it; `targets` and `tables` are by priority.

    A table of increments says how much of a target each second uses up: 1 or 0 where targets are
    seconds, parts of a working day where they are days.
    """

    starts: str
    stops: str
    pauses: tuple[str, ...]
    reopening: str
    priority: str
    targets: Mapping[str, int]
    open: Mapping[str, SecondsTable]
    parts: Mapping[str, npt.NDArray[np.int64]]


@dataclass(frozen=True)
class Slow:
    clock: int
    paused: int
    verdict: str
    started_at: int | None
    stopped_at: int | None
    due_at: int | None


def slow_result(rows: Sequence[Row], rule: Rule, *, as_of: int) -> Slow:
    moments, states, priorities = _filled([row for row in rows if row[0] <= as_of])
    seconds = np.arange(moments[0], as_of + 1)  # the last one is the moment of looking itself
    which = np.searchsorted(moments, seconds, side="right") - 1
    phases = np.array([_phase(state, rule) for state in states])[which]
    begun = [n for n, state in enumerate(states) if _has_begun(state, rule)]
    cancelled = states[-1] == "cancelled"
    if not begun:
        return Slow(0, 0, "excluded" if cancelled else "open", None, None, None)
    started = moments[begun[0]]
    phases[seconds < started] = STOPPED
    if rule.reopening == "ignore":
        stops = np.flatnonzero((phases == STOPPED) & (seconds >= started))
        phases[stops[0] if len(stops) else len(phases) :] = STOPPED
    stopped_at = _last_stop(phases, seconds, started)
    opened = "new" in states or rule.starts != "opened"
    if not cancelled and (not opened or (phases == STOPPED).all()):
        return Slow(0, 0, "unusable", None, None, None)
    priority = np.array(priorities)[which]
    if rule.priority != "split":
        known = priorities[which[0]] if rule.priority == "first" else None
        looked = as_of if stopped_at is None else stopped_at
        priority[:] = known or priority[looked - moments[0]]
    clock, share, due_at = _of_cycles(phases, priority, seconds, rule)
    if cancelled:
        verdict = "excluded"
    elif stopped_at is None:
        verdict = "missed" if share > 1 else "open"
    else:
        verdict = "met" if share <= 1 else "missed"
    paused = int((phases[:-1] == STANDS).sum())
    return Slow(clock, paused, verdict, started, stopped_at, due_at)


def _filled(rows: Sequence[Row]) -> tuple[list[int], list[str], list[str]]:
    states: list[str] = []
    priorities: list[str] = []
    for _, state, priority in rows:
        states.append(state or states[-1])
        priorities.append(priority or priorities[-1])
    return [moment for moment, _, _ in rows], states, priorities


def _phase(state: str, rule: Rule) -> int:
    if state == "cancelled" or FAR[state] >= AT[rule.stops]:
        return STOPPED
    return STANDS if state in rule.pauses else RUNS


def _has_begun(state: str, rule: Rule) -> bool:
    return rule.starts == "opened" or (state != "cancelled" and FAR[state] >= AT[rule.starts])


def _last_stop(
    phases: npt.NDArray[np.int64], seconds: npt.NDArray[np.int64], started: int
) -> int | None:
    if phases[-1] != STOPPED:
        return None
    going = np.flatnonzero(phases != STOPPED)
    return int(seconds[going[-1]]) + 1 if len(going) else started


def _of_cycles(
    phases: npt.NDArray[np.int64],
    priority: npt.NDArray[np.str_],
    seconds: npt.NDArray[np.int64],
    rule: Rule,
) -> tuple[int, Fraction, int | None]:
    """Return clock, used share of the target, and when it was used up."""
    is_open = np.zeros(len(seconds), dtype=np.int64)
    used: dict[str, npt.NDArray[np.int64]] = {}
    for name in rule.targets:
        table = rule.open[name]
        own = priority == name
        first = int(seconds[0])
        is_open += own * table.is_open(first, first + len(seconds))
        used[name] = own * rule.parts[name][first - table.first :][: len(seconds)]
    running = (phases == RUNS) & (seconds < seconds[-1])
    cycle = np.cumsum(phases == STOPPED) if rule.reopening == "new_cycle" else running * 0
    best: tuple[Fraction, int] = (Fraction(0), 0)
    due_at = None
    for number in np.unique(cycle[running]):
        mine = running & (cycle == number)
        share = sum(
            (Fraction(int(used[name][mine].sum()), rule.targets[name]) for name in used),
            Fraction(0),
        )
        best = max(best, (share, int(is_open[mine].sum())))
        due_at = _used_up(mine, used, seconds, rule)
    return best[1], best[0], due_at


def _used_up(
    mine: npt.NDArray[np.bool_],
    used: Mapping[str, npt.NDArray[np.int64]],
    seconds: npt.NDArray[np.int64],
    rule: Rule,
) -> int | None:
    share = sum(np.cumsum(used[name] * mine) / rule.targets[name] for name in used)
    reached = np.flatnonzero(share >= 1 - 1e-9)
    return int(seconds[reached[0]]) + 1 if len(reached) else None

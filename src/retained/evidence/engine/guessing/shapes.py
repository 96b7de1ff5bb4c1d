"""Which shape the rows of a file have, told by the words of its header and by what repeats.

In   a Sample whose times are found, the file's name
Out  the shape, the columns of its roles, and what else the mapping must say
Why  docs/guide/evidence.md
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from retained.evidence.engine.guessing.sample import Sample, plain
from retained.evidence.engine.guessing.words import (
    CLOCK_WORDS,
    CUT_OFF_WORDS,
    ROLE_WORDS,
    is_resolution,
)
from retained.evidence.engine.mapping import STEPS, Shape
from retained.evidence.engine.normalising.columns import any_moment_sql

_SNAPSHOT_NAME = re.compile(r"snapshot|month ?end|\beom\b|backlog|open tickets|stand|cut ?off")
_DATES_IN_NAMES = (
    (r"\d{4}-\d{2}-\d{2}", "%Y-%m-%d"),
    (r"\d{4}_\d{2}_\d{2}", "%Y_%m_%d"),
    (r"\d{8}", "%Y%m%d"),
    (r"\d{4}-\d{2}", "%Y-%m"),
    (r"\d{4}_\d{2}", "%Y_%m"),
    (r"\d{6}", "%Y%m"),
)
_CLOCK_OF_A_TOOL = r"\bsla\b|service level|metric|goal|elapsed|stage"
_NAMES_OF_CLOCKS = (r"^(task )?sla( (definition|name))?$", r"^(sla )?metric( name)?$", r"^target$")
_UNITS = (
    (r"minute|\bmins?\b", "minutes"), (r"hour|\bhrs?\b", "hours"), (r"\bdays?\b", "days"),
)  # fmt: skip


@dataclass(slots=True)
class GuessedShape:
    """A shape, the columns of its roles, and further fields of the part of the mapping."""

    shape: Shape
    roles: dict[str, str]
    more: dict[str, Any] = field(default_factory=dict)


def guessed_shape(sample: Sample, name: str) -> GuessedShape:
    """Return what the rows of a file seem to be."""
    return _clock_table(sample) or _snapshots(sample, name) or _history(sample)


def proposed_roles(sample: Sample) -> dict[str, str]:
    """Return a likely column for every role of any shape, for whoever chooses another shape."""
    words = (ROLE_WORDS, CLOCK_WORDS, {"cut_off": CUT_OFF_WORDS})
    found: dict[str, str] = {}
    for some in words:
        found = sample.roles(some) | found
    return found


def _with_ticket(sample: Sample, roles: dict[str, str]) -> dict[str, str]:
    """Take the first column for the ticket where no name tells it."""
    return roles if "ticket" in roles else {"ticket": sample.columns[0], **roles}


def _clock_table(sample: Sample) -> GuessedShape | None:
    """Return a tool's own clocks: a start and a stop, and a verdict or pauses beside them."""
    roles = sample.roles(CLOCK_WORDS)
    names_a_clock = sample.named(_CLOCK_OF_A_TOOL) is not None
    has_opening = "opened" in sample.roles(ROLE_WORDS)
    judged = {"breached", "reported", "paused"} & set(roles)
    if not ({"ticket", "start", "stop"} <= set(roles) and judged):
        return None
    if has_opening and not names_a_clock:
        return None  # a ticket with the times of its steps, one of which is the start of the work
    sample.reasons.append(
        f"Rows have a start (“{roles['start']}”), a stop (“{roles['stop']}”) and "
        f"“{roles[min(judged)]}”: a row is a tool's own clock of a ticket."
    )
    more: dict[str, Any] = {}
    _read_pauses(sample, roles, more)
    only = _one_clock_a_ticket(sample, roles["ticket"])
    if only:
        more["only"] = only
    return GuessedShape(Shape.CLOCK_TABLE, roles, more)


def _read_pauses(sample: Sample, roles: dict[str, str], more: dict[str, Any]) -> None:
    """Find the unit of the pauses; leave a column that holds no durations out."""
    column = roles.get("paused")
    if column is None:
        return
    total, readable = sample.one(
        "SELECT count(*), count(*) FILTER (TRY_CAST(replace(value, ',', '.') AS DOUBLE) IS NOT NULL"
        r" OR regexp_full_match(value, '\d{1,6}:[0-5]\d(:[0-5]\d)?')) "
        f"FROM {sample.values(column)}"
    )
    if readable < 0.9 * total:
        del roles["paused"]
        sample.reasons.append(
            f"“{column}” holds texts that are no durations (like 600 or 0:10:00): pauses are "
            "unknown unless it is exported as a number."
        )
        return
    unit = next((unit for word, unit in _UNITS if re.search(word, plain(column))), "seconds")
    more["hold_unit"] = unit
    sample.reasons.append(f"“{column}” is read as {unit}: please check.")


def _one_clock_a_ticket(sample: Sample, ticket: str) -> dict[str, list[str]]:
    """Return which rows to read where a table holds several clocks of one ticket.

    Cancelled ones are left out, and of the others those that end with the resolution are read.
    """
    if sample.distinct(ticket) == sample.rows:
        return {}
    only: dict[str, list[str]] = {}
    stage = sample.named(r"^(stage|status|state)$")
    stages = sample.frequent_values(stage) if stage else []
    if stage and any("cancel" in value.casefold() for value in stages):
        only[stage] = [value for value in stages if "cancel" not in value.casefold()]
        sample.reasons.append(f"Clocks that were cancelled are left out by “{stage}”.")
    name = sample.named(*_NAMES_OF_CLOCKS)
    clocks = sample.frequent_values(name) if name else []
    if name and len(clocks) > 1:
        only[name] = [clock for clock in clocks if is_resolution(clock)] or clocks[:1]
        sample.reasons.append(
            f"Tickets repeat under {len(clocks)} clocks in “{name}”: only "
            f"{', '.join(f'“{clock}”' for clock in only[name])} is read. For another one send the "
            "file again under a source of its own."
        )
    return only


def _snapshots(sample: Sample, name: str) -> GuessedShape | None:
    """Return repeated looks at the same tickets, their date in a column or in the file's name."""
    found = _snapshots_by_column(sample)
    if found is not None:
        return found
    cut_off = _cut_off_in(name)
    roles = _with_ticket(sample, _ticket_roles(sample.roles(ROLE_WORDS)))
    if cut_off is None or "opened" not in roles or sample.distinct(roles["ticket"]) < sample.rows:
        return None
    sample.reasons.append(
        "The file's name speaks of a cut-off and holds its date: a row is a ticket as it stood "
        "then, and of several files the latest counts."
    )
    return GuessedShape(Shape.SNAPSHOTS, roles, {"cut_off": cut_off})


def _snapshots_by_column(sample: Sample) -> GuessedShape | None:
    named = sample.roles({"cut_off": CUT_OFF_WORDS}).get("cut_off")
    words = {role: patterns for role, patterns in ROLE_WORDS.items() if role != "at"}
    roles = _with_ticket(sample, _ticket_roles(sample.roles(words)))
    steps = {column for role, column in roles.items() if role in STEPS}
    candidates = [named] if named else [one for one in sample.moments if one not in steps]
    for column in candidates:
        if column not in steps and "opened" in roles and _is_cut_off(sample, roles, column):
            dates = sample.distinct(column)
            sample.reasons.append(
                f"“{column}” holds {dates:,} {'date' if dates == 1 else 'dates'}, and no ticket "
                "stands twice under one: a row is a ticket as it stood then; the latest counts."
            )
            return GuessedShape(Shape.SNAPSHOTS, {**roles, "cut_off": column})
    return None


def _is_cut_off(sample: Sample, roles: dict[str, str], column: str) -> bool:
    """Whether a column holds cut-offs: no ticket stands twice under one of them.

    A name such as “report date” may also tell when a ticket was reported: then the dates must be
    few. Where no name says it, tickets must repeat with the same opening, under month's ends.
    """
    ticket, opened = roles["ticket"], roles["opened"]
    if sample.distinct(ticket, column) < sample.rows:
        return False
    sure, likely = (re.search(words, plain(column)) for words in CUT_OFF_WORDS)
    if sure:
        return True
    dates, tickets = sample.distinct(column), sample.distinct(ticket)
    if dates > 1 and dates * 2 > sample.rows:
        return False
    repeats = tickets < sample.rows and sample.distinct(ticket, opened) == tickets
    return bool(likely) or (repeats and _all_month_ends(sample, column))


def _all_month_ends(sample: Sample, column: str) -> bool:
    """Whether every date of a column is the last day of a month or the first of the next."""
    form = sample.moments[column]
    day = (
        "TRY_CAST(value AS DATE)"
        if form == "iso"
        else f"TRY_CAST(try_strptime(value, '{form}') AS DATE)"
    )
    other = f"day({day}) <> 1 AND {day} <> last_day({day})"
    known = any_moment_sql("value", form)
    found = sample.one(
        f"SELECT count(*) FILTER ({day} IS NULL OR ({other})), count({known}) "
        f"FROM {sample.values(column)}"
    )
    return bool(found[0] == 0 and found[1] > 0)


def _cut_off_in(name: str) -> str | None:
    """Return a snapshot's file name with its date as a pattern, or None if it is none."""
    if not _SNAPSHOT_NAME.search(plain(Path(name).stem)):
        return None
    for digits, form in _DATES_IN_NAMES:
        found = re.search(rf"(?<!\d){digits}(?!\d)", name)
        if found:
            before, after = name[: found.start()], name[found.end() :]
            return before.replace("%", "%%") + form + after.replace("%", "%%")
    return None


def _ticket_roles(roles: dict[str, str]) -> dict[str, str]:
    """Leave out what a row about a whole ticket has not."""
    return {role: name for role, name in roles.items() if role not in {"at", "state", "sequence"}}


def _history(sample: Sample) -> GuessedShape:
    """Return tickets with the times of their steps, updates, or changes of state."""
    roles = _with_ticket(sample, sample.roles(ROLE_WORDS))
    is_once = sample.distinct(roles["ticket"]) == sample.rows
    if is_once or "state" not in roles or not sample.moments:
        sample.reasons.append("Each row is another ticket: the rows hold the times of its steps.")
        return GuessedShape(Shape.STAMPS, _needing(sample, _ticket_roles(roles), "opened", roles))
    if any(role in roles for role in STEPS):
        sample.reasons.append("Tickets repeat, with a state and fixed times: a row is an update.")
        shape = Shape.UPDATES
    else:
        sample.reasons.append("Tickets repeat, with a state: a row is a change of state.")
        shape = Shape.STATE_CHANGES
    # Later stamps repeated on each row are the last ones: the states of the rows know better.
    left = {"hold", *STEPS} - {"opened"}
    kept = {role: name for role, name in roles.items() if role not in left}
    return GuessedShape(shape, _needing(sample, kept, "at", roles))


def _needing(
    sample: Sample, kept: dict[str, str], needed: str, found: dict[str, str]
) -> dict[str, str]:
    """Return the roles with the one time that the shape cannot do without."""
    if needed in kept:
        return kept
    taken = set(found.values())
    spare = [column for column in sample.moments if column not in taken] or list(sample.moments)
    other = next((found[role] for role in ("at", "opened") if role in found), None)
    column = spare[0] if spare else other
    if column is None:
        return kept
    return {role: name for role, name in kept.items() if name != column} | {needed: column}

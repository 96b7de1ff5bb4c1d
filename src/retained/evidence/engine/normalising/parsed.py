"""One staged file as typed rows, each with a bit for every fault that it has.

In   a staged file, its mapping
Out  SQL for the typed rows, and the checks behind the bits
Why  docs/methods/reading-evidence.md
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from retained.evidence.engine.mapping import STEPS, FileMapping, Mapping, Shape
from retained.evidence.engine.normalising import columns as cells
from retained.evidence.engine.normalising import walls
from retained.evidence.engine.normalising.faults import FAULTS
from retained.evidence.engine.sql_text import literal, quoted
from retained.evidence.engine.staging.staged import ROW, StagedFile
from retained.shared.remarks import Severity

EVENT_SHAPES = (Shape.STATE_CHANGES, Shape.UPDATES)
_MOMENTS = ("at", *STEPS, "start", "stop", "cut_off")
_DURATIONS = ("hold", "paused")
_PASSED_ON = ("actor", "reason", "row_id", "version", "sequence")


@dataclass(frozen=True, slots=True)
class Check:
    """A fault, the column that it points to, and the SQL condition over the typed rows."""

    code: str
    column: str
    condition: str


@dataclass(slots=True)
class Parsing:
    """The SELECT of one file's typed rows, as it is put together."""

    staged: StagedFile
    file: FileMapping
    mapping: Mapping
    latest_second: int
    checks: list[Check] = field(default_factory=list)

    @property
    def is_events(self) -> bool:
        """Whether a row of the file is a moment of a ticket, not a ticket."""
        return self.file.shape in EVENT_SHAPES

    @property
    def zone(self) -> ZoneInfo:
        """The zone of times without an offset."""
        return self.mapping.zone_of(self.file)

    @property
    def moments(self) -> list[str]:
        """The mapped roles that hold a time."""
        return [role for role in _MOMENTS if role in self.file.columns]

    @property
    def steps(self) -> list[str]:
        """The mapped stamps of steps."""
        return [role for role in STEPS if role in self.file.columns]

    @property
    def durations(self) -> list[str]:
        """The mapped roles that hold a duration."""
        return [role for role in _DURATIONS if role in self.file.columns]

    @property
    def error_mask(self) -> int:
        """The bits of faults that make a row unusable."""
        return sum(
            1 << bit
            for bit, check in enumerate(self.checks)
            if FAULTS[check.code].severity is Severity.ERROR
        )


def parsed_sql(parsing: Parsing) -> str:
    """Return the SELECT of typed rows: `rn`, one column a role, and `faults`."""
    texts = _texts(parsing)
    walled = _walled(parsing, texts)
    placed = _placed(parsing, walled)
    _add_checks(parsing)
    typed = ", ".join(_typed(parsing))
    return f"SELECT rn, {typed}, {_faults_sql(parsing.checks)} AS faults FROM ({placed})"


def _texts(parsing: Parsing) -> str:
    """Level one: trimmed texts, NULL where a cell stands for no value."""
    file = parsing.file
    parts = [
        f"{cells.text_sql(column, file)} AS {quoted('t_' + role)}"
        for role, column in file.columns.items()
    ]
    parts += [
        f"{cells.text_sql(column, file)} AS a_{number}"
        for number, column in enumerate(file.attributes.values())
    ]
    kept = [
        f"{cells.text_sql(column, file)} IN ({', '.join(literal(v.strip()) for v in values)})"
        for column, values in file.only.items()
    ]
    where = f" WHERE {' AND '.join(kept)}" if kept else ""
    return f"SELECT {ROW} AS rn, {', '.join(parts)} FROM {parsing.staged.relation}{where}"


def _walled(parsing: Parsing, source: str) -> str:
    """Level two: wall seconds `w_`, UTC seconds `i_` of times with an offset, durations `d_`."""
    formats = cells.formats_of(parsing.file, parsing.staged.format)
    parts = ["*"]
    for role in parsing.moments:
        parts.append(f"{cells.wall_sql('t_' + role, formats)} AS w_{role}")
        parts.append(f"{cells.instant_sql('t_' + role, formats)} AS i_{role}")
    parts += [
        f"{cells.duration_sql('t_' + role, parsing.file)} AS d_{role}" for role in parsing.durations
    ]
    if "state" in parsing.file.columns:
        parts.append(f"{cells.state_sql('t_state', parsing.file, parsing.mapping)} AS s_state")
    verdict = _verdict_role(parsing.file)
    if verdict:
        sql = cells.verdict_sql(f"t_{verdict}", parsing.mapping, breached=verdict == "breached")
        parts.append(f"{sql} AS v_reported")
    return f"SELECT {', '.join(parts)} FROM ({source})"


def _placed(parsing: Parsing, source: str) -> str:
    """Level three: UTC seconds `m_` of every time, and whether the wall was odd `o_`."""
    parts = ["*"]
    for role in parsing.moments:
        offset = walls.offset_sql(f"w_{role}", parsing.zone)
        parts.append(f"coalesce(i_{role}, w_{role} - ({offset})) AS m_{role}")
        odd = walls.oddness_sql(f"w_{role}", parsing.zone)
        parts.append(f"CASE WHEN i_{role} IS NULL THEN {odd} ELSE 0 END AS o_{role}")
    return f"SELECT {', '.join(parts)} FROM ({source})"


def _verdict_role(file: FileMapping) -> str | None:
    return next((role for role in ("reported", "breached") if role in file.columns), None)


def _add_checks(parsing: Parsing) -> None:
    file = parsing.file

    def add(code: str, role: str, condition: str) -> None:
        parsing.checks.append(Check(code, file.columns[role], condition))

    add("ticket_missing", "ticket", "t_ticket IS NULL")
    required = {"at", "start"} | (set() if parsing.is_events else {"opened", "cut_off"})
    for role in parsing.moments:
        rides = parsing.is_events and role in STEPS
        unreadable, absurd = (
            ("step_unreadable", "step_absurd") if rides else ("moment_unreadable", "moment_absurd")
        )
        if role in required:
            add("moment_missing", role, f"t_{role} IS NULL")
        add(unreadable, role, f"t_{role} IS NOT NULL AND m_{role} IS NULL")
        add(absurd, role, f"m_{role} NOT BETWEEN 0 AND {parsing.latest_second}")
        add("wall_twice", role, f"o_{role} = 1")
        add("wall_never", role, f"o_{role} = -1")
    _add_value_checks(parsing)
    _add_order_checks(parsing)


def _add_value_checks(parsing: Parsing) -> None:
    file = parsing.file
    if parsing.is_events:
        parsing.checks.append(Check("state_missing", file.columns["state"], "t_state IS NULL"))
    if "state" in file.columns:
        condition = "t_state IS NOT NULL AND s_state IS NULL"
        parsing.checks.append(Check("state_unknown", file.columns["state"], condition))
    for role in parsing.durations:
        column = file.columns[role]
        unreadable = f"t_{role} IS NOT NULL AND d_{role} IS NULL"
        parsing.checks.append(Check("number_unreadable", column, unreadable))
        parsing.checks.append(Check("number_negative", column, f"d_{role} < 0"))
    verdict = _verdict_role(file)
    if verdict:
        condition = f"t_{verdict} IS NOT NULL AND v_reported IS NULL"
        parsing.checks.append(Check("verdict_unknown", file.columns[verdict], condition))


def _add_order_checks(parsing: Parsing) -> None:
    """Check that no step of a ticket comes before its beginning."""
    columns = parsing.file.columns
    if parsing.is_events:
        return
    begin = "start" if "start" in columns else "opened"
    for role in ("stop", "assigned", "started", "reopened", "resolved", "closed", "cancelled"):
        if role in columns:
            condition = f"m_{role} < m_{begin}"
            parsing.checks.append(Check("stop_before_start", columns[role], condition))


def _faults_sql(checks: list[Check]) -> str:
    bits = [
        f"CASE WHEN {check.condition} THEN {1 << bit}::BIGINT ELSE 0 END"
        for bit, check in enumerate(checks)
    ]
    return " | ".join(bits)


def _typed(parsing: Parsing) -> list[str]:
    file = parsing.file
    parts = ["t_ticket AS ticket"]
    parts += [f"m_{role}" for role in parsing.moments if not _rides(parsing, role)]
    parts += [_riding(parsing, role) for role in parsing.moments if _rides(parsing, role)]
    parts += [f"d_{role}" for role in parsing.durations]
    if "state" in file.columns:
        parts.append("s_state")
    if _verdict_role(file):
        parts.append("v_reported")
    if "priority" in file.columns:
        priority = cells.priority_sql("t_priority", parsing.mapping)
        parts.append(f"{priority} AS priority")
    parts += [f"t_{role} AS {role}" for role in _PASSED_ON if role in file.columns]
    if file.attributes:
        pairs = ", ".join(
            f"{literal(name)}, a_{number}" for number, name in enumerate(file.attributes)
        )
        parts.append(f"CAST(json_object({pairs}) AS VARCHAR) AS attributes")
    return parts


def _rides(parsing: Parsing, role: str) -> bool:
    return parsing.is_events and role in STEPS


def _riding(parsing: Parsing, role: str) -> str:
    """Leave an absurd riding stamp out, with its warning; the row stays."""
    usable = f"m_{role} BETWEEN 0 AND {parsing.latest_second}"
    return f"CASE WHEN {usable} THEN m_{role} END AS m_{role}"


def cut_off_second(file: FileMapping, name: str) -> int | None:
    """Return the cut-off that a snapshot's file name tells, for ordering; None if it tells none."""
    if file.cut_off is None:
        return None
    try:
        return int(datetime.strptime(name, file.cut_off).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None

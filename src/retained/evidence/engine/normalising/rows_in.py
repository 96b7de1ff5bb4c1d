"""One staged file taken into the tables of the connection, its faults into `remarks`.

In   a staged file, its part of the mapping
Out  rows in `events`, `riding` or `tickets`; rows in `remarks`
Why  docs/methods/reading-evidence.md
"""

import difflib
from dataclasses import dataclass

import duckdb

from retained.evidence.engine.mapping import ANY_OTHER, STEPS, FileMapping, Mapping, Shape
from retained.evidence.engine.normalising import columns as cells
from retained.evidence.engine.normalising.known_formats import KNOWN_FORMATS
from retained.evidence.engine.normalising.parsed import (
    Parsing,
    cut_off_second,
    parsed_sql,
)
from retained.evidence.engine.normalising.row_counts import count_rows
from retained.evidence.engine.sql_text import literal, quoted
from retained.evidence.engine.staging.clean_rows import NEW_LINE
from retained.evidence.engine.staging.staged import ROW, Refusal, StagedFile
from retained.shared.states import WAITING

_STATES_NAMED = 100  # a column with more values is hardly one of states
_PASSED_ON: tuple[str, ...] = ("priority", "actor", "reason", "row_id", "version")


@dataclass(frozen=True, slots=True)
class RowsIn:
    """How the rows of one file fared, and which steps it stamps."""

    read: int
    used: int
    is_events: bool
    steps: tuple[str, ...]
    table: str
    events: str = ""  # SQL for the file's usable rows in the columns of `events`


def take_rows(
    connection: duckdb.DuckDBPyConnection,
    staged: StagedFile,
    mapping: Mapping,
    *,
    part: int,
    kind_no: int,
    file_no: int,
    latest_second: int,
) -> RowsIn:
    """Take one file's rows in; `kind_no` tells files of one kind across mappings.

    Raises Refusal if its columns are not those of the mapping.
    """
    file = with_found_columns(staged, mapping.files[part])
    parsing = Parsing(staged, file, mapping, latest_second)
    table = f"rows_{file_no}"
    connection.execute(f"CREATE TABLE {table} AS {parsed_sql(parsing)}").fetchall()
    _note_faults(connection, parsing, file_no)
    count_rows(connection, parsing, table, file_no=file_no)
    usable = f"faults & {parsing.error_mask} = 0"
    kept, used = connection.execute(
        f"SELECT count(*), count(*) FILTER ({usable}) FROM {table}"
    ).fetchall()[0]
    left = staged.rows - kept
    if left:
        connection.execute(
            "INSERT INTO remarks VALUES ('left_by_only', ?, NULL, '', ?)", [file_no, f"{left:,}"]
        ).fetchall()
    source = f"FROM {table} WHERE {usable}"
    events = ""
    if parsing.is_events:
        events = _events_sql(parsing, source, kind_no=kind_no, file_no=file_no)
        _take_riding(connection, parsing, source, kind_no=kind_no, file_no=file_no)
    else:
        _take_tickets(connection, parsing, source, kind_no=kind_no, file_no=file_no)
        connection.execute(f"DROP TABLE {table}").fetchall()
    steps = ("opened", "resolved") if file.shape is Shape.CLOCK_TABLE else tuple(parsing.steps)
    return RowsIn(
        read=staged.rows + staged.left_rows,
        used=used + left,
        is_events=parsing.is_events,
        steps=steps,
        table=table,
        events=events,
    )


def with_found_columns(staged: StagedFile, file: FileMapping) -> FileMapping:
    """Return the part with its columns spelled as in the header, letter case and blanks aside."""
    spelled = {name.casefold(): name for name in staged.columns}
    missing: list[str] = []

    def found(name: str) -> str:
        exact = spelled.get(name.strip().casefold())
        if exact is None:
            missing.append(name)
        return exact or name

    columns = {role: found(name) for role, name in file.columns.items()}
    attributes = {role: found(name) for role, name in file.attributes.items()}
    only = {found(name): values for name, values in file.only.items()}
    if missing:
        raise Refusal("column_missing", staged.name, _missing_sentence(missing, staged))
    return file.model_copy(update={"columns": columns, "attributes": attributes, "only": only})


def _missing_sentence(missing: list[str], staged: StagedFile) -> str:
    parts = []
    for name in missing:
        near = difflib.get_close_matches(name, staged.columns, n=1)
        parts.append(f"“{name}”" + (f" (did you mean “{near[0]}”?)" if near else ""))
    header = ", ".join(staged.columns[:30])
    return f"The file has no column {', '.join(parts)}. Its header is: {header}."


def _note_faults(connection: duckdb.DuckDBPyConnection, parsing: Parsing, file_no: int) -> None:
    """Write a remark for every bit of every row, with the text of the cell."""
    seen = connection.execute(f"SELECT bit_or(faults) FROM rows_{file_no}").fetchall()[0][0] or 0
    for bit, check in enumerate(parsing.checks):
        if not seen >> bit & 1:
            continue
        connection.execute(
            f"""
            INSERT INTO remarks
            SELECT {literal(check.code)}, {file_no}, rn, {literal(check.column)},
                left(texts.{quoted(check.column)}, 200)
            FROM rows_{file_no} AS parsed
            JOIN {parsing.staged.relation} AS texts ON texts.{ROW} = parsed.rn
            WHERE parsed.faults & {1 << bit} <> 0
            """
        ).fetchall()
        if check.code == "moment_unreadable":
            _note_second_format(connection, parsing, check.column, file_no)
        if check.code == "state_unknown":
            _note_states(connection, check.column, file_no)
    if parsing.staged.faults is not None:
        source = (
            f"read_csv({literal(str(parsing.staged.faults))}, header = true, delim = ',', "
            f"quote = '\"', escape = '\"', new_line = {NEW_LINE}, auto_detect = false, columns = "
            "{'code': 'VARCHAR', 'row': 'BIGINT', 'column': 'VARCHAR', 'value': 'VARCHAR'})"
        )
        connection.execute(
            f'INSERT INTO remarks SELECT code, {file_no}, "row", "column", value FROM {source}'
        ).fetchall()


def _note_second_format(
    connection: duckdb.DuckDBPyConnection, parsing: Parsing, column: str, file_no: int
) -> None:
    """Say which other format the unreadable times of a column have, if most of them share one."""
    unreadable = (
        "SELECT value FROM remarks WHERE code = 'moment_unreadable' "
        f'AND file_no = {file_no} AND "column" = {literal(column)}'
    )
    counts = ", ".join(f"count({cells.any_moment_sql('value', form)})" for form in KNOWN_FORMATS)
    total, *fitting = connection.execute(
        f"SELECT count(*), {counts} FROM ({unreadable} LIMIT 10000)"
    ).fetchall()[0]
    best = max(range(len(fitting)), key=lambda index: fitting[index])
    if fitting[best] * 2 > total and KNOWN_FORMATS[best] not in parsing.file.datetime:
        connection.execute(
            "INSERT INTO remarks VALUES ('two_formats', ?, NULL, ?, ?)",
            [file_no, column, f"{KNOWN_FORMATS[best]} ({fitting[best]:,} rows)"],
        ).fetchall()


def _note_states(connection: duckdb.DuckDBPyConnection, column: str, file_no: int) -> None:
    """Name each state that the mapping is silent on, with its rows, the most frequent first."""
    rows = "CASE count(*) WHEN 1 THEN '1 row' ELSE format('{:,} rows', count(*)) END"
    connection.execute(
        f"""
        INSERT INTO remarks
        SELECT 'state_not_mapped', {file_no}, NULL, {literal(column)},
            concat('“', left(trim(value), 50), '” (', {rows}, ')')
        FROM remarks WHERE code = 'state_unknown' AND file_no = {file_no}
        GROUP BY trim(value) ORDER BY count(*) DESC, 1 LIMIT {_STATES_NAMED}
        """
    ).fetchall()


def _order_sql(parsing: Parsing) -> str:
    """Return SQL for the number that orders the rows of one moment, or NULL."""
    if "sequence" in parsing.file.columns:
        return "TRY_CAST(sequence AS DOUBLE)"
    return "CAST(-rn AS DOUBLE)" if parsing.file.order == "newest_first" else "NULL::DOUBLE"


def _events_sql(parsing: Parsing, source: str, *, kind_no: int, file_no: int) -> str:
    """Return the SELECT of a log's usable rows, in the columns of `events`."""
    roles = parsing.file.columns

    def given(name: str, sql: str = "") -> str:
        return (sql or name) if name in roles else "NULL::VARCHAR"

    reported = "v_reported" if {"reported", "breached"} & set(roles) else "NULL::VARCHAR"
    attributes = "attributes" if parsing.file.attributes else "NULL::VARCHAR"
    columns = {
        "part": str(kind_no),
        "file_no": str(file_no),
        "rn": "rn",
        "ticket": "ticket",
        "moment": "m_at",
        "sequence_number": _order_sql(parsing),
        "sequence_text": given("sequence"),
        "state": "s_state",
        "priority": given("priority"),
        "actor": given("actor"),
        "reason": given("reason"),
        "attributes": attributes,
        "reported": reported,
        "row_id": given("row_id"),
        "version": given("version"),
        "pauses_known": str(_knows_pauses(parsing)).lower(),
    }
    return f"SELECT {', '.join(f'{sql} AS {name}' for name, sql in columns.items())} {source}"


def _take_riding(
    connection: duckdb.DuckDBPyConnection,
    parsing: Parsing,
    source: str,
    *,
    kind_no: int,
    file_no: int,
) -> None:
    """Take the stamps that ride along on a log's rows: those of a ticket's last row count."""
    order = _order_sql(parsing)
    has_version = "version" in parsing.file.columns
    version = "TRY_CAST(version AS DOUBLE)" if has_version else "NULL::DOUBLE"
    for step in parsing.steps:
        connection.execute(
            f"""
            INSERT INTO riding
            SELECT {kind_no}, {file_no}, rn, ticket, m_at, {literal(step)}, m_{step}, {version}
            {source} AND m_{step} IS NOT NULL
            QUALIFY row_number() OVER (
                PARTITION BY ticket
                ORDER BY {version} DESC NULLS LAST, m_at DESC, {order} DESC NULLS LAST, rn DESC
            ) = 1
            """
        ).fetchall()


def _knows_pauses(parsing: Parsing) -> bool:
    """Whether a log would show a pause: it names waiting states, or each of its states is told.

    A log whose other states are waved through with * may hold pauses that nobody can see.
    """
    states = parsing.mapping.states_of(parsing.file)
    return ANY_OTHER not in states or any(state in WAITING for state in states.values())


def _take_tickets(
    connection: duckdb.DuckDBPyConnection,
    parsing: Parsing,
    source: str,
    *,
    kind_no: int,
    file_no: int,
) -> None:
    roles = parsing.file.columns
    values = {step: f"m_{step}" for step in STEPS if step in roles}
    if parsing.file.shape is Shape.CLOCK_TABLE:
        values["opened"] = "m_start"
        if "stop" in roles:
            values["resolved"] = "m_stop"
    hold = next((role for role in ("hold", "paused") if role in roles), None)
    values["hold_seconds"] = f"d_{hold}" if hold else "NULL"
    values["pauses_known"] = f"d_{hold} IS NOT NULL" if hold else "false"
    values |= {name: name for name in _PASSED_ON if name in roles}
    if "state" in roles:
        values["state"] = "s_state"
    if parsing.file.attributes:
        values["attributes"] = "attributes"
    if "reported" in roles or "breached" in roles:
        values["reported"] = "v_reported"
    named = cut_off_second(parsing.file, parsing.staged.name)
    if "cut_off" in roles:
        values["cut_off"] = "m_cut_off"
    elif named is not None:
        values["cut_off"] = str(named)
    parts = ", ".join(f"{sql} AS {name}" for name, sql in values.items())
    connection.execute(
        f"INSERT INTO tickets BY NAME SELECT {kind_no} AS part, {file_no} AS file_no, rn, ticket, "
        f"{parts} {source}"
    ).fetchall()

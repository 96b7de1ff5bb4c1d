"""Moves: the histories of a large source in the form that the large path counts.

In   the relation `changes` of a DuckDB connection, as `evidence` reads it
Out  a folder of Parquet: moves by ticket, what tickets say beside them, the codes of priorities
Why  docs/methods/ticket-clocks.md
"""

import shutil
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import duckdb

from retained.delivery.engine.tickets import beginning
from retained.evidence.engine.sql_text import literal
from retained.shared.states import State

# 0 stands for "no row has said yet".
STATE_CODES: Mapping[State, int] = {state: code for code, state in enumerate(State, 1)}
STATES_BY_CODE: Sequence[State | None] = (None, *State)
# A move is left x 9 + entered, and this much more where the priority changed with it; twice as
# much where none had been told before.
RAISED = len(STATES_BY_CODE) ** 2
MOST_PRIORITIES = 4095

_MOVES, _FACTS, _PRIORITIES, _TOLD = (
    "moves.parquet",
    "facts.parquet",
    "priorities.parquet",
    "told.parquet",
)
# Tickets that continue others, and the same as whole ones.
_CHAINED, _JOINED, _JOINED_FACTS = (
    "chained.parquet",
    "joined-moves.parquet",
    "joined-facts.parquet",
)
# Integers of known width by V2 encodings: decoding them costs half as much. Packed by lz4 it takes
# a fifth more of the disk than by zstd, and some tickets are found in an eighth less time.
WRITTEN = "FORMAT parquet, COMPRESSION lz4_raw, PARQUET_VERSION V2"


@dataclass(frozen=True, slots=True)
class Moves:
    """The moves of one source.

    `first` and `last` are the moments (UTC seconds) of its earliest and latest move. Priorities
    are named by their codes from 1 on. `has_facts`: some ticket has a total of waiting,
    unknown pauses, or a row that could not be used. `has_chains`: some ticket continues another.
    """

    folder: Path
    priorities: tuple[str, ...]
    first: int
    last: int
    has_facts: bool
    has_chains: bool

    def table(self, *, joined: bool) -> str:
        """Return the moves as SQL: ticket, at, nth, move, priority_change; ordered by ticket.

        `joined`: tickets that continue another are one with it.
        """
        return self._relation(_MOVES, _JOINED if joined else "")

    def facts(self, *, joined: bool) -> str:
        """Return what tickets say beside their moves, as SQL.

        The columns are ticket, hold_seconds, pauses_known, rows_whole.
        """
        return self._relation(_FACTS, _JOINED_FACTS if joined else "")

    def _relation(self, name: str, joined: str) -> str:
        apart = _read(self.folder / name)
        if not (joined and self.has_chains):
            return apart
        chained = f"SELECT ticket FROM {_read(self.folder / _CHAINED)}"
        return (
            f"(SELECT * FROM {apart} WHERE ticket NOT IN ({chained}) "
            f"UNION ALL SELECT * FROM {_read(self.folder / joined)})"
        )

    @property
    def told(self) -> str:
        """Every row that tells attributes, as SQL: ticket, nth, attributes (JSON)."""
        return _read(self.folder / _TOLD)


def write_moves(connection: duckdb.DuckDBPyConnection, folder: Path, changes: str) -> None:
    """Write the moves that the relation `changes` gives to an existing, empty folder.

    `changes` is a name or an expression of SQL. Raises ValueError if there are more priorities
    than can be coded.
    """
    found = connection.execute(
        f"SELECT DISTINCT priority FROM {changes} "
        "WHERE priority IS NOT NULL AND priority <> '' ORDER BY priority"
    ).fetchall()
    _register_codes(connection, [name for (name,) in found])
    _register_chains(connection, changes)
    apart = f"(SELECT *, ticket AS whole FROM {changes})"
    joined = f"(SELECT * FROM {changes} JOIN chained USING (ticket))"
    parts = {
        _MOVES: _moves_query(apart),
        _FACTS: _FACTS_QUERY.format(changes=apart),
        _PRIORITIES: "SELECT code, name FROM priority_codes ORDER BY code",
        _TOLD: _TOLD_QUERY.format(changes=changes),
        _CHAINED: "SELECT * FROM chained ORDER BY ticket",
        _JOINED: _moves_query(joined),
        _JOINED_FACTS: _FACTS_QUERY.format(changes=joined),
    }
    for name, query in parts.items():
        target = literal(str(folder / name))
        connection.execute(f"COPY ({query}) TO {target} ({WRITTEN})").fetchall()


def read_moves(folder: Path) -> Moves | None:
    """Return the moves that lie in a folder, or None if there are none."""
    if not (folder / _MOVES).exists():
        return None
    with closing(duckdb.connect()) as connection:

        def rows(select: str, name: str) -> list[tuple[Any, ...]]:
            found: list[tuple[Any, ...]] = connection.execute(
                f"SELECT {select} FROM {_read(folder / name)}"
            ).fetchall()
            return found

        ((first, last),) = rows('min("at"), max("at")', _MOVES)
        priorities = tuple(name for (name,) in rows("name", _PRIORITIES))
        ((facts,),), ((chained,),) = rows("count(*)", _FACTS), rows("count(*)", _CHAINED)
    if first is None:
        return None
    return Moves(folder, priorities, first, last, has_facts=bool(facts), has_chains=bool(chained))


def _read(path: Path) -> str:
    return f"read_parquet({literal(str(path))})"


class OwnFolder:
    """A temporary folder that goes with whoever holds this."""

    def __init__(self) -> None:
        """Make the folder."""
        self.path = Path(tempfile.mkdtemp(prefix="retained-large-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


def _moves_query(changes: str) -> str:
    """Return the query that makes moves; needs the tables of `_register_codes`."""
    text = files("retained.delivery.engine.bulk").joinpath("moves.sql").read_text("utf-8")
    query = Template(text).substitute(changes=changes, states=len(STATES_BY_CODE), raised=RAISED)
    return f"SELECT * FROM ({query}) ORDER BY ticket, nth"


def _register_chains(connection: duckdb.DuckDBPyConnection, changes: str) -> None:
    """Make the table of the tickets that belong to a chain, each with its beginning."""
    value = "json_extract_string(attributes, '$.continues')"
    links = connection.execute(
        f"""SELECT ticket, earlier FROM (
                SELECT ticket, last({value} ORDER BY nth) FILTER ({value} <> '') AS earlier
                FROM ({_TOLD_QUERY.format(changes=changes)}) GROUP BY ticket
            )
            WHERE earlier IN (SELECT ticket FROM {changes}) ORDER BY ticket"""
    ).fetchall()
    before = dict(links)
    chained = {ticket: beginning(ticket, before) for ticket in {*before, *before.values()}}
    connection.execute("CREATE OR REPLACE TEMP TABLE chained (ticket VARCHAR, whole VARCHAR)")
    fill(connection, "chained", sorted(chained.items()))


def _register_codes(connection: duckdb.DuckDBPyConnection, priorities: Sequence[str]) -> None:
    """Make the tables that translate states and priorities to the codes of moves."""
    if len(priorities) > MOST_PRIORITIES:
        raise ValueError(f"More than {MOST_PRIORITIES} priorities cannot be coded.")
    states = [(str(state), code) for state, code in STATE_CODES.items()]
    for name, rows in (
        ("state_codes", states),
        ("priority_codes", [(text, code) for code, text in enumerate(priorities, 1)]),
    ):
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} (name VARCHAR, code INTEGER)")
        fill(connection, name, rows)


def fill(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]]
) -> None:
    """Insert rows in one statement: a statement for each row takes a hundred times as long."""
    if rows:
        lists = ", ".join(["unnest(?)"] * len(rows[0]))
        columns = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(f"INSERT INTO {table} SELECT {lists}", columns)


# Most sources have none of them: then nothing is joined.
_FACTS_QUERY = """
SELECT whole AS ticket, CAST(sum(hold_seconds) AS BIGINT) AS hold_seconds,
       bool_and(pauses_known) AS pauses_known, bool_and(rows_whole) AS rows_whole
FROM (
    SELECT whole, last(hold_seconds ORDER BY "at", sequence, "row", file)
               FILTER (hold_seconds IS NOT NULL) AS hold_seconds,
           bool_or(pauses_known) AS pauses_known, bool_and(rows_whole) AS rows_whole
    FROM {changes}
    GROUP BY whole, ticket
)
GROUP BY whole
HAVING count(hold_seconds) > 0 OR NOT bool_and(pauses_known) OR NOT bool_and(rows_whole)
ORDER BY whole
"""
_TOLD_QUERY = """
SELECT ticket, row_number() OVER (ORDER BY ticket, "at", sequence, "row", file) AS nth, attributes
FROM {changes}
WHERE attributes IS NOT NULL AND attributes <> ''
ORDER BY ticket, nth
"""

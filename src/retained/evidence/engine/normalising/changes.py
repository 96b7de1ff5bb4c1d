"""Typed rows of all files, merged into one ordered history of changes for every ticket.

In   view `events` and tables `riding` and `tickets` of a connection
Out  table `changes`
Why  docs/methods/reading-evidence.md

The result depends on the set of rows alone: not on the order of files, nor on how often a row was
sent. Identical rows collapse; of two copies of one row id or ticket the later version stands.
"""

from collections.abc import Sequence

from retained.evidence.engine.mapping import STEPS

_LANES = {
    "opened": 0, "assigned": 1, "started": 2, "reopened": 4, "resolved": 5, "closed": 6,
    "cancelled": 6,
}  # fmt: skip
EVENT_LANE = 3  # rows of a log stand between the stamps of the same second

TABLES = """
CREATE TABLE riding (
    part INTEGER, file_no INTEGER, rn BIGINT, ticket VARCHAR, moment BIGINT, step VARCHAR,
    stamp BIGINT, version DOUBLE
);
CREATE TABLE tickets (
    part INTEGER, file_no INTEGER, rn BIGINT, ticket VARCHAR,
    opened BIGINT, assigned BIGINT, started BIGINT, reopened BIGINT, resolved BIGINT,
    closed BIGINT, cancelled BIGINT, hold_seconds BIGINT, pauses_known BOOLEAN, state VARCHAR,
    priority VARCHAR, actor VARCHAR, reason VARCHAR, attributes VARCHAR, reported VARCHAR,
    version VARCHAR, cut_off BIGINT
);
CREATE TABLE files (file_no INTEGER, sha256 VARCHAR, name VARCHAR);
CREATE TABLE openings (part INTEGER);
CREATE TABLE row_counts (file_no INTEGER, month VARCHAR, rows BIGINT, unusable BIGINT);
CREATE TABLE unusable_rows (ticket VARCHAR);
CREATE TABLE remarks (code VARCHAR, file_no INTEGER, rn BIGINT, "column" VARCHAR, value VARCHAR);
"""

_CONTENT = (
    "sequence_number, sequence_text, state, priority, actor, reason, attributes, reported, part"
)

# Of one row in several files the copy counts that stands beside most of its neighbours of the same
# second, so that their order in the file is kept; then the smallest file and row.
KEPT_EVENTS = f"""
WITH versions AS (
    SELECT * FROM events
    QUALIFY row_id IS NULL OR row_number() OVER (
        PARTITION BY part, row_id
        ORDER BY TRY_CAST(version AS DOUBLE) DESC NULLS LAST, version DESC NULLS LAST,
            file_no DESC, rn DESC
    ) = 1
), accompanied AS (
    SELECT *, count(*) OVER (PARTITION BY ticket, moment, file_no) AS company FROM versions
)
SELECT * EXCLUDE (company, row_id, version) FROM accompanied
QUALIFY row_number() OVER (
    PARTITION BY ticket, moment, hash({_CONTENT}) ORDER BY company DESC, file_no, rn
) = 1
"""

ALL_EVENTS = "SELECT * EXCLUDE (row_id, version) FROM events"

# Cheaper than looking for copies is to know that there are none, as in a single export.
REPEATS = f"""
SELECT count(*) > count(DISTINCT fingerprint) OR count(row_id) > 0
FROM (SELECT row_id, hash(ticket, moment, {_CONTENT}) AS fingerprint FROM events)
"""

KEPT_TICKETS = """
CREATE TABLE kept_tickets AS
SELECT * FROM tickets
QUALIFY row_number() OVER (
    PARTITION BY part, ticket
    ORDER BY TRY_CAST(version AS DOUBLE) DESC NULLS LAST, version DESC NULLS LAST,
        cut_off DESC NULLS LAST,
        greatest(opened, assigned, started, reopened, resolved, closed, cancelled) DESC NULLS LAST,
        file_no DESC, rn DESC
) = 1
"""


NOTHING = """
SELECT NULL::VARCHAR AS ticket, NULL::BIGINT AS moment, NULL::DOUBLE AS sequence_number,
    NULL::VARCHAR AS sequence_text, 0 AS lane, 0::BIGINT AS rn, 0 AS file_no,
    NULL::VARCHAR AS state, NULL::VARCHAR AS priority, NULL::VARCHAR AS actor,
    NULL::VARCHAR AS reason, NULL::VARCHAR AS attributes, NULL::BIGINT AS hold_seconds,
    true AS pauses_known, NULL::VARCHAR AS reported
WHERE false
"""


def _from_events() -> str:
    return f"""
    SELECT ticket, moment, sequence_number, sequence_text, {EVENT_LANE} AS lane, rn, file_no,
        nullif(state, 'unchanged') AS state, priority, actor, reason, attributes,
        NULL::BIGINT AS hold_seconds, pauses_known, reported
    FROM kept_events"""


def _from_riding() -> str:
    lanes = " ".join(f"WHEN '{step}' THEN {lane}" for step, lane in _LANES.items())
    states = " ".join(f"WHEN '{step}' THEN '{state}'" for step, state in STEPS.items())
    return f"""
    SELECT ticket, stamp, NULL, NULL, CASE step {lanes} END, rn, file_no, CASE step {states} END,
        NULL, NULL, NULL, NULL, NULL, true, NULL
    FROM (
        SELECT * FROM riding
        QUALIFY row_number() OVER (
            PARTITION BY part, ticket, step
            ORDER BY version DESC NULLS LAST, moment DESC, file_no DESC, rn DESC
        ) = 1
    )"""


def _from_openings() -> str:
    """Return a change to `new` at a ticket's first row, where the mapping says that it opens it."""
    return """
    SELECT ticket, moment, NULL, NULL, 0, rn, file_no, 'new', NULL, NULL, NULL, NULL, NULL,
        pauses_known, NULL
    FROM (
        SELECT * FROM kept_events WHERE part IN (SELECT part FROM openings)
        QUALIFY row_number() OVER (PARTITION BY part, ticket ORDER BY moment, file_no, rn) = 1
    )"""


def _from_tickets(step: str) -> str:
    state = f"'{STEPS[step]}'"
    if step in {"closed", "resolved"}:  # the end of a ticket whose state says that it was cancelled
        state = f"CASE WHEN state = 'cancelled' THEN 'cancelled' ELSE {state} END"
    return f"""
    SELECT ticket, {step}, NULL, NULL, {_LANES[step]}, rn, file_no, {state}, priority,
        actor, reason, attributes, hold_seconds, pauses_known, reported
    FROM kept_tickets WHERE {step} IS NOT NULL"""


def merged_sql(*, events: bool, riding: bool, openings: bool, steps: list[str]) -> str:
    """Return the SELECT that puts all changes side by side, from the tables that hold any."""
    parts = [_from_events()] if events else []
    parts += [_from_riding()] if riding else []
    parts += [_from_openings()] if openings else []
    parts += [_from_tickets(step) for step in steps]
    if not parts:
        return NOTHING
    names = (
        "ticket, moment, sequence_number, sequence_text, lane, rn, file_no, state, priority, "
        "actor, reason, attributes, hold_seconds, pauses_known, reported"
    )
    union = " UNION ALL ".join(parts)
    return f"WITH merged({names}) AS ({union}) SELECT * FROM merged"


def changes_sql(*, mixed: bool, whole: bool, told: Sequence[str]) -> str:
    """Return the CREATE of `changes` from the view `merged`.

    A row that repeats its ticket's state, priority, verdict and attributes changes nothing and is
    left out; one that repeats the state alone says NULL there. `told` are those of priority,
    reported and attributes that any file has. `mixed`: a ticket that has rows of a log as well as
    stamps has known pauses. `whole`: every row of the files could be used; else a ticket of which
    some row could not says so (`rows_whole`).
    """
    rows_whole = "true" if whole else "ticket NOT IN (SELECT ticket FROM unusable_rows)"
    watched = ("state", *told)
    lags = ", ".join(f"lag({name} IGNORE NULLS) OVER history AS last_{name}" for name in watched)
    changed = " OR ".join(
        f"coalesce({name} <> last_{name}, {name} IS NOT NULL)" for name in watched
    )
    known = "bool_or(pauses_known) OVER (PARTITION BY ticket)" if mixed else "pauses_known"
    return f"""
CREATE TABLE changes AS
WITH ordered AS (
    SELECT * EXCLUDE (pauses_known), {known} AS pauses_known,
        row_number() OVER history AS place,
        {lags}
    FROM merged
    WINDOW history AS (
        PARTITION BY ticket
        ORDER BY moment, lane, sequence_number, sequence_text, rn, file_no
    )
)
SELECT ticket, moment AS "at", place AS sequence,
    CASE WHEN state IS DISTINCT FROM last_state THEN state END AS state,
    priority, actor, reason, attributes, hold_seconds, pauses_known, reported,
    files.sha256 AS file, rn AS "row", {rows_whole} AS rows_whole
FROM ordered JOIN files USING (file_no)
WHERE {changed}
"""


def latest_sql(*, events: bool) -> str:
    """Return the SELECT of the latest moment that any used row names."""
    stamps = ", ".join(STEPS)
    parts = [
        f"SELECT max(greatest({stamps})) AS moment FROM tickets",
        "SELECT max(stamp) FROM riding",
    ]
    parts += ["SELECT max(moment) FROM events"] if events else []
    return f"SELECT max(moment) FROM ({' UNION ALL '.join(parts)})"

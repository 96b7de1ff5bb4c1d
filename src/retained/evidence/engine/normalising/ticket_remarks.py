"""Remarks about whole tickets, once all files are merged.

In   tables `changes`, `kept_events` and `kept_tickets` of a connection
Out  rows in `remarks`
Why  docs/methods/reading-evidence.md
"""

import duckdb

_OPENINGS = """
INSERT INTO remarks
WITH seen AS (
    SELECT ticket, min(sequence) AS first_place,
        min(sequence) FILTER (state IS NOT NULL) AS first_state,
        min(sequence) FILTER (state = 'new') AS opening
    FROM changes GROUP BY ticket
)
SELECT CASE WHEN opening IS NULL THEN 'no_opening' ELSE 'before_opening' END,
    files.file_no, changes."row", '', ticket
FROM seen JOIN changes USING (ticket) JOIN files ON files.sha256 = changes.file
WHERE changes.sequence = seen.first_place AND (opening IS NULL OR first_state < opening)
"""

_APART = """
INSERT INTO remarks
SELECT 'in_one_file_only', min(file_no), min(rn), '', ticket
FROM {here} WHERE ticket NOT IN (SELECT ticket FROM {there}) GROUP BY ticket
"""


def note_tickets(connection: duckdb.DuckDBPyConnection, *, mixed: bool) -> None:
    """Note tickets without an opening, and tickets that only one of two kinds of file knows."""
    connection.execute(_OPENINGS).fetchall()
    if mixed:
        connection.execute(_APART.format(here="kept_events", there="kept_tickets")).fetchall()
        connection.execute(_APART.format(here="kept_tickets", there="kept_events")).fetchall()

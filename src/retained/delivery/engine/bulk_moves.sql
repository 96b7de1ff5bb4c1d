-- Moves: each change of a ticket as one number for the state left and the state entered, and by
-- how much the code of its priority rose or fell.
-- Made once for each ticket, when its rows come in: the only window over a history that is needed.
-- In   changes(ticket, at, sequence, state, priority, row, file), state_codes, priority_codes
-- Out  ticket, at, nth, move, priority_change (codes; 0: not known yet)
WITH coded AS (
    SELECT changes.ticket, changes."at", changes.sequence, changes."row", changes.file,
           state_codes.code AS state, priority_codes.code AS priority
    FROM $changes AS changes
    LEFT JOIN state_codes ON state_codes.name = changes.state
    LEFT JOIN priority_codes ON priority_codes.name = changes.priority
), known AS (
    SELECT ticket, "at", sequence, "row", file,
           coalesce(last_value(state IGNORE NULLS) OVER so_far, 0) AS state,
           coalesce(last_value(priority IGNORE NULLS) OVER so_far, 0) AS priority
    FROM coded
    WINDOW so_far AS (
        PARTITION BY ticket ORDER BY "at", sequence, "row", file
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
), moved AS (
    SELECT ticket, "at", state, priority, row_number() OVER history AS nth,
           lag(state, 1, 0) OVER history AS left_state,
           lag(priority, 1, 0) OVER history AS left_priority
    FROM known
    WINDOW history AS (PARTITION BY ticket ORDER BY "at", sequence, "row", file)
)
SELECT ticket, "at", nth,
       CAST(left_state * $states + state
            + CASE WHEN priority <> left_priority THEN $raised ELSE 0 END AS UTINYINT) AS move,
       CAST(priority - left_priority AS SMALLINT) AS priority_change
FROM moved

-- Moves: each change of a ticket as one number for the state left and the state entered, and by
-- how much the code of its priority rose or fell. Tickets of one chain have one `whole`: the
-- ticket that they continue in the end.
-- Made once for each ticket, when its rows come in: the only window over a history that is needed.
-- In   changes (whole, ticket, at, sequence, state, priority, row, file), codes of both
-- Out  ticket, at, nth, move, priority_change (codes; 0: not known yet)
WITH coded AS (
    SELECT changes.whole, changes.ticket, changes."at", changes.sequence, changes."row", changes.file,
           state_codes.code AS state, priority_codes.code AS priority
    FROM $changes AS changes
    LEFT JOIN state_codes ON state_codes.name = changes.state
    LEFT JOIN priority_codes ON priority_codes.name = changes.priority
), known AS (
    SELECT whole, ticket, "at", sequence, "row", file,
           coalesce(last_value(state IGNORE NULLS) OVER so_far, 0) AS state,
           coalesce(last_value(priority IGNORE NULLS) OVER so_far, 0) AS priority
    FROM coded
    WINDOW so_far AS (
        PARTITION BY whole ORDER BY "at", ticket, sequence, "row", file
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
), moved AS (
    SELECT whole, "at", state, priority, row_number() OVER history AS nth,
           lag(state, 1, 0) OVER history AS left_state,
           lag(priority, 1, 0) OVER history AS left_priority
    FROM known
    WINDOW history AS (PARTITION BY whole ORDER BY "at", ticket, sequence, "row", file)
)
SELECT whole AS ticket, "at", nth,
       CAST(left_state * $states + state
            + CASE WHEN priority = left_priority THEN 0 WHEN left_priority = 0 THEN 2 * $raised
                   ELSE $raised END AS UTINYINT) AS move,
       CAST(priority - left_priority AS SMALLINT) AS priority_change
FROM moved

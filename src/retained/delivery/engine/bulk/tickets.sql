-- What many tickets used of their target: whole seconds, integers, equi-joins, no window.
-- Every sum runs over moves in any order: (running before - running after) x F(at) telescopes.
-- Two counts below 2^31 share one sum, and so do the small counters: their totals are never
-- negative, and are taken apart again below.
-- In   moves, steps (weights by move; a move that tells nothing is not in it),
--      hours (F by bucket: base + open x t), rules (by priority)
-- Out  one row for each ticket, moments as seconds since the calendars begin; `kind` marks those
--      whose stretches must be read: 1 used up its target, 2 odd. Columns that the question around
--      it does not use cost nothing: DuckDB leaves their sums out.
WITH moved AS (
    SELECT ticket, CAST("at" - $first AS INTEGER) AS t, move, priority_change
    FROM $moves
    WHERE "at" <= $as_of $meant
), sums AS (
    SELECT ticket, min(t) AS opened, max(t * begins) AS started, max(t * halts) AS halted,
           max(t * stops) AS stopped, $sums
           CAST(sum(counters + priority_change * tells * $priority_unit) AS BIGINT) AS counted
    FROM moved
    JOIN steps ON steps.move = moved.move
    JOIN hours ON hours.bucket = moved.t // $width
    GROUP BY ticket
), told AS (
    SELECT ticket, opened, started, halted, stopped,
           counted & 1 = 1 AS is_stopped, (counted >> 1) & 1 = 1 AS is_running,
           (counted >> 3) & 1 = 1 AS is_cancelled, (counted >> 4) & 4095 AS priority,
           (counted >> 16) & 16383 AS goings, (counted >> 30) & 16383 AS late_priorities,
           (counted >> 44) & 1 = 1 AS is_opened, counted >> 45 AS reopenings, $totals
    FROM sums
), judged AS (
    SELECT told.*, rules.amount_of, rules.target + $hold AS allowed,
           CASE rules.seconds_of $cases END AS seconds, CASE rules.amount_of $cases END AS amount,
           $hold AS hold, $paused AS paused_seconds, $pauses_known AS pauses_known, $rows_whole AS rows_whole,
           $reason AS left_out_because,
           late_priorities > 0 OR rules.needs_priority
               OR (NOT is_cancelled AND (goings = 0 OR NOT is_opened)) AS is_odd
    FROM told
    LEFT JOIN rules ON rules.priority = told.priority
    $joins
    -- A priority told after the stop may not be the one that counts: such a ticket is odd.
    WHERE rules.priority IS NOT NULL OR late_priorities > 0
), final AS (
    SELECT *, greatest(seconds - hold, 0) AS clock_seconds,
           CASE WHEN left_out_because IS NOT NULL THEN $excluded_code
                WHEN is_cancelled AND $leaves_cancelled_out THEN $excluded_code
                WHEN is_stopped AND amount <= allowed THEN $met_code
                WHEN is_stopped THEN $missed_code
                WHEN amount > allowed AND $open_is_missed THEN $missed_code
                ELSE $open_code END AS verdict
    FROM judged
)
SELECT ticket, priority, clock_seconds, paused_seconds, verdict, is_stopped, is_running,
       is_cancelled, left_out_because, amount, amount_of, allowed, opened, started, halted, stopped,
       reopenings > 0 AS reopened,
       verdict = $missed_code AND (($has_pauses AND NOT pauses_known) OR NOT rows_whole)
           AS uncertain,
       rows_whole,
       CASE WHEN is_odd THEN 2 WHEN amount >= allowed THEN 1 ELSE 0 END AS kind,
       CASE WHEN $by_opening THEN opened WHEN is_stopped AND $by_stop THEN stopped END AS moment
FROM final

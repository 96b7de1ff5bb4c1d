-- Results of many tickets under one service level: whole seconds, integers, equi-joins, no window.
-- Every sum runs over moves in any order: (running before - running after) x F(at) telescopes.
-- Two counts below 2^31 share one sum, and so do the small counters: their totals are never
-- negative, and are taken apart again below.
-- In   moves, steps (weights by move; a move that tells nothing is not in it),
--      hours (F by bucket: base + open x t), rules (by priority)
-- Out  one row for each ticket; `by_hand` marks those that need their history stretch by stretch
WITH moved AS (
    SELECT ticket, CAST("at" - $first AS INTEGER) AS t, move, priority_change
    FROM $moves
    WHERE "at" <= $as_of
), sums AS (
    SELECT ticket, $opened max(t * enters) AS stopped, $sums
           CAST(sum(counters + priority_change * $priority_unit) AS BIGINT) AS counted
    FROM moved
    JOIN steps ON steps.move = moved.move
    JOIN hours ON hours.bucket = moved.t // $width
    GROUP BY ticket
), told AS (
    SELECT ticket, counted & 1 AS is_stopped, counted & 8 AS is_cancelled,
           (counted >> 4) & 4095 AS priority, (counted >> 16) & 16383 AS goings,
           counted >> 30 AS late_priorities, $moment AS moment, $totals
    FROM sums
), judged AS (
    SELECT ticket, told.priority, CASE rules.seconds_of $seconds_cases END AS clock_seconds,
           $paused AS paused_seconds, moment, is_stopped, is_cancelled,
           CASE rules.amount_of $amount_cases END <= rules.target AS is_within,
           late_priorities > 0 OR rules.needs_priority OR (goings = 0 AND is_cancelled = 0)
               AS is_odd
    FROM told
    JOIN rules ON rules.priority = told.priority
), final AS (
    SELECT ticket, priority, clock_seconds, paused_seconds, moment,
           CASE WHEN $excluded THEN $excluded_code
                WHEN is_cancelled > 0 AND $leaves_cancelled_out THEN $excluded_code
                WHEN is_stopped = 1 AND is_within THEN $met_code
                WHEN is_stopped = 1 THEN $missed_code
                WHEN NOT is_within AND $open_is_missed THEN $missed_code
                ELSE $open_code END AS verdict,
           is_odd OR ($counts_by_stop AND is_stopped = 0 AND NOT is_within AND $open_is_missed)
               AS by_hand
    FROM judged
)
SELECT ticket, final.priority, clock_seconds, paused_seconds, verdict, by_hand, hours.month
FROM final
LEFT JOIN hours ON hours.bucket = final.moment // $width

-- Results of many tickets under one service level: whole seconds, integers, equi-joins, no window.
-- Every sum runs over changes in any order: (running before - running after) x F(at) telescopes.
-- Two counts below 2^31 share one sum, and so do the small counters: their totals are
-- never negative, and are taken apart again below.
-- In   moves, steps (weights by state left and entered), hours (F by bucket), rules (by priority)
-- Out  one row for each ticket; `by_hand` marks those that need their history stretch by stretch
WITH moved AS (
    SELECT ticket, CAST("at" - $first AS INTEGER) AS t,
           CAST(left_state * $states + state AS INTEGER) AS step,
           CAST(priority AS INTEGER) - CAST(left_priority AS INTEGER) AS priority_change
    FROM $moves
    WHERE "at" <= $as_of $touched
), telling AS (
    SELECT ticket, t, t // $width AS bucket, t % $width AS within, step, priority_change
    FROM moved
    WHERE step IN ($telling_steps) OR priority_change <> 0
), sums AS (
    SELECT ticket,
           min(t) AS opened,
           max(CASE WHEN stops > 0 THEN t END) AS stopped,
           $sums
           sum(counters + priority_change * $priority_unit
               + CASE WHEN rests = 1 AND priority_change <> 0 THEN $late_unit ELSE 0 END) AS counted
    FROM telling
    JOIN hours ON hours.bucket = telling.bucket
    JOIN steps ON steps.step = telling.step
    GROUP BY ticket
), told AS (
    SELECT ticket, opened,
           CAST(counted AS BIGINT) & 1 AS is_stopped,
           (CAST(counted AS BIGINT) >> 1) & 1 AS is_running,
           (CAST(counted AS BIGINT) >> 2) & 1 AS is_paused,
           (CAST(counted AS BIGINT) >> 3) & 1 AS is_cancelled,
           (CAST(counted AS BIGINT) >> 4) & 4095 AS priority,
           (CAST(counted AS BIGINT) >> 16) & 16383 AS goings,
           (CAST(counted AS BIGINT) >> 30) & 16383 AS late_priorities,
           stopped, $sum_names
    FROM sums
), counted AS (
    SELECT ticket, opened, is_stopped, is_cancelled, priority, goings, late_priorities,
           CASE WHEN is_stopped = 1 THEN stopped END AS stopped,
           $counts
    FROM told
), judged AS (
    SELECT counted.ticket, counted.priority, rules.calendar, $paused AS paused_seconds, opened, stopped,
           CASE rules.seconds_of $seconds_cases END AS clock_seconds,
           CASE rules.amount_of $amount_cases END AS amount, rules.target, is_cancelled,
           CASE WHEN goings = 0 AND is_cancelled = 0 THEN 1 ELSE 0 END AS has_no_opening,
           rules.needs_priority, late_priorities, is_stopped
    FROM counted
    JOIN rules ON rules.priority = counted.priority
), final AS (
    SELECT ticket, priority, calendar, clock_seconds, paused_seconds,
           CASE WHEN $excluded THEN 'excluded'
                WHEN is_cancelled = 1 AND $leaves_cancelled_out THEN 'excluded'
                WHEN is_stopped = 1 AND amount <= target THEN 'met'
                WHEN is_stopped = 1 THEN 'missed'
                WHEN amount > target AND $open_is_missed THEN 'missed'
                ELSE 'open' END AS verdict,
           CASE WHEN late_priorities > 0 OR has_no_opening = 1 OR needs_priority = 1
                     OR ($counts_by_stop AND is_stopped = 0 AND amount > target
                         AND $open_is_missed)
                THEN 1 ELSE 0 END AS by_hand,
           $moment AS moment
    FROM judged
)
SELECT ticket, final.priority, calendar, clock_seconds, paused_seconds, verdict, by_hand,
       hours.month
FROM final
LEFT JOIN hours ON hours.bucket = final.moment // $width

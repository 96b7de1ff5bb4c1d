"""A service desk's story in small: made-up tickets that give the figures of the demonstration.

"P1 and P2 in time" comes out as 231/238 in January 2026 to 213/240 in October, the provider's
report says 229/240, and the 16 tickets between are 11 paused for a third party, 3 reopened as new
tickets and 2 lowered in priority after the breach. Two further levels give the story's credits.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count, cycle
from zoneinfo import ZoneInfo

STORY_DAY = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
STORY_ZONE = ZoneInfo("Europe/Amsterdam")

URGENT = [
    (231, 238), (219, 226), (236, 244), (223, 231), (230, 240),
    (225, 236), (216, 229), (205, 221), (222, 242), (213, 240),
]  # fmt: skip
OTHER = [(93, 100)] * 8 + [(88, 100), (84, 100)]
FIRST_TIME_MISSED = [40] * 9 + [90]

AGREEMENT = """\
schema: retained/agreement/1
reference: AG-7
title: Service desk
client: Lindenhof Bank
provider: Brightdesk
currency: EUR
time_zone: Europe/Amsterdam
from: 2026-01-01
until: 2028-12-31
credit_base: {amount: 92000.00, per: month}
calendars:
  office: {hours: {monday-friday: ["08:00-18:00"]}}
clocks:
  resolve:
    starts: opened
    stops: resolved
    pauses_in: [waiting_client]
    on_reopening: resume
    reopened_as_new: continues
    priority: first
    calendar: office
service_levels:
  - id: urgent
    title: P1 and P2 in time
    source: brightdesk
    tickets: {priority: ["1", "2"]}
    clock: resolve
    measure: within_target
    targets: {"1": 4h, "2": 8h, "3": 3 working days}
    expected: 95 %
    minimum: 90 %
    critical: true
    credit: {allocation: 40 %, below_expected: 50 %, below_minimum: 100 %}
  - id: other
    title: P3 in time
    source: brightdesk
    tickets: {priority: "3"}
    clock: resolve
    measure: within_target
    targets: {"3": 3 working days}
    expected: 90 %
    minimum: 85 %
    credit: {allocation: 30 %, below_expected: 50 %, below_minimum: 100 %}
  - id: first-time
    title: Resolved the first time
    source: brightdesk
    clock: resolve
    measure: first_time
    expected: 80 %
    minimum: 60 %
    credit: {allocation: 30 %, below_expected: 50 %, below_minimum: 100 %}
credits:
  at_risk: 12 %
  repeated: {from: 3, times: 1.5}
  triggers:
    - {id: four-misses, title: Four misses running, right: terminate, service_level: urgent,
       in_a_row: 4, lapses_after_days: 30}
"""

MAPPING = """\
schema: retained/mapping/1
source: brightdesk
time_zone: Europe/Amsterdam
files:
  - pattern: "tickets*.csv"
    shape: state_changes
    delimiter: ","
    datetime: "%Y-%m-%d %H:%M"
    columns: {ticket: ticket, at: at, state: state, priority: priority, actor: actor,
              reason: reason, reported: reported}
    attributes: {continues: continues, reassignments: reassignments}
states:
  New: new
  In progress: in_progress
  Waiting for customer: waiting_client
  Waiting for third party: waiting_third_party
  Resolved: resolved
  Closed: closed
"""

HEADER = (
    "ticket", "at", "state", "priority", "actor", "reason", "reported", "continues",
    "reassignments",
)  # fmt: skip


@dataclass
class Desk:
    """Writes the raw rows of tickets, one after another."""

    rows: list[tuple[str, ...]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(10001))
    agents: Iterator[str] = field(
        default_factory=lambda: cycle(["A. Okafor", "M. Lindqvist", "R. Haas"])
    )

    def ticket(
        self,
        opened: datetime,
        priority: str,
        *steps: tuple[float, str],
        reported: str = "",
        continues: str = "",
        passed_on: bool = False,
    ) -> str:
        """Add a ticket: `steps` are hours after its opening and what happened then.

        A step is a state, or "priority 3"; a reason may follow the state after a colon.
        """
        number = f"INC-{next(self.numbers)}"
        agent = next(self.agents)
        fixed = (reported, continues, "1" if passed_on else "0")
        self.rows.append((number, _text(opened), "New", priority, agent, "", *fixed))
        state = "New"
        for hours, step in steps:
            if step.startswith("priority "):
                priority = step.removeprefix("priority ")
                reason = ""
            else:
                state, _, reason = step.partition(": ")
            at = _text(opened + timedelta(hours=hours))
            self.rows.append((number, at, state, priority, agent, reason, *fixed))
        return number

    def text(self) -> str:
        """Return the rows as the file that the provider's tool exports."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(self.rows)
        return out.getvalue()


def at_the_desk(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of 2026 on the desk's wall: exports carry no offset."""
    return datetime(2026, month, day, hour, minute)  # noqa: DTZ001 - the mapping names the zone


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")


def working_mornings(month: int, *, before: int = 21) -> Iterator[datetime]:
    """Yield 08:00 on the working days of a month, over and over, a few minutes later each time."""
    days = [
        date(2026, month, day) for day in range(2, before) if date(2026, month, day).weekday() < 4
    ]
    for number, day in enumerate(cycle(days)):
        minutes = (number // len(days)) * 2 % 50
        yield at_the_desk(day.month, day.day, 8, minutes)


def story_csv() -> str:
    """Return the tickets of January 2026 to the ninth of November."""
    desk = Desk()
    for number, (met, counted) in enumerate(URGENT, start=1):
        mornings = working_mornings(number)
        missed = counted - met
        passed_on = FIRST_TIME_MISSED[number - 1]
        if number == 10:
            missed -= _the_sixteen(desk, mornings)
        for index in range(missed):
            _missed_urgent(desk, next(mornings), index)
        for index in range(met):
            _met_urgent(desk, next(mornings), index, passed_on=index < passed_on)
        others_met, others = OTHER[number - 1]
        for index in range(others):
            late = index >= others_met
            hours = 24 * 6 + 0.5 if late else 24 + 3
            desk.ticket(
                next(mornings), "3", (1, "In progress"), (hours, "Resolved"),
                reported="missed" if late else "met",
            )  # fmt: skip
    _november(desk)
    return desk.text()


def _met_urgent(desk: Desk, opened: datetime, index: int, *, passed_on: bool) -> None:
    pauses = [(1.5, "Waiting for customer: asked the caller"), (3.0, "In progress")]
    steps = pauses if index % 5 == 0 else []
    priority = "1" if index % 6 == 0 else "2"
    end = (4.5 if priority == "1" and steps else 3.25) + index % 4 * 0.1
    desk.ticket(
        opened, priority, (0.5, "In progress"), *steps, (end, "Resolved"), (end + 72, "Closed"),
        reported="met", passed_on=passed_on,
    )  # fmt: skip


def _missed_urgent(desk: Desk, opened: datetime, index: int) -> None:
    """Add a miss that both sides see; some of them with pauses that look odd."""
    odd: tuple[tuple[float, str], ...] = ()
    if index % 4 == 1:
        odd = ((7.5, "Waiting for customer: awaiting feedback"), (8.5, "In progress"))
    desk.ticket(opened, "2", (0.5, "In progress"), *odd, (28.0, "Resolved"), reported="missed")


def _the_sixteen(desk: Desk, mornings: Iterator[datetime]) -> int:
    """Add October's tickets on which the two sides differ; return how many they are."""
    for _ in range(11):
        desk.ticket(
            next(mornings), "2", (0.5, "In progress"),
            (2.0, "Waiting for third party: network carrier"), (26.0, "In progress"),
            (29.0, "Resolved"), reported="met",
        )  # fmt: skip
    for _ in range(3):
        opened = next(mornings)
        first = desk.ticket(
            opened, "2", (0.5, "In progress"), (2.0, "Resolved"), (2.5, "Closed"), reported="met"
        )
        desk.ticket(
            opened + timedelta(hours=24), "2", (0.5, "In progress"), (8.0, "Resolved"),
            continues=first,
        )  # fmt: skip
    for _ in range(2):
        desk.ticket(
            next(mornings), "2", (0.5, "In progress"), (25.0, "priority 3"), (27.0, "Resolved"),
            reported="met",
        )  # fmt: skip
    return 16


def _november(desk: Desk) -> None:
    mornings = working_mornings(11, before=7)
    for index in range(38):
        _met_urgent(desk, next(mornings), index, passed_on=index < 4)
    desk.ticket(at_the_desk(11, 4, 9), "2", (0.5, "In progress"), (28.0, "Resolved"))
    desk.ticket(at_the_desk(11, 6, 14), "2", (0.5, "In progress"))
    desk.ticket(at_the_desk(11, 9, 8, 15), "1")
    desk.ticket(at_the_desk(11, 9, 8, 40), "3")

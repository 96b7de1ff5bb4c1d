"""What tests of the editors share: an agreement that says everything, and how a form is begun."""

from datetime import date

from django.test import Client

from contracts.form_reading import form_on
from retained.contracts import queries
from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.models import Agreement

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
EVERYTHING = """\
schema: retained/agreement/1
reference: AG-9
title: Everything
client: Lindenhof Bank
provider: Brightdesk
currency: EUR
time_zone: Europe/Amsterdam
from: 2026-01-01
until: 2028-12-31
credit_base: {amount: 92000.00, months: {2026-07: 95000.50, 2026-08: 90000}}
calendars:
  office:
    hours:
      monday-thursday: ["08:00-12:00", "13:00-18:00"]
      friday: ["08:00-13:00"]
    holidays: {country: DE, subdivision: NW, frozen: {2026: [2026-01-01, 2026-12-25]}}
    added: {2026-12-27: ["10:00-12:00"], 2026-12-28: []}
    removed: [2026-12-24, 2026-12-31]
    time_zone: Europe/Berlin
  always: 24x7
clocks:
  resolve:
    starts: in_progress
    pauses_in: [waiting_third_party, waiting_client]
    on_reopening: new_cycle
    reopened_as_new: continues
    priority: split
    cancelled: count
    calendar: {default: office, priority: {"1": always, "2: high": always}, service: {Mail: office}}
service_levels:
  - id: in-time
    title: Resolved in time
    source: brightdesk
    tickets: {priority: ["1 - Critical", "2, high"], category: [mail]}
    clock: resolve
    targets: {"1 - Critical": 1h 30min, any: 3 working days}
    month_of: due
    open_past_target: open
    expected: 95 %
    minimum: 90 %
    round_to: 1
    minimum_volume: 20
    small_volume: failures
    allowed_failures: 2
    critical: true
    credit: {allocation: 40 %, ladder: [{below: 95 %, share: 50 %}, {below: 90 %, share: 100 %}]}
  - id: first
    title: The first time
    source: brightdesk
    measure: first_time
    reopening_counts: false
    expected: 70 %
    credit: {allocation: 30 %, per_point: {share: 10 %, each: 1 %}}
  - id: backlog
    title: Old tickets
    source: brightdesk
    measure: backlog
    clock: resolve
    older_than: 10 working days
    expected: "20"
    credit: {bands: [{at_least: "21", at_most: "30", points: 2}, {at_least: "31", points: 5.5}]}
credits:
  at_risk: 12 %
  pool: 150 %
  repeated: {from: 3, times: 1.5}
  point_values: [{from_points: 2, share: 1 %}, {from_points: 5, share: 2.5 %}]
  earn_back: {following_months: 3, at_least: 97 %, at_most: 50 %, not_below_minimum: true,
              service_levels: [first, in-time]}
  triggers:
    - {id: four, title: Four running, service_level: in-time, below: minimum, in_a_row: 4,
       lapses_after_days: 30}
    - {id: some, title: Some, right: step in, misses: 3, of_months: 6}
    - {id: much, title: Much, credits_over: 20000, in_months: 6}
"""


def text_of(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def begun(browser: Client, address: str, **changed: str | list[str]) -> dict[str, object]:
    """Return what is sent when the form at `address` is saved with only this changed."""
    answer = browser.get(address)
    assert answer.status_code == 200
    return form_on(text_of(answer)) | changed


def changed_terms(agreement: Agreement) -> AgreementTerms:
    return queries.terms_in_force(agreement, date(2027, 6, 1))

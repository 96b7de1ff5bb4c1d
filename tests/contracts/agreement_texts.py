"""Agreements as people write them: the mini example, and Corvale's with tacit renewal."""

BRIGHTDESK = """\
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
  office: {hours: {monday-friday: ["08:00-18:00"]}, holidays: NL}
  always: 24x7
clocks:
  resolve:
    starts: opened
    stops: resolved
    pauses_in: [waiting_client]
    on_reopening: resume
    priority: last
    calendar: {default: office, priority: {"1": always}}
service_levels:
  - id: in-time
    title: Resolved in time
    source: brightdesk
    tickets: {priority: ["1", "2", "3"]}
    clock: resolve
    measure: within_target
    targets: {"1": 4h, "2": 8h, "3": 3 working days}
    month_of: stop
    open_past_target: missed
    expected: 95 %
    minimum: 90 %
    minimum_volume: 0
    credit: {allocation: 40 %, below_expected: 50 %, below_minimum: 100 %}
credits: {at_risk: 12 %, repeated: {from: 3, times: 1.5}}
"""

CORVALE = """\
schema: retained/agreement/1
reference: AG-2
title: Networks
client: Lindenhof Bank
provider: Corvale
currency: EUR
time_zone: Europe/Amsterdam
from: 2024-07-01
until: 2027-06-30
renewal: {by_months: 12, notice_months: 6}
credit_base: {amount: 74000.00}
calendars: {always: 24x7}
clocks:
  restore: {stops: resolved, calendar: always}
service_levels:
  - id: restored
    title: Restored in time
    source: corvale
    clock: restore
    targets: {any: 4h}
    expected: 98 %
"""

"""The worked case of the methods pages on decisions and on the bridge: every figure is fixed."""

WORKED = """\
schema: retained/case/1
reference: WORKED
title: Worked by hand
currency: EUR
from: 2026-01
months: 24
discount: 0 %
fiscal_year_from: 7
baseline: stay
budget:
  years: {2025/26: 580000, 2026/27: 1190000, 2027/28: 600000}
assumptions:
  fee: {value: 80000}
  inflation: {value: 5 %}
  cap: {value: 2 %}
decisions:
  cap:
    title: Cap on the index
    now: two
    ways:
      two: {title: 2 % a year at most}
      none: {hold: {cap: 100 %}}
  staff:
    now: leave
    ways:
      leave: {title: They leave, without: [offer.transfer]}
      move: {title: They move, without: [offer.severance]}
options:
  stay:
    title: Stay
    lines:
      team: {title: In-house team, formula: "100000"}
  offer:
    title: Offer
    lines:
      fee: {formula: "fee * indexed(inflation, 1, 0, cap)"}
      severance: {formula: 120000 * once(4), once: true}
      transfer: {formula: 50000 * once(4), once: true}
    exit: {from_month: 12, cost: fee, to: stay}
    benefits:
      - {goal: Speed, figure: "24", unit: hours a day}
      - {goal: Skills, mark: 3, words: Two languages more}
    freed:
      - {who: Agents, people: "12", from_month: 4, where: The social plan}
      - {who: Head of IT, hours_a_month: "30", where: Network renewal}
"""

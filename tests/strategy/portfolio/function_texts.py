"""Functions as people write them, for tests."""

SERVICE_DESK = """\
schema: retained/function/1
reference: service-desk
title: Service desk
purpose: The one place to turn to.
owner: Jeroen Kuipers
legal_entities: [Lindenhof Bank N.V.]
sites: ["Head office, Utrecht"]
supports: [payments]
performer: provider
performed_by: [Brightdesk]
currency: EUR
people:
- {role: Agent, location: Zwolle, number: 20, yearly_cost: 61000}
- {role: Team lead, location: Zwolle, number: 2.5, yearly_cost: 78000.50}
volumes:
  tickets:
    title: Tickets
    unit: tickets a month
    history: {2026-02: 3195, 2026-01: 3282}
    growth: 2 %
tools: [Ticket system]
data: {kinds: [personal], countries: [NL]}
raci:
  parties: {Service manager: client, Users: client, Brightdesk: provider}
  activities:
  - {title: Take the call, who: {Brightdesk: R, Service manager: A, Users: I}}
  - {title: Decide, who: {Service manager: AR}}
  - {title: Close, who: {Brightdesk: r/a}}
options:
  handed_out:
    title: Handed out
    way: partner
    team: [{role: Service manager, number: 1, yearly_cost: 95000}]
"""


def function(reference: str, *, title: str = "", parent: str = "", more: str = "") -> str:
    """Return a function of a few lines."""
    above = f"parent: {parent}\n" if parent else ""
    title = title or reference.capitalize()
    return f"schema: retained/function/1\nreference: {reference}\ntitle: {title}\n{above}{more}"

"""Words by which headers, states and clocks of the usual tools are known.

In   the name of a state or of a tool's clock
Out  the state that it most likely stands for; whether the clock ends with the resolution
Why  docs/guide/evidence.md
"""

import re

ROLE_WORDS = {
    "ticket": (
        r"^(ticket|number|incident|case|issue|sr|task)( (id|number|key|no|nr))?$",
        r"^(incident|ticket|case|issue|sr|task|call) (id|number|key|no|nr)$",
        r"^(id|key|ticketnummer|nummer)$",
    ),
    "opened": (
        r"open(ed)?( (at|time|date|on))?$",
        r"creat(ed|ion)",
        r"^(reported|erstellt|aangemaakt)",
    ),
    "reopened": (r"reopen",),
    "resolved": (r"resolv|resolution|solved|gelöst|opgelost",),
    "closed": (r"clos(e|ed)( (at|time|date|on))?$", r"geschlossen|afgesloten"),
    "assigned": (r"assigned (at|on|time|date)",),
    "started": (r"(work )?start(ed)?( (at|on|time|date))?$",),
    "at": (r"updat|chang|modif", r"^(at|timestamp|date|time|when)$", r"stamp|date|time"),
    "state": (r"^(sub ?status)$", r"stat(e|us)$", r"activity type$", r"toestand|zustand"),
    "priority": (r"priorit|^prio", r"severity", r"impact"),
    "reported": (r"made sla|in sla|sla (met|made)|within sla",),
    "breached": (r"^(has|is|sla)? ?breached$", r"breached?$|sla missed"),
    "sequence": (r"mod count|sequence|^seq$|^version$",),
    "actor": (
        r"updated by|changed by",
        r"assignment group|^(team|group|queue)$",
        r"assigned to|assignee",
    ),
    "hold": (r"(hold|paus|pending|wait)\w* ?(time|duration|seconds|minutes|hours)",),
}

# A tool's own clock, such as a row of ServiceNow's task_sla or of Jira's SLA report.
CLOCK_WORDS = {
    "ticket": ROLE_WORDS["ticket"],
    "start": (r"^(sla )?(start(ed)?|begin|began)( (time|date|at|on))?$",),
    "stop": (r"^(sla )?(stop(ped)?|end(ed)?|completed)( (time|date|at|on))?$",),
    "breached": ROLE_WORDS["breached"],
    "reported": ROLE_WORDS["reported"],
    "paused": (
        r"^(business )?paus\w* duration",
        r"^(total )?paus\w* (time|seconds|minutes|hours)|^total paus",
        r"^paused?( s| min| h)?$",
    ),
    "priority": ROLE_WORDS["priority"],
    "actor": ROLE_WORDS["actor"],
}
CUT_OFF_WORDS = (
    r"^(snapshot|cut ?off|as (of|at|per)|month ?end|period ?end|stichtag|peildatum)"
    r"( (date|day|time|at|on))?$",
    r"^(report(ing)?|extract(ion|ed)?|export(ed)?) (date|day|time|at|on)$",
)

_STATES = (
    (r"cancel|void|duplicate|reject|withdrawn|annul|storn", "cancelled"),
    (r"await.*(assign|accept)|queued|unassigned|dispatch", "assigned"),
    (r"(wait|await|pend|hold|wart|wacht).*(vendor|supplier|provider|third|3rd|external|problem|change|part)",
     "waiting_third_party"),
    (r"(wait|await|pend|hold|wart|wacht).*(user|client|customer|caller|requester|info|evidence|klant|kunde)",
     "waiting_client"),
    (r"^(on ?hold|pending|waiting|suspended|paused)$", "waiting_client"),
    (r"clos|geschlossen|gesloten|afgesloten", "closed"),
    (r"resolv|solved|complete|done|fixed|fulfil|in call|gelöst|opgelost", "resolved"),
    (r"reopen|progress|active|work|accepted|started|analys|investigat|bearbeit|behandeling",
     "in_progress"),
    (r"assign|zugewiesen|toegewezen", "assigned"),
    (r"^(new|open|opened|created|logged|registered|submitted|neu|nieuw|to do)$", "new"),
)  # fmt: skip


def is_resolution(clock: str) -> bool:
    """Return whether a tool's clock of that name ends with the resolution of the ticket."""
    words = r"resol|solve|solution|repair|restor|fix|oplos|lösung"
    return re.search(words, clock.casefold()) is not None


def state_for(name: str) -> str | None:
    """Return the state that a tool's own name most likely stands for, or None."""
    plain = name.strip().casefold()
    return next((state for pattern, state in _STATES if re.search(pattern, plain)), None)

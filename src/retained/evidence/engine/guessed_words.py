"""Words by which headers and states of the usual tools are known.

In   a state's name
Out  the state that it most likely stands for
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
    "breached": (r"breach|has breached|sla missed",),
    "sequence": (r"mod count|sequence|^seq$|^version$",),
    "actor": (
        r"updated by|changed by",
        r"assignment group|^(team|group|queue)$",
        r"assigned to|assignee",
    ),
    "hold": (r"(hold|paus|pending|wait)\w* ?(time|duration|seconds|minutes|hours)",),
}

_STATES = (
    (r"cancel|void|duplicate|reject|withdrawn|annul|storn", "cancelled"),
    (r"await.*(assign|accept)|queued|unassigned|dispatch", "assigned"),
    (r"(wait|await|pend|hold).*(vendor|supplier|provider|third|3rd|external|problem|change|part)",
     "waiting_third_party"),
    (r"(wait|await|pend|hold).*(user|client|customer|caller|requester|info|evidence|klant|kunde)",
     "waiting_client"),
    (r"^(on ?hold|pending|waiting|suspended|paused)$", "waiting_client"),
    (r"clos|geschlossen|gesloten|afgesloten", "closed"),
    (r"resolv|solved|complete|done|fixed|fulfil|in call|gelöst|opgelost", "resolved"),
    (r"reopen|progress|active|work|accepted|started|analys|investigat|bearbeit|behandeling",
     "in_progress"),
    (r"assign|zugewiesen|toegewezen", "assigned"),
    (r"^(new|open|opened|created|logged|registered|submitted|neu|nieuw|to do)$", "new"),
)  # fmt: skip


def state_for(name: str) -> str | None:
    """Return the state that a tool's own name most likely stands for, or None."""
    plain = name.strip().casefold()
    return next((state for pattern, state in _STATES if re.search(pattern, plain)), None)

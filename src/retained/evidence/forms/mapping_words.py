"""Words by which the page of a mapping names shapes, columns and ways of writing."""

from retained.shared.states import State

SHAPES = (
    ("state_changes", "one change of state"),
    ("updates", "one update, with the state in it"),
    ("stamps", "one ticket, with the times of its steps"),
    ("clock_table", "a tool's own clock of one ticket"),
    ("snapshots", "one ticket as it stood at a cut-off"),
)
UNITS = [(unit, unit) for unit in ("seconds", "minutes", "hours", "days")]
DECIMALS = [(".", "1,234.5"), (",", "1.234,5")]
ENCODINGS = [
    ("utf-8", "UTF-8"),
    ("cp1252", "Windows, Western Europe (cp1252)"),
    ("cp1250", "Windows, Central Europe (cp1250)"),
    ("iso8859-1", "ISO 8859-1 (Latin 1)"),
    ("iso8859-15", "ISO 8859-15 (Latin 9)"),
    ("mac-roman", "Macintosh (Mac Roman)"),
    ("utf-16", "UTF-16"),
    ("utf-16-le", "UTF-16 without its mark"),
]
_STATES = [(state.value, state.value.replace("_", " ")) for state in State]
STATE_CHOICES = [
    ("", "not mapped yet: choose"),
    *_STATES,
    ("unchanged", "says nothing about the state"),
]
ROLE_LABELS = {
    "ticket": "Ticket",
    "at": "Time of the row",
    "state": "State",
    "priority": "Priority",
    "opened": "Opened",
    "assigned": "Assigned",
    "started": "Work started",
    "reopened": "Reopened",
    "resolved": "Resolved",
    "closed": "Closed",
    "cancelled": "Cancelled",
    "hold": "Total hold time",
    "start": "Clock started",
    "stop": "Clock stopped",
    "paused": "Paused",
    "cut_off": "Cut-off",
    "reported": "Provider's verdict (met)",
    "breached": "Provider's verdict (breached)",
    "actor": "Who did it",
    "reason": "Reason",
    "sequence": "Order within a moment",
    "row_id": "Id of the row",
    "version": "Version of the row",
}


def spelled(delimiter: str) -> str:
    """Return a delimiter as people write it."""
    return "tab" if delimiter == "\t" else delimiter

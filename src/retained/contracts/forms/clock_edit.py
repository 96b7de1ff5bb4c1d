"""The form of a clock: when it starts, stands and stops, and on which hours it runs."""

from collections.abc import Mapping

from django import forms

from retained.contracts.forms.editing import EditForm
from retained.contracts.forms.rows import Row, RowSet, chosen_field
from retained.contracts.forms.shape import words_field

_STATES = [
    ("new", "New"),
    ("assigned", "Assigned"),
    ("in_progress", "In progress"),
    ("waiting_client", "Waiting for us"),
    ("waiting_third_party", "Waiting for a third party"),
    ("resolved", "Resolved"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
_STARTS = [
    ("opened", "The ticket is opened"),
    ("assigned", "Somebody is given it"),
    ("in_progress", "Somebody begins to work on it"),
]
_STOPS = [
    ("assigned", "Somebody is given it"),
    ("in_progress", "Somebody begins to work on it"),
    ("resolved", "It is resolved"),
    ("closed", "It is closed"),
]
_REOPENING = [
    ("resume", "It runs on"),
    ("new_cycle", "It starts again, and its longest run counts"),
    ("ignore", "Nothing: the first stop counts"),
]
_AS_NEW = [
    ("separate", "It counts by itself"),
    ("continues", "It is a reopening of the first"),
]
_PRIORITY = [
    ("last", "The last one"),
    ("first", "The first one"),
    ("split", "Each uses up its share of its own target"),
]
_CANCELLED = [("leave_out", "It is left out"), ("count", "It counts as stopped")]


class PriorityRow(Row):
    """A priority with hours of its own."""

    priority = words_field("Priority", help_text="As the tickets write it.")
    calendar = chosen_field("Calendar")


class ServiceRow(Row):
    """A service with hours of its own."""

    service = words_field("Service", help_text="It wins over the priority.")
    calendar = chosen_field("Calendar")


class ClockForm(EditForm):
    """A clock of an agreement."""

    paths: Mapping[str, str] = {
        "starts": "starts",
        "stops": "stops",
        "pauses_in": "pauses_in",
        "on_reopening": "on_reopening",
        "reopened_as_new": "reopened_as_new",
        "priority": "priority",
        "cancelled": "cancelled",
        "calendar": "calendar.default",
    }
    row_sets = (
        RowSet("by_priority", "Priorities with hours of their own", PriorityRow,
               "calendar.priority", key="priority", value="calendar"),
        RowSet("by_service", "Services with hours of their own", ServiceRow,
               "calendar.service", key="service", value="calendar"),
    )  # fmt: skip
    groups = (
        ("Start and stop", ("name", "starts", "stops", "pauses_in")),
        ("Hours", ("calendar", "by_priority", "by_service")),
        ("What happens on the way",
         ("on_reopening", "reopened_as_new", "priority", "cancelled")),
    )  # fmt: skip

    name = words_field(
        "Name", help_text="Short, like resolve. Service levels that use it follow a new name."
    )
    starts = chosen_field("It starts when", _STARTS, initial="opened")
    stops = chosen_field("It stops when", _STOPS, initial="resolved")
    pauses_in = forms.MultipleChoiceField(
        label="It stands while a ticket is", choices=_STATES, required=False, initial=[],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    calendar = chosen_field("It runs on")
    on_reopening = chosen_field("When a ticket is reopened", _REOPENING, initial="resume")
    reopened_as_new = chosen_field(
        "When a new ticket continues a finished one", _AS_NEW, initial="separate"
    )
    priority = chosen_field("When the priority changes, what counts", _PRIORITY, initial="last")
    cancelled = chosen_field("A cancelled ticket", _CANCELLED, initial="leave_out")

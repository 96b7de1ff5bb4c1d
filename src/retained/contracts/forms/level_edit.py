"""The form that changes a service level: all that it may promise, with its ladder and points."""

from collections.abc import Mapping

from django import forms

from retained.contracts.forms.editing import EditForm
from retained.contracts.forms.levels import MONTHS, SMALL
from retained.contracts.forms.rows import Row, RowSet, chosen_field
from retained.contracts.forms.shape import words_field

_MEASURES = [
    ("within_target", "Share within target"),
    ("percentile", "Time that so many percent do not exceed"),
    ("mean", "Mean time"),
    ("first_time", "Share resolved the first time"),
    ("reopen_share", "Share reopened"),
    ("backlog", "Tickets open at the end of the month"),
    ("count", "Tickets of the month"),
]
_OPEN_PAST_TARGET = [("missed", "Is missed already"), ("open", "Stays open")]


class TicketsRow(Row):
    """A column of the tickets and the values that count."""

    column = words_field("Column", help_text="Like priority or category.")
    values = words_field("Values, a line each", widget=forms.Textarea(attrs={"rows": 2}))


class TargetRow(Row):
    """The time of one priority."""

    priority = words_field("Priority", help_text="Empty: any.")
    target = words_field("Target", help_text="Like 4h or 3 working days.")


class RungRow(Row):
    """A rung of a ladder."""

    below = words_field("Below", help_text="Above, where less is better.")
    share = words_field("Share owed", help_text="Of the allocation, like 50 %.")


class BandRow(Row):
    """Points for what was attained."""

    at_least = words_field("From")
    at_most = words_field("Up to")
    points = words_field("Points")


class LevelEditForm(EditForm):
    """A service level; its id stays, since months are kept under it."""

    paths: Mapping[str, str] = {
        "title": "title",
        "source": "source",
        "measure": "measure",
        "clock": "clock",
        "percentile": "percentile",
        "older_than": "older_than",
        "expected": "expected",
        "minimum": "minimum",
        "critical": "critical",
        "month_of": "month_of",
        "open_past_target": "open_past_target",
        "reopening_counts": "reopening_counts",
        "round_to": "round_to",
        "minimum_volume": "minimum_volume",
        "small_volume": "small_volume",
        "allowed_failures": "allowed_failures",
        "allocation": "credit.allocation",
        "below_expected": "credit.below_expected",
        "below_minimum": "credit.below_minimum",
        "point_share": "credit.per_point.share",
        "point_each": "credit.per_point.each",
    }
    row_sets = (
        RowSet("tickets", "Only tickets with", TicketsRow, "tickets",
               key="column", value="values", between="\n", empty_rows=1),
        RowSet("targets", "Targets", TargetRow, "targets",
               key="priority", value="target", unnamed="any"),
        RowSet("ladder", "Ladder", RungRow, "credit.ladder",
               hint="The deepest missed rung counts; rungs do not add up."),
        RowSet("bands", "Points", BandRow, "credit.bands",
               hint="What points are worth stands with the credits."),
    )  # fmt: skip
    groups = (
        ("What is promised",
         ("title", "source", "measure", "clock", "percentile", "older_than", "expected", "minimum",
          "critical", "targets", "tickets")),
        ("How it is counted",
         ("month_of", "open_past_target", "reopening_counts", "round_to", "minimum_volume",
          "small_volume", "allowed_failures", "volume")),
        ("What a miss costs, in one way",
         ("allocation", "below_expected", "below_minimum", "point_share", "point_each", "ladder",
          "bands")),
    )  # fmt: skip

    title = words_field("Name", max_length=120)
    source = words_field("Source of its tickets")
    measure = chosen_field("Measure", _MEASURES, initial="within_target")
    clock = chosen_field("Clock")
    percentile = words_field("Percentile", help_text="Like 90 %, for a time.")
    older_than = words_field("Older than", help_text="For tickets that are open.")
    expected = words_field("Expected level", help_text="Like 95 %, a time, or a number.")
    minimum = words_field("Minimum level", help_text="Below it, the miss is serious.")
    critical = forms.BooleanField(label="It is critical", required=False)
    month_of = chosen_field("A ticket counts in the month", MONTHS, initial="stop")
    open_past_target = chosen_field(
        "A ticket that is open past its target", _OPEN_PAST_TARGET, initial="missed"
    )
    reopening_counts = forms.BooleanField(
        label="A reopening spoils a first-time resolution", required=False, initial=True
    )
    round_to = words_field("Digits that a percentage is rounded to", help_text="Empty: unrounded.")
    minimum_volume = words_field("Minimum volume", help_text="Tickets a month. Empty: none.")
    small_volume = chosen_field("In a month with fewer tickets", SMALL, initial="no_verdict")
    allowed_failures = words_field("Tickets that may be missed then")
    allocation = words_field(
        "Share of the amount at risk", help_text="Like 40 %. All empty: a miss costs nothing."
    )
    below_expected = words_field("Owed below expected", help_text="Of that share, like 50 %.")
    below_minimum = words_field("Owed below minimum", help_text="Like 100 %.")
    point_share = words_field("or owed for every full step", help_text="Like 10 %.")
    point_each = words_field("Step below expected", help_text="Like 1 %.")
    volume = forms.IntegerField(
        label="Tickets a month, for the odds", required=False, initial=100,
        min_value=1, max_value=100_000,
        help_text="Not a part of the agreement: shows what chance does at this volume.",
    )  # fmt: skip

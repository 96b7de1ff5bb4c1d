"""The form of a calendar: windows by weekday, holidays, days added and taken out."""

from collections.abc import Mapping

from django import forms

from retained.contracts.forms.editing import EditForm, LinesField
from retained.contracts.forms.rows import Row, RowSet
from retained.contracts.forms.shape import words_field


class HoursRow(Row):
    """The windows of a weekday or a span of weekdays."""

    weekdays = words_field("Weekdays", help_text="Like monday-friday.")
    windows = words_field("Hours", help_text="Like 08:00-12:00, 13:00-17:00; all day: 00:00-24:00.")


class AddedRow(Row):
    """A day with windows of its own."""

    day = words_field("Day", widget=forms.DateInput(attrs={"type": "date"}))
    windows = words_field("Hours", help_text="Empty: closed.")


class CalendarForm(EditForm):
    """A calendar of an agreement."""

    paths: Mapping[str, str] = {
        "country": "holidays.country",
        "subdivision": "holidays.subdivision",
        "removed": "removed",
        "time_zone": "time_zone",
    }
    row_sets = (
        RowSet("hours", "Hours", HoursRow, "hours", key="weekdays", value="windows", between=", "),
        RowSet("added", "Days with hours of their own", AddedRow, "added",
               key="day", value="windows", between=", "),
    )  # fmt: skip
    groups = (
        ("Hours", ("name", "hours", "time_zone")),
        ("Public holidays", ("country", "subdivision")),
        ("Special days", ("removed", "added")),
    )

    name = words_field(
        "Name", help_text="Short, like office or weekend. Clocks that run on it follow a new name."
    )
    time_zone = words_field("Time zone of its own", help_text="Empty: that of the agreement.")
    country = words_field("Country", help_text="Like NL. Days that are frozen stay.")
    subdivision = words_field(
        "Part of the country", help_text="Like NW for North Rhine-Westphalia."
    )
    removed = LinesField("Days taken out, a line each", help_text="Like 2026-12-24.")

"""The form of what holds for all credits: amounts, pool, points, earn-back and triggers."""

from collections.abc import Mapping

from django import forms

from retained.contracts.forms.editing import EditForm
from retained.contracts.forms.rows import Row, RowSet, chosen_field
from retained.contracts.forms.shape import words_field


class MonthRow(Row):
    """A month with an amount of its own."""

    month = words_field("Month", help_text="Like 2026-07.")
    amount = words_field("Amount")


class PointValueRow(Row):
    """What points are worth from a number of them on."""

    from_points = words_field("From points")
    share = words_field("Share of the charge", help_text="Like 2 %.")


class TriggerRow(Row):
    """A right that misses give rise to."""

    id = words_field("Id", help_text="Short and lasting, like four-running.")
    title = words_field("Name")
    right = words_field("Right to", initial="terminate")
    service_level = chosen_field("Service level")
    below = chosen_field(
        "Missed means below",
        [("expected", "the expected level"), ("minimum", "the minimum level")],
        initial="expected",
    )
    in_a_row = words_field("Months running")
    misses = words_field("or misses")
    of_months = words_field("of months")
    credits_over = words_field("or credits above")
    in_months = words_field("in months", initial="12")
    lapses_after_days = words_field("Lapses after days", help_text="From the statement on.")


class CreditsForm(EditForm):
    """Credits and triggers of an agreement."""

    paths: Mapping[str, str] = {
        "amount": "credit_base.amount",
        "at_risk": "credits.at_risk",
        "pool": "credits.pool",
        "repeated_from": "credits.repeated.from",
        "repeated_times": "credits.repeated.times",
        "earn_back_months": "credits.earn_back.following_months",
        "earn_back_year": "credits.earn_back.contract_year",
        "earn_back_level": "credits.earn_back.at_least",
        "earn_back_at_most": "credits.earn_back.at_most",
        "earn_back_not_minimum": "credits.earn_back.not_below_minimum",
        "earn_back_not_critical": "credits.earn_back.not_critical",
        "earn_back_of": "credits.earn_back.service_levels",
    }
    row_sets = (
        RowSet("months", "Months with another amount", MonthRow, "credit_base.months",
               key="month", value="amount"),
        RowSet("point_values", "What points are worth", PointValueRow, "credits.point_values"),
        RowSet("triggers", "Rights from misses", TriggerRow, "credits.triggers", empty_rows=1,
               hint="One condition each: months running, misses of months, or credits above."),
    )  # fmt: skip
    groups = (
        ("What credits are based on", ("amount", "at_risk", "pool", "months")),
        ("Repeated misses", ("repeated_from", "repeated_times")),
        ("Points", ("point_values",)),
        ("Earn-back",
         ("earn_back_months", "earn_back_year", "earn_back_level", "earn_back_at_most",
          "earn_back_not_minimum", "earn_back_not_critical", "earn_back_of")),
        ("Triggers", ("triggers",)),
    )  # fmt: skip

    amount = words_field("Monthly amount", help_text="Without tax and pass-through.")
    at_risk = words_field("At risk", help_text="The most that is owed back in a month, like 12 %.")
    pool = words_field(
        "Sum of the allocations", initial="100 %", help_text="What they may add up to."
    )
    repeated_from = words_field("From the miss running", help_text="Like 3. Empty: not multiplied.")
    repeated_times = words_field("A credit counts times", help_text="Like 1.5.")
    earn_back_months = words_field(
        "By the months after a miss", help_text="Like 3: each must attain the level."
    )
    earn_back_year = forms.BooleanField(label="or by its contract year", required=False)
    earn_back_level = words_field(
        "Level to attain", help_text="Like 97 %. Empty: the expected level."
    )
    earn_back_at_most = words_field("Most of a credit", initial="100 %", help_text="Like 50 %.")
    earn_back_not_minimum = forms.BooleanField(label="Not of a month below minimum", required=False)
    earn_back_not_critical = forms.BooleanField(
        label="Not of a critical service level", required=False
    )
    earn_back_of = forms.MultipleChoiceField(
        label="Only of", required=False, initial=[], widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: of every service level with a credit.",
    )  # fmt: skip

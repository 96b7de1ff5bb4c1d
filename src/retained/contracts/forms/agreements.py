"""The form of a new agreement with its first service level."""

from collections.abc import Mapping
from typing import Any

from django import forms

from retained.contracts.engine.clauses import AgreementAnswers, EarnBackAnswers
from retained.contracts.forms.levels import LevelForm
from retained.contracts.forms.shape import day_field, words_field
from retained.directory.forms.shape import zone_choices

_SILENCE = [
    ("nothing", "Nothing: the client decides"),
    ("agreed", "The provider agrees"),
    ("disputed", "The provider disputes"),
]

_EARN_BACK = [
    ("", "It is not"),
    ("following_months", "By the months after it"),
    ("contract_year", "By its contract year"),
]
_NOT_EARNED_BACK = [
    ("below_minimum", "Of a month below minimum"),
    ("critical", "Of a critical service level"),
]


class AgreementForm(LevelForm):
    """A new agreement with its first service level."""

    places: Mapping[str, str] = {
        **LevelForm.places,
        "reference": "reference",
        "title": "agreement_title",
        "provider": "provider",
        "currency": "currency",
        "time_zone": "time_zone",
        "from": "first_day",
        "until": "last_day",
        "by_months": "renewal_months",
        "notice_months": "notice_months",
        "amount": "monthly_amount",
        "at_risk": "at_risk",
        "earn_back": "earn_back",
        "earn_back.following_months": "earn_back_months",
        "earn_back.at_most": "earn_back_at_most",
        "within_days": "answer_days",
        "calendars.office": "hours",
    }

    reference = words_field("Reference", required=True, help_text="Short and lasting, like AG-7.")
    agreement_title = words_field("What it is about", required=True, max_length=120)
    # A name out of a thousand is typed, not looked for in a choice: the page lists the names.
    provider = words_field(
        "Provider",
        widget=forms.TextInput(attrs={"list": "provider-names", "autocomplete": "off"}),
    )
    new_provider = words_field("or a provider that is not listed yet")
    first_day = day_field("First day")
    last_day = day_field("Last day")
    renewal_months = words_field("Goes on by so many months", help_text="Empty: it ends by itself.")
    notice_months = words_field("Notice, in months")
    time_zone = forms.ChoiceField(
        label="Time zone", choices=zone_choices, help_text="It cuts days and months."
    )
    currency = words_field("Currency", required=True, max_length=3)
    monthly_amount = words_field(
        "Monthly amount", help_text="What credits are based on: without tax and pass-through."
    )
    at_risk = words_field("At risk", help_text="The most that is owed back in a month, like 12 %.")
    earn_back = forms.ChoiceField(
        label="A credit is earned back", choices=_EARN_BACK, required=False
    )
    earn_back_months = words_field(
        "Months after a miss", help_text="Each of them must attain the level, like 3."
    )
    earn_back_level = words_field(
        "Level to attain", help_text="Like 97 %. Empty: the expected level."
    )
    earn_back_at_most = words_field("Most of a credit", help_text="Like 50 %. Empty: all of it.")
    earn_back_not = forms.MultipleChoiceField(
        label="Never earned back is the credit", choices=_NOT_EARNED_BACK, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    answer_days = words_field("Days to answer a statement")
    silence = forms.ChoiceField(label="If the provider is silent", choices=_SILENCE)
    hours = words_field(
        "Service hours", help_text="Like monday-friday 08:00-18:00. Empty: around the clock."
    )
    holidays = words_field("Public holidays of", help_text="A country or part of it: NL, DE-NW.")

    field_groups = (
        ("The agreement", ("reference", "agreement_title", "provider", "new_provider")),
        (
            "Term",
            ("first_day", "last_day", "renewal_months", "notice_months", "time_zone"),
        ),
        ("Money and answers",
         ("currency", "monthly_amount", "at_risk", "answer_days", "silence")),
        ("Earn-back",
         ("earn_back", "earn_back_months", "earn_back_level", "earn_back_at_most",
          "earn_back_not")),
        ("Service hours", ("hours", "holidays")),
    )  # fmt: skip

    def __init__(self, *args: Any, may_add: bool, **kwargs: Any) -> None:
        super().__init__(*args, calendars=(), **kwargs)
        if not may_add:
            del self.fields["new_provider"]

    def agreement_answers(self, client: str) -> AgreementAnswers:
        """Return the answers as they were written."""
        return AgreementAnswers(
            reference=self.answer("reference"),
            title=self.answer("agreement_title"),
            client=client,
            provider=self.answer("new_provider") or self.answer("provider"),
            currency=self.answer("currency"),
            time_zone=self.answer("time_zone"),
            first_day=self.answer("first_day"),
            last_day=self.answer("last_day"),
            renewal_months=self.answer("renewal_months"),
            notice_months=self.answer("notice_months"),
            monthly_amount=self.answer("monthly_amount"),
            at_risk=self.answer("at_risk"),
            answer_days=self.answer("answer_days"),
            silence=self.answer("silence") if self.answer("answer_days") else "",
            hours=self.answer("hours"),
            holidays=self.answer("holidays"),
            earn_back=self._earn_back_answers(),
            level=self.level_answers(),
        )

    def drafted_agreement(self, client: str) -> AgreementAnswers:
        """Return the answers for a draft: only the promise is read back while typing."""
        return AgreementAnswers(
            reference="draft",
            title="Draft",
            client=client,
            provider="Draft",
            currency="EUR",
            time_zone=self.answer("time_zone") or "UTC",
            first_day="2000-01-01",
            last_day="2000-12-31",
            monthly_amount=self.answer("monthly_amount"),
            at_risk=self.answer("at_risk"),
            hours=self.answer("hours"),
            holidays=self.answer("holidays"),
            earn_back=self._earn_back_answers(),
            level=self.drafted(),
        )

    def _earn_back_answers(self) -> EarnBackAnswers:
        return EarnBackAnswers(
            way=self.answer("earn_back"),
            months=self.answer("earn_back_months"),
            at_least=self.answer("earn_back_level"),
            at_most=self.answer("earn_back_at_most"),
            not_of=self.answered_list("earn_back_not"),
        )

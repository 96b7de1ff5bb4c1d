"""The question of a what-if: what the contract might have said, as people choose it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from pydantic import ValidationError

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.level_terms import level_of
from retained.contracts.engine.targets import parse_target
from retained.delivery.engine.replay_questions import (
    changes_for,
    changes_levels,
    fitting_levels,
)
from retained.delivery.engine.replays import changed_agreement
from retained.shared.errors import DomainError

_AS_AGREED = ("", "as agreed")
_CALENDAR_WORDS = [
    _AS_AGREED,
    ("24x7", "around the clock (24x7)"),
    ("mon-fri-8-18", "Monday to Friday, 8 to 18"),
    ("mon-fri-7-20", "Monday to Friday, 7 to 20"),
    ("mon-sat-8-18", "Monday to Saturday, 8 to 18"),
]
_PAUSES = [
    _AS_AGREED,
    ("none", "never"),
    ("client", "while waiting for the client"),
    ("third_party", "while waiting for a third party"),
    ("both", "while waiting for the client or a third party"),
]


class WhatIfForm(forms.Form):
    """What a replay changes; a field that is left blank stays as agreed."""

    pauses = forms.ChoiceField(label="The clock pauses", choices=_PAUSES, required=False)
    calendar = forms.ChoiceField(label="Service hours", choices=_CALENDAR_WORDS, required=False)
    stops = forms.ChoiceField(
        label="The clock stops at",
        choices=[_AS_AGREED, ("resolved", "resolution"), ("closed", "closing")],
        required=False,
    )
    reopening = forms.ChoiceField(
        label="A reopening",
        choices=[
            _AS_AGREED,
            ("resume", "runs the clock on"),
            ("new_cycle", "starts it anew, the longest run counts"),
            ("ignore", "changes nothing"),
        ],
        required=False,
    )
    as_new = forms.ChoiceField(
        label="Reopened as a new one",
        choices=[_AS_AGREED, ("continues", "goes on with the first"), ("separate", "is its own")],
        required=False,
    )
    priority = forms.ChoiceField(
        label="Of a changed priority",
        choices=[
            _AS_AGREED,
            ("first", "the first counts"),
            ("last", "the last counts"),
            ("split", "each uses its share"),
        ],
        required=False,
    )
    level = forms.ChoiceField(label="Only this service level", required=False)
    target = forms.CharField(
        label="Target of every priority",
        required=False,
        max_length=60,
        help_text="A time such as 8h, 30 min or 3 working days.",
    )
    expected = forms.CharField(
        label="Expected level", required=False, max_length=20, help_text="Such as 90 %."
    )
    minimum = forms.CharField(
        label="Minimum level", required=False, max_length=20, help_text="Such as 85 %."
    )

    earn_back = forms.ChoiceField(
        label="A credit is earned back",
        choices=[
            _AS_AGREED,
            ("never", "never"),
            ("1", "when the next month is met"),
            ("3", "when the next three months are met"),
            ("year", "when its contract year is met"),
        ],
        required=False,
    )

    def __init__(self, data: Mapping[str, Any] | None, versions: Sequence[AgreementTerms]) -> None:
        super().__init__(data)
        self.versions = versions
        self.terms = terms = versions[-1]
        levels = [(level.id, level.title) for level in terms.service_levels]
        if not any(one.credits for one in versions):
            del self.fields["earn_back"]
        self.fields["level"].choices = [("", "every one"), *levels]  # type: ignore[attr-defined] # a choice field

    def clean_target(self) -> str:
        """Return the target as it was written, once it reads as one."""
        text: str = self.cleaned_data["target"].strip()
        if text:
            try:
                parse_target(text)
            except ValueError as error:
                raise forms.ValidationError(str(error)) from error
        return text

    def clean(self) -> dict[str, Any]:
        """Refuse levels that the chosen service levels cannot have, and an empty question."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("expected", "minimum"):
            self._must_be_a_level(name)
        if not self.errors and not any(value for name, value in cleaned.items() if name != "level"):
            raise forms.ValidationError("Change something: as agreed, the answer is known already.")
        if not self.errors:
            self._must_fit_a_level()
            self._must_give_an_agreement()
        return cleaned

    def question(self) -> dict[str, str]:
        """Return what was asked, as the address and the kept answer name it."""
        return {name: value for name, value in sorted(self.cleaned_data.items()) if value}

    def _must_give_an_agreement(self) -> None:
        """Refuse what no agreement could say, such as a minimum above the expected level."""
        changes = changes_for(self.question())
        try:
            for terms in self.versions:
                changed_agreement(terms, changes(terms))
        except ValidationError as error:
            reason = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
            raise forms.ValidationError(f"No agreement could say so: {reason}.") from error

    def fitting_words(self) -> str:
        """Return of which service levels it is asked, where that is not all of them."""
        question = self.question()
        fitting = fitting_levels(self.terms, question)
        if not changes_levels(question) or len(fitting) == len(self.terms.service_levels):
            return ""
        titles = ", ".join(level.title for level in fitting)
        return f"Target and levels are changed for {titles}; the others stay as agreed."

    def _must_fit_a_level(self) -> None:
        question = self.question()
        if changes_levels(question) and not fitting_levels(self.terms, question):
            raise forms.ValidationError(
                "No service level of this agreement is a share that such a target or level fits: "
                "choose the one that you mean."
            )

    def _must_be_a_level(self, name: str) -> None:
        text = self.cleaned_data.get(name, "").strip()
        if not text:
            return
        for level in fitting_levels(self.terms, self.cleaned_data):
            try:
                level_of(level.measure, text)
            except ValueError as error:
                self.add_error(name, f"{level.title}: {error}")
                return


def question_in(versions: Sequence[AgreementTerms], asked: Mapping[str, str]) -> dict[str, str]:
    """Return the question that a machine or the command line asks of an agreement's versions.

    Raises DomainError with all that is wrong with it.
    """
    form = WhatIfForm(asked, versions)
    strange = sorted(name for name, value in asked.items() if value and name not in form.fields)
    if strange:
        raise DomainError(f"This agreement leaves nothing to ask about: {', '.join(strange)}.")
    if form.is_valid():
        return form.question()
    raise DomainError(
        " ".join(
            f"{name}: {reason}" if name != "__all__" else str(reason)
            for name, reasons in form.errors.items()
            for reason in reasons
        )
    )


def question_words(question: Mapping[str, str], form: WhatIfForm) -> str:
    """Return the question as a sentence: The clock pauses: while waiting for a third party."""
    words = []
    for name, value in question.items():
        field = form.fields[name]
        choices = dict(getattr(field, "choices", ()))
        words.append(f"{str(field.label).lower()}: {choices.get(value, value)}")
    said = "; ".join(words)
    return said[:1].upper() + said[1:]

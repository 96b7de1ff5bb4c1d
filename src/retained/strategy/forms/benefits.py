"""The form of a benefit: what an option does for a goal or value of the company."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms

from retained.strategy.engine.option_terms import BenefitTerms
from retained.strategy.forms.case_parts import PartForm

_MARKS = (
    ("", "It has a figure"),
    ("0", "0 · nothing"),
    ("1", "1 · a little"),
    ("2", "2 · something"),
    ("3", "3 · much"),
    ("4", "4 · all that is wanted"),
)


class BenefitForm(PartForm):
    """What an option does for a goal: a mark, or a figure with its unit."""

    goal = forms.ChoiceField(label="For which goal or value")
    words = forms.CharField(label="What it brings", required=False, max_length=300)
    mark = forms.ChoiceField(label="How much, as a mark", required=False, choices=_MARKS)
    figure = forms.CharField(label="or as a figure", required=False, help_text="Such as 24.")
    unit = forms.CharField(
        label="Unit of the figure", required=False, max_length=300, help_text="Such as hours a day."
    )

    def __init__(self, *args: Any, goals: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, is_new=False, **kwargs)
        self.fields["goal"].choices = [(name, name) for name in goals]  # type: ignore[attr-defined] # a ChoiceField

    @staticmethod
    def initial_of(terms: BenefitTerms) -> dict[str, Any]:
        """Return the fields as a benefit stands."""
        return terms.model_dump(exclude_none=True)

    def document(self) -> Mapping[str, Any]:
        """Return the benefit as its document holds it."""
        return {name: self.cleaned_data[name] for name in BenefitTerms.model_fields}

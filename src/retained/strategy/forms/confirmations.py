"""Forms that confirm assumptions: one's own, and those of others with the reason."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms

from retained.strategy.queries.confirmations import AssumptionToConfirm

_SEEN = re.compile(r"[a-z][a-z0-9_]{0,59}:[0-9a-f]{64}")


class _Seen(forms.MultipleChoiceField):
    """Assumptions that were ticked, each with the hash of what it said then.

    One that says something else by now is no choice of the list any more, but no fault of the form
    either: the command tells of it.
    """

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: Any) -> bool:
        """Return whether it has the form of an assumption that was seen."""
        return bool(_SEEN.fullmatch(str(value)))


class ConfirmForm(forms.Form):
    """The assumptions that somebody owns."""

    seen = _Seen(label="I confirm", error_messages={"required": "Tick what you confirm."})

    def __init__(self, *args: Any, rows: Sequence[AssumptionToConfirm], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].choices = [(row.seen, row.title) for row in rows]  # type: ignore[attr-defined] # a MultipleChoiceField

    @property
    def ticked(self) -> list[str]:
        """What stays ticked while something else of the form is wrong."""
        return self.data.getlist("seen") if self.is_bound else []  # type: ignore[attr-defined] # a QueryDict

    def seen_by_name(self) -> dict[str, str]:
        """Return the hash of what was looked at by the assumption's name."""
        pairs = (one.partition(":") for one in self.cleaned_data["seen"])
        return {key: sha256 for key, _, sha256 in pairs}


class ConfirmForOthersForm(ConfirmForm):
    """The assumptions of other owners, for whom somebody confirms."""

    reason = forms.CharField(
        label="Why you confirm for the owner",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Such as: Ruth from HR told me on the phone. It stands beside the assumption.",
    )

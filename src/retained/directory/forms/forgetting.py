"""The form by which a person is forgotten: which words of others name it, and the last question."""

from collections.abc import Sequence

from django import forms

from retained.audit.forgetting import entries_numbered
from retained.audit.queries import EntryRow
from retained.directory.queries.forgetting import Traces


class ForgetForm(forms.Form):
    """What an administrator says before a person is forgotten for ever."""

    entries = forms.TypedMultipleChoiceField(
        label="Words of others that name the person",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ticked ones hold the whole name or the address; the others a part of the name.",
    )
    numbers = forms.RegexField(
        r"^[0-9, ]*$",
        label="Seal numbers of further entries",
        required=False,
        max_length=1000,
        help_text="Words that name the person in another way, from the page Record: 12, 480.",
        error_messages={"invalid": "Write numbers with commas between them, such as 12, 480."},
    )
    reason = forms.CharField(
        label="Why",
        required=False,
        max_length=1000,
        help_text="It stands in the record: do not name the person.",
    )
    sure = forms.BooleanField(label="Forget this person for ever. Nobody can undo it.")

    def offer(self, traces: Traces) -> None:
        """Offer the entries of others that name the person, or may name it."""
        field = self.fields["entries"]
        rows = [*traces.naming, *traces.doubtful]
        if not rows or not isinstance(field, forms.TypedMultipleChoiceField):
            del self.fields["entries"]
            return
        field.choices = _choices(rows)
        field.initial = [row.id for row in traces.naming]

    def naming(self) -> set[int]:
        """Return the entries that were named; raises DomainError for a number that is none."""
        sent = self.cleaned_data
        numbers = [int(number) for number in sent["numbers"].replace(",", " ").split()]
        return set(sent.get("entries", [])) | entries_numbered(numbers)


def _choices(rows: Sequence[EntryRow]) -> list[tuple[int, str]]:
    """Return entries as choices: when, who, what, and the words that can be blanked."""
    return [
        (
            row.id,
            f"{row.at:%Y-%m-%d} {row.person} {row.verb} {row.label or row.key}: "
            + "; ".join([*map(str, row.changes), *([row.reason] if row.reason else [])]),
        )
        for row in rows
    ]

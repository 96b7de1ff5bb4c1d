"""Forms of credits: a credit note that came, a credit that is given up."""

from typing import Any

from django import forms

from retained.delivery.forms.closing import sentence_field
from retained.directory.forms.shape import VersionedForm
from retained.shared.money import Money, minor_digits


class ReceiveForm(VersionedForm):
    """The credit note that settles a credit; its amount may differ from what is owed."""

    credit_note = forms.CharField(label="Number of the credit note", max_length=60)
    amount = forms.DecimalField(label="Amount", min_value=0)
    covers_several = forms.BooleanField(
        label="It covers several credits",
        required=False,
        help_text="Where its number settles another credit as well.",
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["amount"].label = f"Its amount, in {currency}"
        self.fields["amount"].widget.attrs["step"] = str(10 ** -minor_digits(currency))

    @property
    def money(self) -> Money:
        """The amount that came."""
        return Money(self.cleaned_data["amount"], self.currency).rounded()


class GiveBackForm(ReceiveForm):
    """The provider's invoice for what a month earned back above what it owes."""

    credit_note = forms.CharField(label="Number of the provider’s invoice", max_length=60)


class WaiveForm(VersionedForm):
    """A credit that is given up."""

    reason = sentence_field("Why is it waived?")

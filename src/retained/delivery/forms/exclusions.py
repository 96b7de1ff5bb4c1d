"""Forms of exclusions: asking, answering, taking back, an answer from a mail."""

from collections.abc import Sequence
from typing import Any

from django import forms

from retained.delivery.forms.closing import mail_field, sentence_field
from retained.directory.forms.shape import ShapedForm, VersionedForm
from retained.shared.months import Month


class AskForm(ShapedForm):
    """A ticket that should not count under one service level."""

    service_level = forms.ChoiceField(label="Under the service level")
    ticket = forms.CharField(label="Ticket", max_length=200)
    month = forms.ChoiceField(
        label="Month in which it counts",
        required=False,
        help_text="Found by itself unless the ticket is still open.",
    )
    reason = sentence_field("Why should it not count?")

    def __init__(
        self, *args: Any, levels: Sequence[tuple[str, str]], months: Sequence[Month], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service_level"].choices = list(levels)  # type: ignore[attr-defined] # a choice field
        self.fields["month"].choices = [  # type: ignore[attr-defined] # the same
            ("", "As the evidence says"),
            *((str(month), month.title) for month in months),
        ]

    @property
    def chosen_month(self) -> Month | None:
        """The month that was chosen, if one was."""
        sent = self.cleaned_data["month"]
        return Month.parse(sent) if sent else None


class ExclusionAnswerForm(VersionedForm):
    """Agree or refuse."""

    agreed = forms.ChoiceField(
        label="Your answer",
        choices=[("yes", "Agree: the ticket does not count"), ("no", "Refuse: it counts")],
        widget=forms.RadioSelect,
    )
    answer = sentence_field("In a sentence", required=False, help_text="A refusal says why.")


class MailedExclusionAnswerForm(ExclusionAnswerForm):
    """The provider's answer as it came by mail."""

    agreed = forms.ChoiceField(
        label="The provider", choices=[("yes", "agrees"), ("no", "refuses")],
        widget=forms.RadioSelect,
    )  # fmt: skip
    mail = mail_field()


class WithdrawForm(VersionedForm):
    """Take back what one's own side asked for."""

    reason = sentence_field("Why do you take it back?", required=False)

"""What people send beside a mapping: a file, a reason, a figure of the provider's report."""

from typing import Any

from django import forms


class SendForm(forms.Form):
    """A file of evidence."""

    file = forms.FileField(label="File")


class DiscardForm(forms.Form):
    """Why a file that nobody mapped is discarded."""

    reason = forms.CharField(label="Why is it discarded?", max_length=500)


class WithdrawForm(forms.Form):
    """Why a batch counts no more."""

    reason = forms.CharField(
        label="Why does it count no more?", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReportForm(forms.Form):
    """What the provider's report says of a month: a figure, a volume, or a verdict a ticket."""

    label = forms.CharField(
        label="Name in the provider's report",
        max_length=200,
        help_text="Of a figure: the service level's id or title, as the agreement has it.",
    )
    month = forms.RegexField(r"^\d{4}-\d{2}$", label="Month", help_text="Like 2026-10.")
    met = forms.IntegerField(label="Tickets met", required=False, min_value=0)
    counted = forms.IntegerField(label="Tickets counted", required=False, min_value=0)
    percent = forms.CharField(label="Percentage", required=False, max_length=20)
    tickets = forms.IntegerField(
        label="Number of tickets stated",
        required=False,
        min_value=0,
        max_value=10**12,
        help_text="All that were opened in the month: the evidence is held against it.",
    )
    file = forms.FileField(
        label="A file with a verdict for each ticket", required=False, help_text="CSV or XLSX."
    )
    ticket_column = forms.CharField(label="Its column of tickets", required=False)
    verdict_column = forms.CharField(label="Its column of verdicts", required=False)
    says = forms.ChoiceField(
        label="“Yes” in it means",
        choices=[("breached", "missed (breached y/n)"), ("met", "met (in time y/n)")],
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for both columns beside a file."""
        sent: dict[str, Any] = self.cleaned_data
        if sent.get("file") and not (sent.get("ticket_column") and sent.get("verdict_column")):
            self.add_error("file", "Name the file's columns of tickets and of verdicts.")
        return sent

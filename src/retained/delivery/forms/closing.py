"""Forms of a month's close: reasons, the provider's figures, its answer from a mail."""

from collections.abc import Sequence
from typing import Any

from django import forms

from retained.delivery.engine.statements import Reported
from retained.directory.forms.shape import ShapedForm, VersionedForm
from retained.evidence.commands.reported import Figure
from retained.shared.errors import DomainError
from retained.shared.money import Money, minor_digits
from retained.shared.months import Month

MAIL_LIMIT_BYTES = 25_000_000
_KINDS = [("agreed", "agrees"), ("disputed", "disputes")]


def sentence_field(label: str, *, required: bool = True, help_text: str = "") -> forms.CharField:
    """Return a field for a sentence or two."""
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=label, required=required, help_text=help_text, max_length=2000, widget=widget
    )


def mail_field(*, required: bool = True) -> forms.FileField:
    """Return a field for the mail that an answer came in."""
    widget = forms.ClearableFileInput(attrs={"accept": ".eml,.msg,.pdf,.txt"})
    return forms.FileField(
        label="The mail", required=required, widget=widget, help_text="As .eml, .msg, .pdf or .txt"
    )


class CheckForm(ShapedForm):
    """Freeze a month as it stands."""

    reason = sentence_field("Reason", required=False)


class DropForm(VersionedForm):
    """Drop a check."""

    reason = sentence_field("Why is the check dropped?", required=False)


class AnswerForm(VersionedForm):
    """The provider's answer to a statement; a dispute may name its amount."""

    kind = forms.ChoiceField(label="The provider", choices=_KINDS, widget=forms.RadioSelect)
    sentence = sentence_field(
        "In a sentence", required=False, help_text="A dispute says what, and why."
    )
    disputed = forms.DecimalField(label="Disputed amount", required=False, min_value=0)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["disputed"].label = f"Disputed amount, in {currency}"
        self.fields["disputed"].widget.attrs["step"] = str(10 ** -minor_digits(currency))

    @property
    def disputed_amount(self) -> Money | None:
        """The amount that is disputed, if it was named."""
        amount = self.cleaned_data.get("disputed")
        if amount is None or self.cleaned_data["kind"] != "disputed":
            return None
        return Money(amount, self.currency)


class MailedAnswerForm(AnswerForm):
    """The provider's answer as it came by mail."""

    mail = mail_field()


class ReportedForm(ShapedForm):
    """What the provider reports of a month: figures of service levels, and numbers of tickets.

    The label in the provider's report is the title of the service level or its id. `volumes` has
    the number that is stated for each source so far, or nothing.
    """

    def __init__(
        self,
        *args: Any,
        levels: Sequence[tuple[str, str]],
        known: dict[str, Reported],
        volumes: dict[str, int | None],
        **kwargs: Any,
    ) -> None:
        self.levels = levels
        self.sources = list(volumes)
        for level_id, _ in levels:
            figure = known.get(level_id)
            if figure is not None:
                initial = kwargs.setdefault("initial", {})
                initial[f"met_{level_id}"] = figure.met
                initial[f"counted_{level_id}"] = figure.counted
                initial[f"percent_{level_id}"] = figure.percent
        super().__init__(*args, **kwargs)
        for level_id, title in levels:
            self.fields[f"met_{level_id}"] = _count(f"{title}: met")
            self.fields[f"counted_{level_id}"] = _count(f"{title}: counted")
            self.fields[f"percent_{level_id}"] = _percent(f"{title}: percent")
        for number, (source, stated) in enumerate(volumes.items()):
            label = f"Number of tickets opened in the month, in “{source}”"
            self.fields[f"tickets_{number}"] = _count(label)
            self.initial[f"tickets_{number}"] = stated

    @property
    def volume_fields(self) -> list[forms.BoundField]:
        """The fields of stated numbers of tickets."""
        return [self[f"tickets_{number}"] for number in range(len(self.sources))]

    @property
    def volumes(self) -> dict[str, int]:
        """The numbers of tickets that were given, by source."""
        given = {
            source: self.cleaned_data[f"tickets_{number}"]
            for number, source in enumerate(self.sources)
        }
        return {source: tickets for source, tickets in given.items() if tickets is not None}

    @property
    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The title of each service level with its three fields."""
        return [
            (title, [self[f"{name}_{level_id}"] for name in ("met", "counted", "percent")])
            for level_id, title in self.levels
        ]

    def figures(self, month: Month) -> list[Figure]:
        """Return the figures that were given; raises DomainError if nothing was."""
        found = []
        for level_id, title in self.levels:
            met, counted, percent = (
                self.cleaned_data[f"{name}_{level_id}"] for name in ("met", "counted", "percent")
            )
            if met is None and counted is None and percent is None:
                continue
            text = "" if percent is None else str(percent)
            found.append(Figure(title, month, met=met, counted=counted, percent=text))
        if not found and not self.volumes:
            raise DomainError(
                "Give at least one figure: met and counted tickets, a percentage, or the number of "
                "tickets of the month."
            )
        return found


def _count(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=10**9)


def _percent(label: str) -> forms.DecimalField:
    widget = forms.NumberInput(attrs={"step": "0.01"})
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_value=100, decimal_places=4, widget=widget
    )

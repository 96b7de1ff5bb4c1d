"""Forms of one part of a case: an assumption, a line, an option."""

from collections.abc import Mapping
from typing import Any

from django import forms

from retained.strategy.engine.case_editing import figures_as, figures_of, history_in
from retained.strategy.engine.case_terms import KINDS, AssumptionTerms, LineTerms, Paid

_KIND_WORDS = {
    "value": "one figure for sure: 92000",
    "triangular": "low; likeliest; high: 42000; 46000; 51000",
    "pert": "the same, smooth: 28; 30; 33",
    "uniform": "low; high: 3 %; 5 %",
    "normal": "mean; deviation: 46000; 2000",
    "lognormal": "mean; deviation, never below nothing: 12 %; 14 %",
    "discrete": "a few values with their chances: 0: 70 %; 1: 30 %",
    "seen": "values of a history: 12; 14; 11",
    "walk": "a path: start; drift; volatility: 0.92; 0 %; 8 %",
    "event": "happens once at most: chance a year; from month: 10 %; 12",
    "count": "a number a month around a formula: people * attrition / 12",
    "formula": "worked out: people * 0.1",
}
_MOST_BYTES = 1_000_000
_NAME = {"pattern": "[a-z][a-z0-9_]*", "autocapitalize": "off", "spellcheck": "false"}


def _words(label: str, *, help_text: str = "", **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, help_text=help_text, **more)


class PartForm(forms.Form):
    """What every part has: its name while it is new, why, and the version that was seen."""

    name = forms.CharField(
        label="Name in formulas",
        max_length=60,
        widget=forms.TextInput(attrs=_NAME),
        help_text="Small letters, digits and _, such as on_cost.",
    )
    note = _words("Why", help_text="Kept with the version.")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        between = [name for name in self.fields if name not in {"name", "note"}]
        self.order_fields(["name", *between, "note"])
        if not is_new:
            del self.fields["name"]

    def note_remarks(self, sentences: list[str]) -> None:
        """Say above the form everything that is wrong."""
        for sentence in sentences:
            self.add_error(None, sentence)


class AssumptionForm(PartForm):
    """An assumption with where it comes from."""

    title = _words("What it is", max_length=300)
    kind = forms.ChoiceField(
        label="How sure it is", choices=[(kind, f"{kind} · {_KIND_WORDS[kind]}") for kind in KINDS]
    )
    figures = forms.CharField(
        label="Figures",
        required=False,
        help_text="Apart by semicolons, in the order that is named above; percents as 3 %.",
    )
    history = forms.FileField(
        label="or a history, from a file", required=False,
        help_text="CSV or text in UTF-8 with one number in each row; each is as likely as it was.",
    )  # fmt: skip
    unit = _words("Unit", max_length=300, help_text="Such as EUR a year.")
    source = _words("Where it comes from", max_length=300)
    on = forms.DateField(
        label="Of which day", required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    owner = forms.ChoiceField(
        label="Whose it is", required=False,
        help_text="Who can say whether it is right; finds it on the overview, to confirm it.",
    )  # fmt: skip
    prior = forms.BooleanField(label="It is somebody else’s figure, a prior", required=False)
    each_month = forms.BooleanField(label="It is drawn anew in each month", required=False)

    def __init__(self, *args: Any, people: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [("", "Nobody yet"), *people.items()]  # type: ignore[attr-defined] # a ChoiceField

    @staticmethod
    def initial_of(terms: AssumptionTerms) -> dict[str, Any]:
        """Return the fields as an assumption stands."""
        names = ("title", "unit", "source", "on", "owner", "prior", "each_month")
        return {name: getattr(terms, name) for name in names} | {
            "kind": terms.kind,
            "figures": figures_of(terms),
        }

    def document(self) -> Mapping[str, Any]:
        """Return the assumption as its document holds it."""
        sent = self.cleaned_data
        names = ("title", "unit", "source", "owner", "prior", "each_month")
        kind, figures = sent["kind"], figures_as(sent["kind"], sent["figures"])
        if sent["history"]:
            kind, figures = "seen", history_in(sent["text"], name=sent["history"].name)
        return {name: sent[name] for name in names} | {
            kind: figures,
            "on": sent["on"].isoformat() if sent["on"] else "",
        }

    def clean(self) -> dict[str, Any]:
        """Read the history, where there is one; else figures are needed."""
        sent: dict[str, Any] = super().clean() or {}
        file = sent.get("history")
        if file is None:
            if not sent.get("figures") and "figures" not in self.errors:
                self.add_error("figures", "Write its figures, or give a history.")
            return sent
        try:
            sent["text"] = file.read(_MOST_BYTES).decode("utf-8-sig")
        except UnicodeDecodeError:
            self.add_error("history", "The file is not UTF-8 text: save it as UTF-8 CSV.")
        return sent


class LineForm(PartForm):
    """A cost of an option."""

    title = _words("What it is", max_length=300)
    formula = forms.CharField(
        label="Its cost in each month",
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text="Over the assumptions, before tax: people * salary / 12.",
    )
    paid = forms.ChoiceField(
        label="Paid",
        choices=[
            (Paid.MONTHLY.value, "at each month’s end"),
            (Paid.AT_START.value, "at the start"),
        ],
    )
    once = forms.BooleanField(label="It is one-off, and not the cost of running", required=False)
    investment = forms.BooleanField(label="It is capital expenditure", required=False)
    tax_rate = _words("Tax", help_text="Such as 21 %.")
    tax_recovered = _words("Of it comes back", help_text="0 % to 100 %.")
    currency = _words("Currency", max_length=3, help_text="If it is not the case’s.")
    legal_entity = _words("Legal entity", max_length=300)
    cost_centre = _words("Cost centre", max_length=300)
    account = _words("Account", max_length=300)

    @staticmethod
    def initial_of(terms: LineTerms) -> dict[str, Any]:
        """Return the fields as a line stands."""
        names = ("title", "formula", "once", "investment", "legal_entity", "cost_centre", "account")
        return {name: getattr(terms, name) for name in names} | {
            "paid": terms.paid.value,
            "currency": terms.currency or "",
            "tax_rate": terms.tax.rate if terms.tax else "",
            "tax_recovered": terms.tax.recovered if terms.tax else "",
        }

    def document(self) -> Mapping[str, Any]:
        """Return the line as its document holds it."""
        sent = self.cleaned_data
        names = (
            "title", "formula", "once", "investment", "currency", "legal_entity", "cost_centre",
            "account",
        )  # fmt: skip
        tax = {"rate": sent["tax_rate"], "recovered": sent["tax_recovered"] or "0 %"}
        return {name: sent[name] for name in names} | {
            "paid": sent["paid"],
            "tax": tax if sent["tax_rate"] else "",
        }


class OptionForm(PartForm):
    """Another way to do it, which begins as one that is there."""

    title = forms.CharField(label="What it is called", max_length=120)
    like = forms.ChoiceField(label="Its lines begin as those of")

    def __init__(self, *args: Any, options: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, is_new=True, **kwargs)
        self.fields["like"].choices = list(options.items())  # type: ignore[attr-defined] # a ChoiceField

"""Forms of agreements: answers as people write them; the agreement itself judges them.

A field is checked in one place, the models of the engine. Their remarks come back to the field of
the form that they are about, so a form and a file are refused in the same words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms

from retained.contracts.engine.clauses import (
    CLAUSES,
    AgreementAnswers,
    Clause,
    LevelAnswers,
)
from retained.contracts.engine.reading import AgreementRefusedError
from retained.directory.forms.shape import zone_choices
from retained.shared.remarks import Remark

MOST_CHARACTERS = 2_000_000

_PAUSES = [
    ("waiting_client", "Waiting for us"),
    ("waiting_third_party", "Waiting for a third party"),
]
_MONTHS = [
    ("stop", "in which it was resolved (or begun, as promised)"),
    ("opened", "in which it was opened"),
    ("due", "in which it fell due"),
]
_SMALL = [
    ("no_verdict", "The month has no verdict"),
    ("carry", "The verdict of the month before stands"),
    ("pool", "It is counted together with the next month"),
    ("failures", "So many tickets may be missed"),
]
_SILENCE = [
    ("nothing", "Nothing: the client decides"),
    ("agreed", "The provider agrees"),
    ("disputed", "The provider disputes"),
]
DOCUMENT_KINDS = [
    ("master", "Master agreement"),
    ("statement_of_work", "Statement of work"),
    ("data_processing", "Data processing agreement"),
    ("amendment", "Amendment"),
    ("annex", "Annex"),
    ("other", "Other document"),
]


def _day(label: str, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def _words(label: str, *, help_text: str = "", required: bool = False, **more: Any) -> Any:
    return forms.CharField(label=label, required=required, help_text=help_text, **more)


class Answered(forms.Form):
    """A form whose answers the engine judges: `refuse` puts its remarks beside their fields."""

    # Field of the document, from its end: field of the form.
    places: Mapping[str, str] = {}

    def answer(self, name: str) -> str:
        """Return what was written in a field, even where it is wrong."""
        return str(self.data.get(self.add_prefix(name), "")).strip()

    def answered_list(self, name: str) -> tuple[str, ...]:
        """Return what was ticked."""
        ticked = self.fields[name].widget.value_from_datadict(
            self.data, self.files, self.add_prefix(name)
        )
        return tuple(value for value in ticked or () if value)

    def refuse(self, error: AgreementRefusedError) -> None:
        """Show each remark beside the field that it is about, or above the form."""
        for remark in error.remarks:
            self.add_error(self._place(remark), remark.sentence)

    def _place(self, remark: Remark) -> str | None:
        for end, name in self.places.items():
            if remark.place.column.endswith(end) and name in self.fields:
                return name
        return None


class LevelForm(Answered):
    """A service level, asked for by its clause; what the clause does not need is not asked."""

    places: Mapping[str, str] = {
        ".source": "source",
        ".title": "title",
        ".targets": "targets",
        ".percentile": "percentile",
        ".older_than": "older_than",
        ".expected": "expected",
        ".minimum": "minimum",
        ".minimum_volume": "minimum_volume",
        ".allowed_failures": "allowed_failures",
        ".allocation": "allocation",
        ".below_expected": "below_expected",
        ".below_minimum": "below_minimum",
        ".any": "targets",
        ".calendar": "calendar",
    }

    level_groups: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("What is promised",
         ("title", "source", "priorities", "percentile", "older_than", "expected", "minimum",
          "targets")),
        ("How it is counted",
         ("calendar", "month_of", "pauses", "minimum_volume", "small_volume", "allowed_failures",
          "volume")),
        ("What a miss costs", ("allocation", "below_expected", "below_minimum")),
    )  # fmt: skip

    clause = forms.CharField(widget=forms.HiddenInput)
    title = _words("Name", max_length=120, required=True)
    source = _words(
        "Source of its tickets",
        required=True,
        help_text="The name under which the provider's tickets are brought in.",
    )
    priorities = _words("Priorities", help_text="As the tickets write them: 1, 2, 3. Empty: all.")
    targets = _words(
        "Targets",
        required=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="A line a priority, like 1: 4h or 3: 3 working days; or one target for all.",
    )
    percentile = _words("Percentile", required=True, help_text="Like 90 %.")
    older_than = _words("Older than", help_text="Like 10 working days. Empty: of any age.")
    calendar = forms.ChoiceField(label="Service hours")
    pauses = forms.MultipleChoiceField(
        label="The clock stands while", choices=_PAUSES, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    expected = _words("Expected level", required=True, help_text="Like 95 %.")
    minimum = _words("Minimum level", help_text="Below it, the miss is serious.")
    month_of = forms.ChoiceField(label="A ticket counts in the month", choices=_MONTHS)
    minimum_volume = _words("Minimum volume", help_text="Tickets a month. Empty: none.")
    small_volume = forms.ChoiceField(
        label="In a month with fewer tickets", choices=_SMALL, required=False
    )
    allowed_failures = _words("Tickets that may be missed then")
    allocation = _words(
        "Share of the amount at risk", help_text="Like 40 %. Empty: a miss costs nothing by itself."
    )
    below_expected = _words("Owed below expected", help_text="Of that share, like 50 %.")
    below_minimum = _words("Owed below minimum", help_text="Like 100 %.")
    volume = forms.IntegerField(
        label="Tickets a month, for the odds",
        required=False,
        min_value=1,
        max_value=100_000,
        help_text="Not a part of the agreement: shows what chance does at this volume.",
    )

    def __init__(self, *args: Any, clause: Clause, calendars: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clause_asked = clause
        for name in _unasked(clause):
            del self.fields[name]
        if "calendar" in self.fields:
            self.fields["calendar"].choices = [(name, name) for name in calendars]  # type: ignore[attr-defined] # a ChoiceField
            if not calendars:
                del self.fields["calendar"]
        if "expected" in self.fields and clause.key == "percentile":
            self.fields["expected"].help_text = "A time, like 8h."

    def level_answers(self) -> LevelAnswers:
        """Return the answers as they were written."""
        plain = {
            name: self.answer(name)
            for name in (
                "title", "source", "expected", "minimum", "priorities", "targets", "percentile",
                "older_than", "calendar", "minimum_volume", "allowed_failures", "allocation",
                "below_expected", "below_minimum",
            )
        }  # fmt: skip
        return LevelAnswers(
            clause=self.clause_asked.key,
            pauses=self.answered_list("pauses") if "pauses" in self.fields else (),
            month_of=self.answer("month_of") or "stop",
            small_volume=self.answer("small_volume") or "no_verdict",
            **plain,
        )

    def drafted(self) -> LevelAnswers:
        """Return the answers for a draft: what says nothing about the promise may be missing."""
        answers = self.level_answers()
        return replace(answers, source=answers.source or "draft")

    @property
    def asked_volume(self) -> int:
        """The volume for the odds; 0 where none can be read."""
        text = self.answer("volume")
        return int(text) if text.isdecimal() and len(text) <= 6 else 0


class AddLevelForm(LevelForm):
    """A service level added to an agreement, from a day on."""

    field_groups = (("The version", ("effective_from", "note")),)

    effective_from = _day("It counts from")
    note = _words(
        "Why", widget=forms.Textarea(attrs={"rows": 2}), help_text="Kept with the version."
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


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
        "within_days": "answer_days",
        "calendars.office": "hours",
    }

    reference = _words("Reference", required=True, help_text="Short and lasting, like AG-7.")
    agreement_title = _words("What it is about", required=True, max_length=120)
    # A name out of a thousand is typed, not looked for in a choice: the page lists the names.
    provider = _words(
        "Provider",
        widget=forms.TextInput(attrs={"list": "provider-names", "autocomplete": "off"}),
    )
    new_provider = _words("or a provider that is not listed yet")
    first_day = _day("First day")
    last_day = _day("Last day")
    renewal_months = _words("Goes on by so many months", help_text="Empty: it ends by itself.")
    notice_months = _words("Notice, in months")
    time_zone = forms.ChoiceField(
        label="Time zone", choices=zone_choices, help_text="It cuts days and months."
    )
    currency = _words("Currency", required=True, max_length=3)
    monthly_amount = _words(
        "Monthly amount", help_text="What credits are based on: without tax and pass-through."
    )
    at_risk = _words("At risk", help_text="The most that is owed back in a month, like 12 %.")
    answer_days = _words("Days to answer a statement")
    silence = forms.ChoiceField(label="If the provider is silent", choices=_SILENCE)
    hours = _words(
        "Service hours", help_text="Like monday-friday 08:00-18:00. Empty: around the clock."
    )
    holidays = _words("Public holidays of", help_text="A country or part of it: NL, DE-NW.")

    field_groups = (
        ("The agreement", ("reference", "agreement_title", "provider", "new_provider")),
        (
            "Term",
            ("first_day", "last_day", "renewal_months", "notice_months", "time_zone"),
        ),
        ("Money and answers",
         ("currency", "monthly_amount", "at_risk", "answer_days", "silence")),
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
            level=self.drafted(),
        )


class _FileOrText(forms.Form):
    """An agreement as a file or as text: the file wins where both were sent."""

    text = forms.CharField(
        label="The agreement as YAML",
        required=False,
        strip=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label="or a file", required=False, help_text="YAML, UTF-8; at most 2 MB."
    )

    def clean(self) -> dict[str, Any]:
        """Let the file stand in place of the text."""
        sent: dict[str, Any] = super().clean() or {}
        file = sent.get("file")
        if file is not None:
            sent["text"] = self._decoded(file)
        if not str(sent.get("text", "")).strip() and not self.errors:
            self.add_error("text", "Choose a file, or write the agreement here.")
        return sent

    def _decoded(self, file: Any) -> str:
        content = file.read(MOST_CHARACTERS + 1)
        if len(content) > MOST_CHARACTERS:
            self.add_error("file", "The file is larger than 2 MB: an agreement is written by hand.")
            return ""
        try:
            return str(content.decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error(
                "file", "The file is not UTF-8 text: save it as UTF-8 and send it again."
            )
            return ""


class ImportForm(_FileOrText):
    """A new agreement from a file."""

    add_provider = forms.BooleanField(
        label="Add the provider to the directory if it is not there", required=False
    )


class TermsForm(_FileOrText):
    """The terms of an agreement from a day on."""

    effective_from = _day("They count from")
    note = _words(
        "Why",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept with the version. Needed where it corrects one from the same day.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class DocumentForm(forms.Form):
    """A paper that belongs to an agreement."""

    file = forms.FileField(label="File")
    kind = forms.ChoiceField(label="What it is", choices=DOCUMENT_KINDS)
    title = _words("Name", max_length=120, help_text="Empty: the name of the file.")
    shared = forms.BooleanField(label="Show it to the provider too", required=False)


class ReasonForm(forms.Form):
    """Why something is withdrawn."""

    reason = forms.CharField(label="Why", max_length=2000)


class HolidaysForm(forms.Form):
    """The year whose public holidays are frozen."""

    year = forms.IntegerField(min_value=1970, max_value=2200)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


def initial_of(clause: Clause) -> dict[str, Any]:
    """Return what a form of this clause begins with."""
    return {
        "clause": clause.key,
        "title": clause.title,
        "targets": clause.targets,
        "expected": clause.expected,
        "minimum": clause.minimum,
        "percentile": clause.percentile,
        "older_than": clause.older_than,
        "pauses": ["waiting_client"],
        "month_of": "stop",
        "volume": 100,
    }


def clause_named(key: str) -> Clause:
    """Return the clause of that name; the first one for a name that is not known."""
    return CLAUSES.get(key) or next(iter(CLAUSES.values()))


def _unasked(clause: Clause) -> list[str]:
    """Return the fields that a clause does not need."""
    needs = {"targets": "targets", "hours": "calendar", "pauses": "pauses"}
    needs |= {"percentile": "percentile", "older_than": "older_than"}
    unasked = [name for need, name in needs.items() if need not in clause.asks]
    return [*unasked, "month_of"] if clause.key == "backlog" else unasked

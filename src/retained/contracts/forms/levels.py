"""Forms of service levels: a usual clause asks for what it needs, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms

from retained.contracts.engine.clauses import CLAUSES, Clause, LevelAnswers
from retained.contracts.forms.shape import Answered, day_field, words_field

_PAUSES = [
    ("waiting_client", "Waiting for us"),
    ("waiting_third_party", "Waiting for a third party"),
]
MONTHS = [
    ("stop", "in which it was resolved (or begun, as promised)"),
    ("opened", "in which it was opened"),
    ("due", "in which it fell due"),
]
SMALL = [
    ("no_verdict", "The month has no verdict"),
    ("carry", "The verdict of the month before stands"),
    ("pool", "It is counted together with the next month"),
    ("failures", "So many tickets may be missed"),
]


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
    title = words_field("Name", max_length=120, required=True)
    source = words_field(
        "Source of its tickets",
        required=True,
        help_text="The name under which the provider's tickets are brought in.",
    )
    priorities = words_field(
        "Priorities", help_text="As the tickets write them: 1, 2, 3. Empty: all."
    )
    targets = words_field(
        "Targets",
        required=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="A line a priority, like 1: 4h or 3: 3 working days; or one target for all.",
    )
    percentile = words_field("Percentile", required=True, help_text="Like 90 %.")
    older_than = words_field("Older than", help_text="Like 10 working days. Empty: of any age.")
    calendar = forms.ChoiceField(label="Service hours")
    pauses = forms.MultipleChoiceField(
        label="The clock stands while", choices=_PAUSES, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    expected = words_field("Expected level", required=True, help_text="Like 95 %.")
    minimum = words_field("Minimum level", help_text="Below it, the miss is serious.")
    month_of = forms.ChoiceField(label="A ticket counts in the month", choices=MONTHS)
    minimum_volume = words_field("Minimum volume", help_text="Tickets a month. Empty: none.")
    small_volume = forms.ChoiceField(
        label="In a month with fewer tickets", choices=SMALL, required=False
    )
    allowed_failures = words_field("Tickets that may be missed then")
    allocation = words_field(
        "Share of the amount at risk", help_text="Like 40 %. Empty: a miss costs nothing by itself."
    )
    below_expected = words_field("Owed below expected", help_text="Of that share, like 50 %.")
    below_minimum = words_field("Owed below minimum", help_text="Like 100 %.")
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


class AddLevelForm(LevelForm):
    """A service level added to an agreement, from a day on."""

    field_groups = (("The version", ("effective_from", "note")),)

    effective_from = day_field("It counts from")
    note = words_field(
        "Why", widget=forms.Textarea(attrs={"rows": 2}), help_text="Kept with the version."
    )
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

"""The questionnaire: eight questions, each answered from 0 to 4 in words."""

from collections.abc import Mapping
from typing import Any

from django import forms

from retained.directory.forms.shape import ShapedForm
from retained.strategy.engine.own_or_buy import Question
from retained.strategy.engine.questionnaire import ASKED, words_for


class AnswersForm(forms.Form):
    """An answer to every question."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for question, asked in ASKED.items():
            self.fields[question.value] = forms.TypedChoiceField(
                label=asked.title,
                help_text=asked.sentence,
                choices=list(enumerate(asked.levels)),
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": "Choose the answer that comes nearest."},
            )
        self.order_fields([*(question.value for question in Question), "note"])

    def answers(self) -> dict[Question, int]:
        """Return the answers by question."""
        return {question: self.cleaned_data[question.value] for question in Question}


class AppraisalForm(AnswersForm):
    """One person's own answers."""

    note = forms.CharField(
        label="What you thought of", required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class WhatIfForm(ShapedForm):
    """Some answers changed; what is left blank stays as people answered."""

    def __init__(self, *args: Any, middle: Mapping[Question, float], **more: Any) -> None:
        super().__init__(*args, **more)
        for question, asked in ASKED.items():
            as_answered = f"as answered: {words_for(question, middle[question]).lower()}"
            levels = [(str(level), words) for level, words in enumerate(asked.levels)]
            widget = forms.Select(attrs={"class": "form-select"})
            self.fields[question.value] = forms.ChoiceField(
                label=asked.title, required=False, choices=[("", as_answered), *levels],
                widget=widget,
            )  # fmt: skip
        self.middle = middle

    def answers(self) -> dict[Question, float]:
        """Return the answers as they would be; what was sent wrongly stays as people answered."""
        sent = self.cleaned_data if self.is_valid() else {}
        return {
            question: float(sent.get(question.value) or self.middle[question])
            for question in Question
        }

    @property
    def changed(self) -> int:
        """How many answers are other than they were given."""
        return sum(self.answers()[question] != self.middle[question] for question in Question)

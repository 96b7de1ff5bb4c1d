"""Reads of appraisals: who answered what, how far people differ, and what the answers speak for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from retained.directory.models import Person
from retained.directory.queries.people import client_people_who_may, names_of
from retained.strategy.engine.own_or_buy import Advice, Question, advice
from retained.strategy.engine.questionnaire import ASKED, Asked, words_for
from retained.strategy.models import Appraisal, ItFunction

Sheet = Mapping[Question, int]


@dataclass(frozen=True, slots=True)
class AnsweredSheet:
    """One person's answers that count."""

    by_key: str
    name: str
    sheet: Sheet
    note: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class SpreadRow:
    """One question: the lowest, middle and highest answer, and who gave which."""

    question: Question
    asked: Asked
    lowest: int
    middle: float
    highest: int
    words: str
    differs: bool
    given: Sequence[tuple[int, Sequence[str]]]

    @property
    def lowest_at(self) -> float:
        """Where the lowest answer stands in the picture of strategy/range.html."""
        return 10 + 25 * self.lowest

    @property
    def middle_at(self) -> float:
        """Where the median stands in it."""
        return 10 + 25 * self.middle

    @property
    def highest_at(self) -> float:
        """Where the highest answer stands in it."""
        return 10 + 25 * self.highest

    @property
    def answers(self) -> str:
        """Who answered what, in words."""
        return "; ".join(f"{answer}: {', '.join(names)}" for answer, names in self.given if names)


def sheet_of(stored: Mapping[str, Any]) -> Sheet:
    """Return stored answers by question."""
    return {question: int(stored[question.value]) for question in Question}


def sheets_that_count(function: ItFunction) -> list[AnsweredSheet]:
    """Return the answers that count, the earliest first, with who gave them."""
    found = list(function.appraisals.filter(superseded_at=None).order_by("given_at", "pk"))
    names = names_of(one.by_key for one in found)
    return [
        AnsweredSheet(
            one.by_key, names.get(one.by_key, one.by_key), sheet_of(one.answers), one.note,
            one.given_at,
        )
        for one in found
    ]  # fmt: skip


def advice_from(sheets: Sequence[AnsweredSheet]) -> Advice | None:
    """Return what some answers speak for; None where nobody has answered."""
    return advice([one.sheet for one in sheets]) if sheets else None


def spread(sheets: Sequence[AnsweredSheet], given: Advice) -> list[SpreadRow]:
    """Return every question with how far people's answers lie apart."""
    return [_spread_row(question, sheets, given) for question in Question]


def _spread_row(question: Question, sheets: Sequence[AnsweredSheet], given: Advice) -> SpreadRow:
    answers = [one.sheet[question] for one in sheets]
    middle = given.answers[question]
    return SpreadRow(
        question=question,
        asked=ASKED[question],
        lowest=min(answers),
        middle=middle,
        highest=max(answers),
        words=words_for(question, middle),
        differs=question in given.differs,
        given=[
            (answer, [one.name for one in sheets if one.sheet[question] == answer])
            for answer in range(5)
        ],
    )


def advice_by_function() -> dict[int, Advice]:
    """Return what the answers speak for, for every function that somebody has appraised."""
    sheets: dict[int, list[Sheet]] = {}
    for function, answers in Appraisal.objects.filter(superseded_at=None).values_list(
        "function_id", "answers"
    ):
        sheets.setdefault(function, []).append(sheet_of(answers))
    return {function: advice(given) for function, given in sheets.items()}


def not_yet_answered(reader: Person, sheets: Sequence[AnsweredSheet]) -> list[str]:
    """Return the names of those who may appraise functions and have not appraised this one."""
    answered = {one.by_key for one in sheets}
    asked = client_people_who_may(reader, "appraise_functions")
    return [name for key, name in asked.items() if key not in answered]


def sheet_of_person(function: ItFunction, person: Person) -> AnsweredSheet | None:
    """Return the answers of one person that count, if there are any."""
    found = function.appraisals.filter(superseded_at=None, by_key=person.actor_key).first()
    if found is None:
        return None
    sheet = sheet_of(found.answers)
    return AnsweredSheet(found.by_key, person.name, sheet, found.note, found.given_at)

"""Writes of appraisals: one person's answers on whether to own, share or buy a function."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from retained.audit.record import record
from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.directory.versions import only_once
from retained.shared.errors import DomainError
from retained.strategy.engine.own_or_buy import Question, advice
from retained.strategy.models import Appraisal, ItFunction


@transaction.atomic
def give_appraisal(
    function: ItFunction,
    answers: Mapping[Question, int],
    *,
    by: Person,
    at: datetime,
    note: str = "",
) -> Appraisal:
    """Keep a person's answers, from 0 to 4 to every question; earlier ones are superseded."""
    directory_access.must(by, "appraise_functions")
    if function.retired_at is not None:
        raise DomainError(f"{function.title} is retired: there is nothing left to appraise.")
    try:
        advice([answers])
    except ValueError as error:
        raise DomainError(str(error)) from error
    mine = Appraisal.objects.filter(function=function, by_key=by.actor_key, superseded_at=None)
    before = mine.values_list("answers", flat=True).first()
    mine.update(superseded_at=at)
    sheet = {question.value: answers[question] for question in Question}
    with only_once("Your answers were just kept from another window: look at them there."):
        made = Appraisal.objects.create(
            function=function, by_key=by.actor_key, answers=sheet, note=note.strip(), given_at=at
        )
    record("appraised", function, by=by, at=at, before=before, after=sheet, reason=note)
    return made

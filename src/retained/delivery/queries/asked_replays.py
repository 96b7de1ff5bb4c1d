"""A what-if as somebody asks it, whichever door it comes through: checked, then answered."""

from collections.abc import Mapping

from retained.contracts.models import Agreement
from retained.delivery.engine.replay_questions import changes_for
from retained.delivery.forms.what_if import WhatIfForm
from retained.delivery.models import Measured
from retained.delivery.queries import replays
from retained.delivery.queries.replays import Replay
from retained.delivery.queries.terms import agreed
from retained.shared import clock
from retained.shared.errors import DomainError


def question_in(agreement: Agreement, asked: Mapping[str, str]) -> dict[str, str]:
    """Return the question of a replay; raises DomainError with all that is wrong with it."""
    form = WhatIfForm(asked, [row.terms for row in agreed(agreement).versions])
    if form.is_valid():
        return form.question()
    raise DomainError(
        " ".join(
            f"{name}: {reason}" if name != "__all__" else str(reason)
            for name, reasons in form.errors.items()
            for reason in reasons
        )
    )


def answer_at_once(
    agreement: Agreement, measured: Measured, question: Mapping[str, str], *, whatever: bool = False
) -> Replay | None:
    """Return the answer that is kept, or made now where the evidence is small (or `whatever`)."""
    kept = replays.kept_replay(measured, question)
    if kept is not None or not (whatever or replays.is_small(measured)):
        return kept
    return replays.replay(agreement, measured, question, changes_for(question), at=clock.now())

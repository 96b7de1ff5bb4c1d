"""What IT functions, cases and rate cards bring to the overview and to the search over names."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F
from django.urls import reverse

from retained.directory.access import may
from retained.directory.models import Person
from retained.pages.needs import Need
from retained.pages.search import MOST_HITS_A_SOURCE, Hit
from retained.shared.months import Month
from retained.strategy.access.cases import cases_to_read
from retained.strategy.access.confirmations import may_own_assumptions
from retained.strategy.access.portfolio import functions_to_read
from retained.strategy.access.rates import rate_cards_to_read
from retained.strategy.models import CaseSignature, CaseState
from retained.strategy.queries.cases import cases_named
from retained.strategy.queries.confirmations import waiting_for
from retained.strategy.queries.months import lacking_still, month_rows
from retained.strategy.queries.portfolio import functions_named
from retained.strategy.queries.rates import cards_named

_MOST_NEEDS = 5


def functions_found(person: Person, words: Sequence[str]) -> list[Hit]:
    """Return IT functions in whose reference or title the words are found."""
    found = functions_named(functions_to_read(person).filter(retired_at=None), words)
    return [
        Hit("IT function", one.title, reverse("function", args=[one.reference]), one.reference)
        for one in found[:MOST_HITS_A_SOURCE]
    ]


def cases_found(person: Person, words: Sequence[str]) -> list[Hit]:
    """Return cases in whose reference or title the words are found."""
    found = cases_named(cases_to_read(person), words)
    return [
        Hit("Business case", case.title, reverse("case", args=[case.reference]), case.reference)
        for case in found[:MOST_HITS_A_SOURCE]
    ]


def rate_cards_found(person: Person, words: Sequence[str]) -> list[Hit]:
    """Return the rate cards in force in whose reference or title the words are found."""
    found = cards_named(rate_cards_to_read(person).filter(superseded_at=None), words)
    return [
        Hit("Rate card", card.title, reverse("rate_card", args=[card.reference]), card.reference)
        for card in found[:MOST_HITS_A_SOURCE]
    ]


def signature_needs(person: Person, at: datetime) -> list[Need]:  # noqa: ARG001 - no deadline
    """Return the drafts that somebody else has signed, for who may sign beside."""
    if not may(person, "sign_cases"):
        return []
    half = (
        CaseSignature.objects.filter(version__case__state=CaseState.DRAFT)
        .exclude(by_key=person.actor_key)
        .exclude(version__signatures__by_key=person.actor_key)
        .exclude(version__case__versions__number__gt=F("version__number"))
        .select_related("version__case")
        .order_by("signed_at")
    )
    return [
        Need(
            title=f"Sign “{one.version.case.title}”, or say what is missing",
            why="One person has signed; a second one freezes it as the baseline.",
            url=reverse("case_sign", args=[one.version.case.reference]),
            weight=1,
        )
        for one in half[:_MOST_NEEDS]
    ]


def confirmation_needs(person: Person, at: datetime) -> list[Need]:  # noqa: ARG001 - no deadline
    """Return the drafts with assumptions that wait for their owner."""
    if not may_own_assumptions(person):
        return []
    return [
        Need(
            title=f"Confirm {_counted(count)} of “{case.title}”, or say what is wrong",
            why="You are named as the owner: the case rests on it.",
            url=reverse("case_confirm", args=[case.reference]),
            weight=1,
        )
        for case, count in list(waiting_for(person).items())[:_MOST_NEEDS]
    ]


def _counted(count: int) -> str:
    return "an assumption" if count == 1 else f"{count} assumptions"


def actuals_needs(person: Person, at: datetime) -> list[Need]:  # noqa: ARG001 - the clock told already
    """Return the cases whose last month nobody gave yet, for who may say what came true."""
    if not may(person, "give_actuals"):
        return []
    lacking = list(lacking_still(cases_to_read(person))[:_MOST_NEEDS])
    return [
        Need(
            title=f"No {row.missing} for {row.title} yet: “{one.case.title}”",
            why=_what_it_stands_on(row.through),
            url=reverse("case_actuals", args=[one.case.reference]),
            weight=1,
        )
        for one, row in zip(lacking, month_rows(lacking), strict=True)
    ]


def _what_it_stands_on(through: str) -> str:
    if not through:
        return "It was signed, and nothing that came true was given to it so far."
    return f"It was re-run without it, on what came true through {Month.parse(through).title}."

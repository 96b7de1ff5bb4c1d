"""Who does what in a function: where nobody or too many answer for a step, and the hand-offs.

In   the RACI matrix of a function
Out  remarks, and every hand-off from one step to the next
Why  docs/methods/it-functions.md
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from retained.shared.remarks import Place, Remark, Severity
from retained.strategy.engine.function_terms import ActivityTerms, RaciSide, RaciTerms


@dataclass(frozen=True, slots=True)
class HandOff:
    """The work goes from those who did one step to others who do the next.

    `crosses`: nobody on the same side goes on with it; it passes between client and provider.
    """

    after: str
    before: str
    givers: tuple[str, ...]
    takers: tuple[str, ...]
    crosses: bool


def with_letter(activity: ActivityTerms, letter: str) -> tuple[str, ...]:
    """Return the parties that have `letter` in an activity."""
    return tuple(party for party, letters in activity.who.items() if letter in letters)


def hand_offs(raci: RaciTerms) -> list[HandOff]:
    """Return every hand-off, in the order of the work.

    From a step to the next one for which somebody is responsible (R); none where they share
    a responsible party.
    """
    done = [one for one in raci.activities if with_letter(one, "R")]
    return [
        _between(one, other, raci)
        for one, other in pairwise(done)
        if not set(with_letter(one, "R")) & set(with_letter(other, "R"))
    ]


def raci_remarks(raci: RaciTerms) -> list[Remark]:
    """Return what is not clear in a matrix: each step has one A, and an R at least."""
    return [*_of_activities(raci), *_of_parties(raci)]


def _between(one: ActivityTerms, other: ActivityTerms, raci: RaciTerms) -> HandOff:
    givers, takers = with_letter(one, "R"), with_letter(other, "R")
    crosses = not _sides(givers, raci) & _sides(takers, raci)
    return HandOff(one.title, other.title, givers, takers, crosses)


def _sides(parties: tuple[str, ...], raci: RaciTerms) -> set[RaciSide]:
    return {raci.parties[party] for party in parties}


def _of_activities(raci: RaciTerms) -> Iterator[Remark]:
    for activity in raci.activities:
        answering = with_letter(activity, "A")
        if not answering:
            yield _remark("no_accountable", activity.title, "nobody answers for it (A)")
        if len(answering) > 1:
            names = " and ".join(answering)
            yield _remark("several_accountable", activity.title,
                          f"{names} answer for it (A): one party can")  # fmt: skip
        if not with_letter(activity, "R"):
            yield _remark("no_responsible", activity.title, "nobody does it (R)")


def _of_parties(raci: RaciTerms) -> Iterator[Remark]:
    for party in raci.parties:
        if raci.activities and not any(party in one.who for one in raci.activities):
            sentence = f"{party} has no part in anything: give it one, or take it out."
            yield Remark(Severity.NOTE, "party_without_part", sentence, Place(column=party))


def _remark(code: str, title: str, what: str) -> Remark:
    return Remark(Severity.WARNING, code, f"“{title}”: {what}.", Place(column=title))

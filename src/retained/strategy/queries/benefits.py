"""Reads of what options do for the company's goals and values."""

from datetime import date, datetime

from retained.directory.models import Person
from retained.directory.queries.organisations import goals, goals_on
from retained.strategy.engine.benefit_goals import HeldGoal, ServedGoal, served_goals
from retained.strategy.models import BusinessCase, CaseState
from retained.strategy.queries.cases import terms_written_in, version_of


def held_goals(person: Person, *, on: date) -> list[HeldGoal]:
    """Return the goals and values that hold on a day, with their shares."""
    return [
        HeldGoal(one.goal.name, one.goal.kind == "value", one.share)
        for one in goals(person, on=on)
        if one.share is not None
    ]


def goals_to_name(case: BusinessCase | None, *, on: date) -> frozenset[str]:
    """Return what a benefit may name as its goal: what holds on the day, and what it named before.

    A goal that has ended since stays where it is, and so does a text of before there were goals.
    """
    found = frozenset(one.name for one in goals_on(on))
    if case is None:
        return found
    options = terms_written_in(version_of(case).document).options.values()
    return found | {benefit.goal for one in options for benefit in one.benefits}


def goals_to_choose(person: Person, *, on: date, now: str = "") -> list[str]:
    """Return the names that a form offers: what holds on the day, and what is named `now`."""
    names = [one.name for one in held_goals(person, on=on)]
    return list(dict.fromkeys([*([now] if now else []), *names]))


def day_of_goals(case: BusinessCase, *, at: datetime) -> date:
    """Return the day whose goals a case is held against: the last signature's once it is frozen."""
    if case.state != CaseState.SIGNED:
        return at.date()
    return version_of(case).signatures.latest("signed_at").signed_at.date()


def goals_served_by_option(
    case: BusinessCase, *, by: Person, at: datetime
) -> dict[str, list[ServedGoal]]:
    """Return for each option every goal and value with the benefits that it has for it."""
    goals = held_goals(by, on=day_of_goals(case, at=at))
    options = terms_written_in(version_of(case).document).options
    return {key: served_goals(one.benefits, goals) for key, one in options.items()}

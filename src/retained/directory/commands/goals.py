"""Commands about the goals and values of the client."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction

from retained.audit.record import record
from retained.directory import access
from retained.directory.models import Goal, Person
from retained.directory.versions import only_once, save_version
from retained.shared.errors import DomainError


@dataclass(frozen=True, slots=True)
class GoalDetails:
    """What people write about a goal or value; `ends_on` is the first day without it."""

    kind: str
    name: str
    meaning: str
    weight: int
    starts_on: date
    ends_on: date | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.name.strip()) <= 200:
            raise DomainError("A name has 1 to 200 letters.")
        if not 1 <= self.weight <= 100:
            raise DomainError("A weight is a whole number from 1 to 100.")
        if self.ends_on and self.ends_on <= self.starts_on:
            raise DomainError("The end must be after the start.")


@transaction.atomic
def add_goal(details: GoalDetails, *, by: Person, at: datetime) -> Goal:
    """Add what the client wants to reach or keep to."""
    access.must(by, "edit_goals")
    values = asdict(details)
    with only_once(f"“{details.name}” starts on this day already."):
        goal = Goal.objects.create(**values)
    record("added", goal, by=by, at=at, after=values)
    return goal


@transaction.atomic
def edit_goal(goal: Goal, details: GoalDetails, *, version: int, by: Person, at: datetime) -> Goal:
    """Change a goal or value."""
    access.must(by, "edit_goals")
    with only_once(f"“{details.name}” starts on this day already."):
        change = save_version(goal, asdict(details), version=version)
    record("edited", goal, by=by, at=at, before=change.before, after=change.after)
    return goal

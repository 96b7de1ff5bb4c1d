"""A desk that missed in July and did well since, under an agreement that lets it earn that back.

"P1 and P2 in time" is 18/20 in July and 20/20 from August on; "P3 in time" misses in October. So
October owes 3,312.00, earns July's 2,208.00 back, and its net is 1,104.00.
"""

from delivery.conftest import Story, import_text
from delivery.months_closed import confirmed
from delivery.story import AGREEMENT, MAPPING, STORY_DAY, STORY_ZONE, Desk, working_mornings
from directory.cast import Cast
from retained.contracts.commands import register_agreement
from retained.contracts.engine.reading import read_agreement
from retained.delivery.commands.measuring import measure_agreement
from retained.delivery.models import CreditClaim
from retained.directory.engine.roles import Role
from retained.shared import clock
from retained.shared.months import Month

JULY, AUGUST, SEPTEMBER, OCTOBER = (Month(2026, number) for number in (7, 8, 9, 10))
FOLLOWING = "{following_months: 3}"
# Met and counted from July to October, priority 2 and priority 3.
URGENT = {7: (18, 20), 8: (20, 20), 9: (20, 20), 10: (20, 20)}
OTHER = {7: (10, 10), 8: (10, 10), 9: (10, 10), 10: (8, 10)}


def agreement_text(earn_back: str = FOLLOWING) -> str:
    return AGREEMENT.replace("  at_risk: 12 %", f"  at_risk: 12 %\n  earn_back: {earn_back}")


def desk_csv(
    urgent: dict[int, tuple[int, int]] | None = None,
    other: dict[int, tuple[int, int]] | None = None,
) -> str:
    desk = Desk()
    for priority, hours, months in (
        ("2", (3.0, 28.0), URGENT if urgent is None else urgent),
        ("3", (27.0, 24 * 6 + 0.5), OTHER if other is None else other),
    ):
        for month, (met, counted) in months.items():
            mornings = working_mornings(month)
            for index in range(counted):
                steps = ((0.5, "In progress"), (hours[index >= met], "Resolved"))
                desk.ticket(next(mornings), priority, *steps)
    return desk.text()


def make_earned_back_story(
    cast: Cast, *, earn_back: str = FOLLOWING, text: str | None = None
) -> Story:
    """Return the story, measured on its day; nothing is closed yet."""
    clock.tell_story_of(STORY_DAY.date(), STORY_ZONE)
    lead = cast.people[Role.SOURCING_LEAD]
    terms = read_agreement(agreement_text(earn_back))
    agreement = register_agreement(terms, by=lead, at=STORY_DAY)
    import_text(desk_csv() if text is None else text, MAPPING, by=lead)
    return Story(cast, agreement, measure_agreement(agreement, by=lead, at=clock.now()))


def close_until(story: Story, last: Month) -> None:
    """Close July and every month after it, up to `last`."""
    month = JULY
    while month <= last:
        confirmed(story, month)
        month = month.plus(1)


def credit_of(month: Month) -> CreditClaim:
    return CreditClaim.objects.get(close__month=str(month), close__is_current=True)

"""How many tickets of each kind the story has, month by month.

Met and counted tickets of "P1 and P2 in time" are the story's own. What Brightdesk counts as met
although it is not: from July on it pauses for third parties, which this agreement does not do.
"""

from retained.project.demonstration.tickets import MonthPlan
from retained.shared.months import Month

SEED = 20261109
FIRST_NUMBER = 4_100_001


def _plan(
    month: int,
    urgent: tuple[int, int],
    differing: tuple[int, int, int],
    others: tuple[int, int],
    reopened: int,
    until_day: int = 31,
    still_open: tuple[int, int] = (0, 0),
) -> MonthPlan:
    """Return a month of 2026 from met/all of P1 and P2, of P3 and P4, reopened and open ones."""
    return MonthPlan(
        month=Month(2026, month),
        urgent_met=urgent[0],
        urgent_missed=urgent[1] - urgent[0],
        third_party=differing[0],
        reopened_as_new=differing[1],
        lowered=differing[2],
        other_met=others[0],
        other_missed=others[1] - others[0],
        reopened=reopened,
        until_day=until_day,
        open_urgent=still_open[0],
        open_others=still_open[1],
    )


BRIGHTDESK = (
    _plan(1, (231, 238), (0, 0, 0), (2921, 3044), 112),
    _plan(2, (219, 226), (0, 0, 0), (2838, 2969), 108),
    _plan(3, (236, 244), (0, 0, 0), (2954, 3080), 117),
    _plan(4, (223, 231), (0, 0, 0), (2870, 3007), 121),
    _plan(5, (230, 240), (0, 0, 0), (2885, 3041), 124),
    _plan(6, (225, 236), (0, 0, 0), (2902, 3078), 131),
    _plan(7, (216, 229), (1, 0, 0), (2871, 3064), 138),
    _plan(8, (205, 221), (4, 0, 0), (2799, 3002), 141),
    _plan(9, (222, 242), (7, 0, 0), (2896, 3203), 152),
    _plan(10, (213, 240), (11, 3, 2), (2944, 3387), 218),
    _plan(11, (48, 55), (2, 0, 0), (640, 718), 39, until_day=6, still_open=(4, 17)),
)


def _network(month: int, urgent: tuple[int, int], others: tuple[int, int]) -> MonthPlan:
    runs = month == 11
    return _plan(
        month,
        urgent,
        (0, 0, 0),
        others,
        1,
        until_day=6 if runs else 31,
        still_open=(1, 5) if runs else (0, 0),
    )


CORVALE = (
    _network(1, (14, 14), (41, 42)),
    _network(2, (11, 11), (38, 38)),
    _network(3, (16, 16), (44, 45)),
    _network(4, (12, 12), (40, 41)),
    _network(5, (13, 13), (39, 40)),
    _network(6, (15, 15), (43, 43)),
    _network(7, (12, 12), (37, 38)),
    _network(8, (10, 10), (36, 36)),
    _network(9, (14, 14), (42, 43)),
    _network(10, (13, 13), (40, 41)),
    _network(11, (3, 3), (9, 9)),
)

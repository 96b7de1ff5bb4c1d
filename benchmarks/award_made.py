"""A made award problem of the size that is promised: what `award_speed.py` and its peer share."""

import random
from fractions import Fraction

from retained.tendering.engine.award.problem import (
    Bidder,
    DiscountKind,
    Discounts,
    Lot,
    Offer,
    Problem,
    Step,
)
from retained.tendering.engine.award.rules import MostPartners, MostShare, QualityFloor

STEPS = ((5, 2), (10, 4), (20, 7))  # per cent of all baselines, per cent off
CAP = Fraction(35, 100)


def made_problem(seed: int, *, lots: int = 50, bidders: int = 20) -> Problem:
    """Return lots of 1 to 20 hundred thousand, bidders within a fifth around them, four tiers."""
    chance = random.Random(seed)
    worth = [chance.randint(100_000, 2_000_000) * 100 for _ in range(lots)]
    total = sum(worth)
    names = [f"bidder-{number:02}" for number in range(bidders)]
    level = {name: chance.uniform(0.92, 1.08) for name in names}
    offers = tuple(
        Offer(
            f"lot-{place:02}",
            name,
            Fraction(round(base / 100 * level[name] * chance.uniform(0.85, 1.15)) * 100),
            Fraction(chance.randint(55, 95)),
        )
        for place, base in enumerate(worth)
        for name in names
        if chance.random() < 0.75
    )
    return Problem(
        "EUR",
        tuple(
            Lot(f"lot-{place:02}", base, incumbent=chance.choice(names), switching=base // 50)
            for place, base in enumerate(worth)
        ),
        tuple(
            Bidder(
                name,
                onboarding=chance.randint(20_000, 80_000) * 100,
                discounts=Discounts(
                    DiscountKind.ALL_UNIT,
                    tuple(Step(Fraction(total * at, 100), Fraction(off, 100)) for at, off in STEPS),
                ),
            )
            for name in names
        ),
        offers,
        rules=(
            MostPartners("at most six partners", 6),
            MostShare("at most 35 % with one", CAP),
            QualityFloor("quality of 70", Fraction(70)),
        ),
    )

"""Small problems drawn by chance, with every feature in them."""

from fractions import Fraction

from hypothesis import strategies as st

from retained.tendering.engine.award.problem import (
    IN_HOUSE,
    Bidder,
    Bundle,
    DiscountKind,
    Discounts,
    Lot,
    Measure,
    Offer,
    Problem,
    Step,
)
from retained.tendering.engine.award.rules import (
    Barred,
    Given,
    LeastPartners,
    LeastShare,
    MostPartners,
    MostShare,
    MostShareOfParent,
    NoDiscounts,
    QualityFloor,
    Rule,
)

LOTS = ("l1", "l2", "l3", "l4")
BIDDERS = ("b1", "b2", "b3")
_PERCENT = st.integers(20, 100).map(lambda one: Fraction(one, 100))
_MONEY = st.integers(0, 40)
PRICES = st.integers(50, 150)


def rules() -> st.SearchStrategy[list[Rule]]:
    """Draw any rules, each kind at most once."""
    lots, bidders = st.sampled_from(LOTS), st.sampled_from(BIDDERS)
    someone = st.sampled_from((*BIDDERS, IN_HOUSE))
    kinds: list[st.SearchStrategy[Rule]] = [
        st.builds(MostPartners, st.just("most partners"), st.integers(1, 3)),
        st.builds(LeastPartners, st.just("least partners"), st.integers(1, 3)),
        st.builds(MostShare, st.just("cap"), _PERCENT, st.sampled_from(("", "b1"))),
        st.builds(MostShareOfParent, st.just("parents"), _PERCENT, st.sampled_from(("", "p"))),
        st.builds(LeastShare, st.just("least share"), _PERCENT.map(lambda one: one / 2)),
        st.builds(QualityFloor, st.just("quality"), st.integers(50, 90).map(Fraction)),
        st.builds(Given, st.just("given"), lots, someone),
        st.builds(Barred, st.just("barred"), bidders, st.one_of(st.just(""), lots)),
        st.just(NoDiscounts("no discounts")),
    ]
    picked = st.lists(st.integers(0, len(kinds) - 1), unique=True, max_size=3)
    return picked.flatmap(lambda places: st.tuples(*(kinds[one] for one in places))).map(list)


@st.composite
def discounts(draw: st.DrawFn, measure: Measure) -> Discounts:
    """Draw one or two steps that rise."""
    kind = draw(st.sampled_from(DiscountKind))
    scale = 100 if measure is Measure.VALUE else 1
    thresholds = sorted(draw(st.sets(st.integers(0, 4), min_size=1, max_size=2)))
    offs = sorted(draw(st.sets(st.integers(1, 30), min_size=2, max_size=2)))
    steps = (
        Step(Fraction(at * scale), Fraction(off, 100))
        for at, off in zip(thresholds, offs, strict=False)
    )
    return Discounts(kind, tuple(steps))


@st.composite
def bidders(draw: st.DrawFn, name: str) -> Bidder:
    """Draw a bidder, perhaps with discounts and limits."""
    measure = draw(st.sampled_from(Measure))
    scale = 100 if measure is Measure.VALUE else 1
    offered = draw(st.none() | discounts(measure))
    if offered is not None and offered.kind is DiscountKind.INCREMENTAL:
        measure, scale = Measure.VALUE, 100
        offered = draw(discounts(Measure.VALUE))
    return Bidder(
        name,
        draw(st.sampled_from(("", "p"))),
        draw(_MONEY),
        Fraction(draw(st.integers(40, 95))),
        offered,
        measure,
        Fraction(draw(st.sampled_from((0, 0, 1, 2))) * scale),
        draw(st.none() | st.integers(2, 4).map(lambda one: Fraction(one * scale))),
        draw(st.booleans()),
    )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Draw a problem of whole lots."""
    lots = tuple(
        Lot(
            name,
            draw(st.integers(0, 100)),
            Fraction(draw(st.integers(1, 3))),
            draw(st.sampled_from(("", IN_HOUSE, *BIDDERS))),
            draw(_MONEY),
            draw(st.none() | st.integers(80, 200)),
        )
        for name in LOTS
    )
    offers = tuple(
        Offer(lot, name, Fraction(price))
        for lot in LOTS
        for name in BIDDERS
        if (price := draw(st.none() | PRICES)) is not None
    )
    wanted = st.lists(st.sampled_from(LOTS), unique=True, min_size=2, max_size=3)
    bundles = tuple(
        Bundle(f"k{number}", draw(st.sampled_from(BIDDERS)), tuple(sorted(draw(wanted))), price)
        for number, price in enumerate(draw(st.lists(st.integers(100, 300), max_size=4)))
    )
    return Problem(
        "EUR",
        lots,
        tuple(draw(bidders(name)) for name in BIDDERS),
        offers,
        bundles,
        tuple(draw(rules())),
    )

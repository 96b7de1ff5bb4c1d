"""A rule as people write it: one of the kinds, under the name that they give it.

In   a mapping with one kind, such as {most_partners: 3}
Out  the rule
Why  docs/reference/award.md
"""

from collections.abc import Callable, Iterator
from fractions import Fraction

from pydantic import Field, model_validator

from retained.shared.placed import FieldError
from retained.tendering.engine.award.amounts import Count, Name, Quantity, Share, Terms, Truth
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

KINDS = (
    "most_partners", "least_partners", "most_share", "most_share_of_parent", "least_share",
    "least_quality", "given_to", "barred", "no_discounts",
)  # fmt: skip
_NARROWED = {
    "bidder": {"most_share"},
    "parent": {"most_share_of_parent"},
    "lot": {"given_to", "barred"},
}


class RuleTerms(Terms):
    """One kind of rule; `bidder`, `parent` and `lot` narrow those that can be narrowed."""

    most_partners: Count | None = None
    least_partners: Count | None = None
    most_share: Share | None = None
    most_share_of_parent: Share | None = None
    least_share: Share | None = None
    least_quality: Quantity | None = None
    given_to: Name | None = Field(None, description="a bidder, or in-house; needs a lot")
    barred: Name | None = Field(None, description="a bidder")
    no_discounts: Truth | None = None
    bidder: Name | None = None
    parent: Name | None = None
    lot: Name | None = None

    @model_validator(mode="after")
    def _must_be_one_kind(self) -> "RuleTerms":
        given = [name for name in KINDS if getattr(self, name) is not None]
        if len(given) != 1:
            found = f"{' and '.join(given)} are given" if given else "none is given"
            raise ValueError(f"give one of {', '.join(KINDS)}: {found}")
        for field, kinds in _NARROWED.items():
            if getattr(self, field) is not None and given[0] not in kinds:
                raise FieldError(f"{given[0]} says nothing about one {field}", field)
        if self.given_to is not None and self.lot is None:
            raise FieldError("say which lot it is given to", "lot")
        if self.no_discounts is False:
            raise FieldError("leave the rule out instead of saying no", "no_discounts")
        return self

    @property
    def kind(self) -> str:
        """Which kind it is."""
        return next(name for name in KINDS if getattr(self, name) is not None)

    def as_rule(self, name: str) -> Rule:
        """Return the rule under its name."""
        value = getattr(self, self.kind)
        exact = value if isinstance(value, str | int) else Fraction(value)
        makers: dict[str, Callable[[], Rule]] = {
            "most_partners": lambda: MostPartners(name, value),
            "least_partners": lambda: LeastPartners(name, value),
            "most_share": lambda: MostShare(name, Fraction(exact), self.bidder or ""),
            "most_share_of_parent": lambda: MostShareOfParent(
                name, Fraction(exact), self.parent or ""
            ),
            "least_share": lambda: LeastShare(name, Fraction(exact)),
            "least_quality": lambda: QualityFloor(name, Fraction(exact)),
            "given_to": lambda: Given(name, self.lot or "", value),
            "barred": lambda: Barred(name, value, self.lot or ""),
            "no_discounts": lambda: NoDiscounts(name),
        }
        return makers[self.kind]()

    def names(self) -> Iterator[tuple[str, str, str]]:
        """Yield the names that must lead somewhere: field, what it names, and the name."""
        if self.given_to is not None:
            yield "given_to", "doer", self.given_to
        if self.barred is not None:
            yield "barred", "bidder", self.barred
        for field in ("bidder", "parent", "lot"):
            name = getattr(self, field)
            if name is not None:
                yield field, field, name

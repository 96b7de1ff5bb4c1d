"""Reads for mapping accounts: each that was booked to, where it goes, and what all add up to."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Sum

from retained.shared.errors import DomainError
from retained.shared.money import Money
from retained.strategy.engine.account_choices import NOWHERE, At, Choice, choice_of
from retained.strategy.engine.account_guesses import AccountGuess, Earlier, guessed_line
from retained.strategy.engine.actuals_terms import ActualsTerms
from retained.strategy.engine.booked import Actuals, Taken, taker_of
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.models import ActualEntry, ActualsFile, BusinessCase
from retained.strategy.queries.actuals import mapping_of, mapping_written_in, signed_terms, title_of
from retained.strategy.queries.held_actuals import earlier_mappings


@dataclass(frozen=True, slots=True)
class Booked:
    """What was booked to an account at a cost centre, in all files that count or wait."""

    account: str
    cost_centre: str
    total: Money
    rows: int
    text: str  # of one of its rows

    @property
    def at(self) -> At:
        """The account and its cost centre."""
        return self.account, self.cost_centre


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with where it goes by the mapping, or may go by a guess."""

    booked: Booked
    choice: Choice
    guess: AccountGuess | None
    perhaps: str = ""  # the title of the line that is guessed

    @property
    def is_offered(self) -> bool:
        """Whether a form begins with the guess."""
        return self.guess is not None and self.guess.is_likely

    @property
    def offered(self) -> Choice:
        """Where a form begins: by the mapping, or by a likely guess."""
        return self.guess.choice if self.guess and self.guess.is_likely else self.choice


@dataclass(frozen=True, slots=True)
class Shares:
    """What the files add up to, in its four parts: mapping moves money among them, never out."""

    mapped: Money
    left_out: Money
    unmapped: Money
    elsewhere: Money

    @property
    def total(self) -> Money:
        """The control total."""
        return self.mapped + self.left_out + self.unmapped + self.elsewhere


def files_to_map(case: BusinessCase) -> QuerySet[ActualsFile]:
    """Return the files that count or wait for a look, without those that another will replace."""
    files = case.actuals_files.filter(superseded_at=None)
    replacing = ActualsFile.objects.filter(replaces=OuterRef("pk"), superseded_at=None)
    return files.filter(~Exists(replacing))


def booked_in(files: QuerySet[ActualsFile], currency: str) -> list[Booked]:
    """Return every account of some files at each of its cost centres."""
    rows = ActualEntry.objects.filter(file__in=files).exclude(amount_minor=None)
    summed = rows.values("account", "cost_centre").annotate(
        minor=Sum("amount_minor"), count=Count("pk"), said=Max("text")
    )
    return [
        Booked(
            account=one["account"],
            cost_centre=one["cost_centre"],
            total=Money.of_minor(one["minor"], currency),
            rows=one["count"],
            text=one["said"],
        )
        for one in summed.order_by("account", "cost_centre")
    ]


def account_rows(
    booked: Sequence[Booked],
    mapping: ActualsTerms,
    *,
    case: CaseTerms,
    chosen: str,
    earlier: Sequence[Earlier] = (),
) -> list[AccountRow]:
    """Return accounts with where they go: first those without a line, the greatest sums first.

    Of other cost centres than the case's own none is asked.
    """
    rows = []
    for one in booked:
        if taker_of(mapping, *one.at) is Taken.ELSEWHERE:
            continue
        choice = choice_of(mapping, *one.at)
        guess = None
        if choice == NOWHERE:
            guess = guessed_line(*one.at, one.text, case=case, chosen=chosen, earlier=earlier)
        perhaps = title_of(case, guess.choice.line) if guess and guess.choice.line else ""
        rows.append(AccountRow(one, choice, guess, perhaps))
    return sorted(rows, key=_order)


def _order(row: AccountRow) -> tuple[bool, int, At]:
    return row.choice != NOWHERE, -abs(row.booked.total.minor), row.booked.at


@dataclass(frozen=True)
class Desk:
    """All that is on the desk of somebody who maps: the mapping, accounts, and where they go."""

    number: int  # of the mapping
    terms: ActualsTerms
    case_terms: CaseTerms
    booked: list[Booked]
    rows: list[AccountRow]

    @property
    def currency(self) -> str:
        """The currency of the case."""
        return self.case_terms.currency


def desk_of(case: BusinessCase, cases: QuerySet[BusinessCase]) -> Desk:
    """Return what is mapped of a case; guesses look at the mappings of `cases`.

    Raises DomainError while nobody has said how its files are read.
    """
    mapping, signed = mapping_of(case), signed_terms(case)
    if mapping is None:
        raise DomainError("Give a file first: its columns are named, and its accounts stand here.")
    terms = mapping_written_in(mapping.document)
    booked = booked_in(files_to_map(case), signed.currency)
    earlier = earlier_mappings(case, cases)
    rows = account_rows(booked, terms, case=signed, chosen=case.chosen, earlier=earlier)
    return Desk(mapping.number, terms, signed, booked, rows)


def shares_of(booked: Sequence[Booked], mapping: ActualsTerms, currency: str) -> Shares:
    """Return what accounts add up to, by what a mapping makes of them."""
    minor = dict.fromkeys(("mapped", "left_out", "unmapped", "elsewhere"), 0)
    for one in booked:
        taker = taker_of(mapping, *one.at)
        minor[taker.value if isinstance(taker, Taken) else "mapped"] += one.total.minor
    return Shares(**{kind: Money.of_minor(cents, currency) for kind, cents in minor.items()})


def shares_of_actuals(actuals: Actuals) -> Shares:
    """Return the same of what came true by all files that count."""
    unmapped, left_out, elsewhere = actuals.unmapped_total, actuals.left_out, actuals.elsewhere
    mapped = actuals.total - unmapped - left_out - elsewhere
    return Shares(mapped, left_out, unmapped, elsewhere)

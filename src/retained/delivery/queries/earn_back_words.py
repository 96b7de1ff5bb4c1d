"""Earn-back in words: what a statement earned back and why, and where a credit stands."""

from collections.abc import Sequence
from decimal import Decimal

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.sentences.words import listed
from retained.delivery.engine.earn_back import EarnBack, Standing, contract_year
from retained.delivery.engine.result_rows import figure_text, unit_of
from retained.delivery.queries import wording
from retained.delivery.queries.statements import StatedEarnBack
from retained.pages.cells import GAP
from retained.shared.money import Money
from retained.shared.months import Month
from retained.shared.quantities import percent_text

BY_THE_YEAR = "contract_year"


def earned_words(line: StatedEarnBack) -> str:
    """Return what a statement earned back: whose credit, how much of it, and why."""
    part = "" if line.at_most == 1 else f", {_part_words(line.at_most, line.credit)}"
    return f"Earned back of {line.of.month.title}, {line.title}{part}: {why_words(line)}"


def why_words(line: StatedEarnBack) -> str:
    """Return why it was earned back: August, September and October 2026 met 95 %."""
    level = wording.level_words(Decimal(line.at_least), line.unit)
    if line.way == BY_THE_YEAR:
        figure = _figure_words(line.attained, line.unit, line.at_least)
        return f"its contract year came to {figure}, against {level}"
    return f"{months_words([one.month for one in line.because_of])} met {level}"


def net_words(net: Money) -> str:
    """Return what the net of a statement is: owed by the provider, or to it."""
    if net.minor < 0:
        return "Net, to be given back to the provider"
    return "Net, owed by the provider"


def months_words(months: Sequence[Month]) -> str:
    """Return months as people say them: August, September and October 2026."""
    if len({month.year for month in months}) != 1:
        return listed([month.title for month in months])
    names = [month.first_day.strftime("%B") for month in months]
    return f"{listed(names)} {months[0].year}"


def standing_words(one: EarnBack, terms: AgreementTerms) -> str:
    """Return where a credit stands that can be earned back; `terms` are those of its month."""
    level = terms.service_level(one.service_level)
    rule = terms.earn_back_of(level)
    if rule is None:
        raise ValueError("A credit that cannot be earned back has no standing.")
    at_least = figure_text(level.level(rule.at_least or level.expected), level) or "0"
    asked = wording.level_words(Decimal(at_least), unit_of(level))
    if rule.following_months is not None:
        return _following_words(one, asked, rule.following_months)
    _, last = contract_year(terms, one.month)
    year = f"the contract year to {last.title}"
    if one.standing is Standing.OPEN:
        return f"It can be earned back if {year} comes to {asked}."
    came_to = _figure_words(figure_text(one.attained, level), unit_of(level), at_least)
    kept = "It is earned back" if one.standing is Standing.EARNED else "It stays owed"
    return f"{kept}: {year} came to {came_to}, against {asked}."


def _following_words(one: EarnBack, asked: str, months: int) -> str:
    if one.standing is Standing.LOST and one.decided_in is not None:
        return f"It stays owed: {one.decided_in.title} did not meet {asked}."
    seen = f"{months_words(one.months)} met {asked}" if one.seen else ""
    if one.standing is Standing.EARNED:
        return f"It is earned back: {seen}."
    left = months - len(one.seen)
    more = f"{left} {'more ' if seen else ''}month{'' if left == 1 else 's'} must meet {asked}"
    return f"It can be earned back: {f'{seen}; ' if seen else ''}{more}."


def _figure_words(text: str | None, unit: str, level: str) -> str:
    figure = Decimal(text) if text else None
    return wording.figure_words(figure, unit, levels=(Decimal(level),))


def _part_words(share: Decimal, of: Money) -> str:
    return f"{percent_text(share)} of {of}".replace(" %", f"{GAP}%")

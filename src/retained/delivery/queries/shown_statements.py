"""A statement as pages, PDFs and tables show it: the frozen document in words, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from retained.contracts import queries as contracts_queries
from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.sentences.levels import counted_sentence
from retained.delivery.models import CloseState, MonthClose, ProviderAnswer
from retained.delivery.queries import wording
from retained.delivery.queries.earn_back_words import earned_words, net_words
from retained.delivery.queries.people import name_behind, name_read, names_of
from retained.delivery.queries.statements import Content, StatedCredit, StatedLevel, content
from retained.pages.cells import GAP
from retained.shared.days import short_day
from retained.shared.money import Money
from retained.shared.quantities import decimal_text, percent_text

_ORDINALS = dict(
    enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"), 1
    )
)


@dataclass(frozen=True, slots=True)
class ShownLevel:
    """A service level of a statement in words."""

    stated: StatedLevel

    @property
    def levels(self) -> tuple[Decimal, ...]:
        """What the figure is held against."""
        found = [self.stated.expected, self.stated.minimum]
        return tuple(Decimal(text) for text in found if text)

    @property
    def words(self) -> str:
        """The figure as it is written."""
        return self._figure(self.stated.attained)

    @property
    def words_with_excluded(self) -> str:
        """The figure as it would be had nothing been left out; blank where that is the same."""
        other = self.stated.attained_with_excluded
        if not self.stated.excluded or other is None:
            return ""
        return self._figure(other)

    @property
    def expected(self) -> str:
        """The expected level."""
        return wording.level_words(Decimal(self.stated.expected), self.stated.unit)

    @property
    def minimum(self) -> str:
        """The minimum level, or nothing."""
        minimum = self.stated.minimum
        return wording.level_words(Decimal(minimum), self.stated.unit) if minimum else ""

    @property
    def lower_is_better(self) -> bool:
        """Whether the level promises to stay below: its minimum, or its miss, says so."""
        expected = Decimal(self.stated.expected)
        if self.stated.minimum:
            return Decimal(self.stated.minimum) > expected
        above = self.stated.attained is not None and Decimal(self.stated.attained) > expected
        return above == self.stated.verdict.startswith("below")

    @property
    def counts(self) -> str:
        """What was counted: 213 of 240; of a share that shall be low, the tickets that raise it."""
        if self.stated.unit == wording.PERCENT:
            hits = self.stated.missed if self.lower_is_better else self.stated.met
            return f"{hits:,} of {self.stated.counted:,}"
        return f"{self.stated.counted:,} tickets"

    @property
    def unusable_rows(self) -> str:
        """How many rows of its source could not be used, or nothing where all could."""
        if not self.stated.unusable_rows:
            return ""
        return f"{self.stated.unusable_rows:,} of {self.stated.rows:,} rows unusable"

    @property
    def reported(self) -> str:
        """The provider's figure, or nothing."""
        if self.stated.reported is None:
            return ""
        return wording.figure_words(Decimal(self.stated.reported), wording.PERCENT)

    @property
    def reported_counts(self) -> str:
        """The provider's counts, or nothing."""
        if self.stated.reported_met is None or not self.stated.reported_counted:
            return ""
        return f"{self.stated.reported_met:,} of {self.stated.reported_counted:,}"

    @property
    def difference(self) -> str:
        """The provider's figure less ours."""
        reported, attained = self.stated.reported, self.stated.attained
        if reported is None or attained is None or self.stated.unit != wording.PERCENT:
            return ""
        return wording.points_words(
            Decimal(reported),
            Decimal(attained),
            levels=self.levels,
            lower_is_better=self.lower_is_better,
        )

    @property
    def proof(self) -> str:
        """What the volume proves."""
        low, high = self.stated.interval_low or "", self.stated.interval_high or ""
        return wording.proof_words(self.stated.counted, low, high)

    @property
    def owed(self) -> Money | None:
        """What is owed for it after the cap."""
        return self.stated.credit.after_cap if self.stated.credit else None

    def _figure(self, text: str | None) -> str:
        figure = Decimal(text) if text else None
        return wording.figure_words(
            figure, self.stated.unit, levels=self.levels, lower_is_better=self.lower_is_better
        )


@dataclass(frozen=True, slots=True)
class CreditLine:
    """One line of the credit as a sum: what is done, in words, and what it comes to."""

    words: str
    amount: Money
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """An answer to a statement."""

    answer: ProviderAnswer
    name: str
    disputed: Money | None

    @property
    def words(self) -> str:
        """What was said, in words."""
        words = {
            ProviderAnswer.Kind.AGREED: "The provider agreed",
            ProviderAnswer.Kind.DISPUTED: "The provider disputed",
            ProviderAnswer.Kind.SILENT: "The provider did not answer in time",
        }
        return words[ProviderAnswer.Kind(self.answer.kind)]

    @property
    def came_by_mail(self) -> bool:
        """Whether the client wrote it down from a mail."""
        return self.answer.mail_id is not None


@dataclass(frozen=True)
class ShownStatement:
    """Everything that a statement's page says."""

    close: MonthClose
    content: Content
    levels: Sequence[ShownLevel]
    credit_lines: Sequence[CreditLine]
    answers: Sequence[ShownAnswer]
    names: Mapping[str, str]
    successor: MonthClose | None

    @property
    def title(self) -> str:
        """The statement's name."""
        return f"{self.content.title}, {self.content.month.title}"

    @property
    def checked_by(self) -> str:
        """Who checked it."""
        return self.names.get(self.close.checked_by_key, "")

    @property
    def confirmed_by(self) -> str:
        """Who confirmed it."""
        return self.names.get(self.close.confirmed_by_key, "")

    @property
    def sent_by(self) -> str:
        """Who sent it."""
        return self.names.get(self.close.sent_by_key, "")

    @property
    def earned_lines(self) -> list[CreditLine]:
        """What the month earned back of earlier credits, and its net."""
        return earned_lines(self.content)

    @property
    def missed(self) -> list[ShownLevel]:
        """The service levels that were missed."""
        return [level for level in self.levels if level.stated.verdict.startswith("below")]

    @cached_property
    def terms(self) -> AgreementTerms:
        """What the version says that the statement names."""
        version = contracts_queries.version(self.close.agreement, self.content.agreement_version)
        return version.terms

    @cached_property
    def counting_rules(self) -> list[tuple[str, str]]:
        """How each service level was counted, under the version that the statement names."""
        levels = [self.terms.service_level(level.stated.id) for level in self.levels]
        return [(level.title, counted_sentence(level, self.terms)) for level in levels]

    @property
    def rights(self) -> list[str]:
        """The rights that fired, in sentences; with the day of lapse once the statement is sent."""
        return [self._right(fired) for fired in self.content.triggers]

    def _right(self, fired: Mapping[str, Any]) -> str:
        said = f"{fired['title']}: a right to {fired['right']}"
        days = fired["lapses_after_days"]
        if not days:
            return f"{said}."
        if self.sent_on is None:
            return f"{said}, which lapses {days} days after the statement is sent."
        return f"{said}, which lapses on {short_day(self.sent_on + timedelta(days=days))}."

    @property
    def sent_on(self) -> date | None:
        """The day on which it was sent, on the provider's wall."""
        zone = ZoneInfo(self.close.agreement.provider.time_zone)
        return self.close.sent_at.astimezone(zone).date() if self.close.sent_at else None

    @property
    def headline(self) -> str:
        """The whole statement in one sentence."""
        count, missed = len(self.levels), len(self.missed)
        money = self._money_words
        if not missed:
            return f"Every one of {count} service levels was met{money}."
        return f"{missed} of {count} service level{'s' if count > 1 else ''} missed{money}."

    @property
    def _money_words(self) -> str:
        """What is owed, what was earned back and what is left of it, as the end of a sentence."""
        owed, earned = self.content.owed, self.content.earned_back_together
        said = [f"{owed} is owed"] if owed else []
        if earned:
            said += [f"{earned} was earned back", f"net {self.content.net}"]
        return "; " + ", ".join(said) if said else ""

    @property
    def as_of(self) -> datetime:
        """The latest stamp in the evidence."""
        return datetime.fromtimestamp(self.content.as_of, tz=UTC)


def shown_statement(close: MonthClose, names: Mapping[str, str] | None = None) -> ShownStatement:
    """Return a statement in words: three queries, whatever it says.

    `names` of those who made the close, by their keys, are not asked for where they are known.
    """
    stated = content(close)
    answers = close.answers.select_related("mail").annotate(by_name=name_behind("by_key"))
    if names is None:
        names = names_of([close.checked_by_key, close.confirmed_by_key, close.sent_by_key])
    return ShownStatement(
        close=close,
        content=stated,
        levels=tuple(ShownLevel(level) for level in stated.levels),
        credit_lines=tuple(credit_lines(stated)),
        answers=tuple(_answer(answer, answer.by_name, stated.currency) for answer in answers),
        names=names,
        successor=_successor(close),
    )


def credit_lines(stated: Content) -> list[CreditLine]:
    """Return the credit of a month as a sum in words; nothing where no credit is agreed."""
    if not stated.base:
        return earned_lines(stated)
    lines = [
        CreditLine("The month’s amount that credits are based on", stated.base),
        CreditLine("At risk of it, and the most that can be owed for one month", stated.at_risk),
    ]
    lines += [
        CreditLine(f"{level.title}: {credit_words(level.credit)}", level.credit.amount)
        for level in stated.levels
        if level.credit is not None and level.credit.amount
    ]
    lines.append(CreditLine("Together", stated.before_cap, is_total=True))
    if stated.lost_to_cap:
        lines.append(CreditLine("Lost to the cap at the amount at risk", -stated.lost_to_cap))
    lines.append(CreditLine("Owed by the provider", stated.owed, is_total=True))
    return lines + earned_lines(stated)


def earned_lines(stated: Content) -> list[CreditLine]:
    """Return what was earned back of earlier credits, and the net; nothing where nothing was."""
    if stated.earned_back is None or not stated.earned_back.lines:
        return []
    lines = [CreditLine(earned_words(line), -line.amount) for line in stated.earned_back.lines]
    return [*lines, CreditLine(net_words(stated.net), stated.net, is_total=True)]


def credit_words(credit: StatedCredit) -> str:
    """Return how one level's credit came about."""
    if credit.points:
        return f"{decimal_text(credit.points)} points, worth their share of the month’s"
    words = f"{percent_text(credit.allocation)} of the amount at risk"
    words += f" × {percent_text(credit.share)} for the miss"
    if credit.multiplier != 1:
        running = credit.misses_running
        which = _ORDINALS.get(running, f"{running}th")
        words += f" × {decimal_text(credit.multiplier)}, the {which} miss running"
    return words.replace(" %", f"{GAP}%")


def _answer(answer: ProviderAnswer, name: str | None, currency: str) -> ShownAnswer:
    minor = answer.disputed_minor
    disputed = None if minor is None else Money.of_minor(minor, currency)
    return ShownAnswer(answer, name_read(name, answer.by_key), disputed)


def _successor(close: MonthClose) -> MonthClose | None:
    """Return the correction that took a statement's place, once it was confirmed."""
    if close.is_current or close.state == CloseState.CHECKED:
        return None
    return MonthClose.objects.filter(supersedes=close).exclude(confirmed_by_key="").first()

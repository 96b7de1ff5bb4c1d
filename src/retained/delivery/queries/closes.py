"""Where a month stands on its way to a closed one: everything that the page of a close says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from retained.contracts.models import Agreement
from retained.delivery.engine.earn_back import earned_in
from retained.delivery.models import (
    CloseState,
    Exclusion,
    ExclusionState,
    Measured,
    MonthClose,
)
from retained.delivery.queries.late import LateMonth, late_months
from retained.delivery.queries.level_months import AgreementMonths, LevelMonth, MonthRow
from retained.delivery.queries.months import agreement_months, measured_of, names_of_makers
from retained.delivery.queries.shown_statements import (
    ShownLevel,
    ShownStatement,
    shown_statement,
)
from retained.delivery.queries.statements import Content, content
from retained.delivery.queries.wholeness import batches_of_month, remarks_of_source
from retained.evidence.models import Batch
from retained.evidence.queries.batches import batches_of_sources, those_that_count
from retained.shared.errors import NotThereError
from retained.shared.money import Money
from retained.shared.months import Month
from retained.shared.remarks import Remark


@dataclass(frozen=True, slots=True)
class LevelChange:
    """One service level on two statements of the same month."""

    title: str
    before: ShownLevel | None
    after: ShownLevel | None

    @property
    def changed(self) -> bool:
        """Whether figure, counts or credit differ."""
        return self.before is None or self.after is None or self.before.stated != self.after.stated


@dataclass(frozen=True, slots=True)
class StatementChange:
    """What a correction changes: figures and money, side by side."""

    number_before: int
    levels: Sequence[LevelChange]
    owed_before: Money
    owed_after: Money
    earned_before: Money
    earned_after: Money

    @property
    def difference(self) -> Money:
        """What is owed after, less before."""
        return self.owed_after - self.owed_before

    @property
    def earns_another(self) -> bool:
        """Whether another amount is earned back of earlier credits."""
        return self.earned_after != self.earned_before


@dataclass(frozen=True)
class MonthState:
    """A month of an agreement on its way to a statement.

    `checked` is a check that waits for its second person, `current` the close that counts.
    """

    agreement: Agreement
    month: Month
    measured: Measured
    months: AgreementMonths
    row: MonthRow
    checked: MonthClose | None
    current: MonthClose | None
    earlier: Sequence[MonthClose]
    asked: Sequence[Exclusion]
    decided: Sequence[Exclusion]
    late: LateMonth | None

    @property
    def zone(self) -> ZoneInfo:
        """The agreement's time zone."""
        return self.months.agreed.on(self.month).zone

    @property
    def subject(self) -> MonthClose | None:
        """The close that the steps are about: a check that waits, else the one that counts."""
        return self.checked or self.current

    @property
    def levels(self) -> list[LevelMonth]:
        """The service levels that have a figure."""
        return self.row.there

    @property
    def unreported(self) -> list[LevelMonth]:
        """The service levels without a figure of the provider."""
        return [level for level in self.levels if level.reported is None]

    @property
    def to_close_first(self) -> list[Month]:
        """The open months that what this month earns back rests on."""
        earned = earned_in(self.month, self.months.earn_backs)
        needed = {month for one in earned for month in (one.month, *one.months)} - {self.month}
        closes = self.months.closes
        return sorted(m for m in needed if (c := closes.get(str(m))) is None or not c.is_current)

    @property
    def exclusions(self) -> list[tuple[Exclusion, str]]:
        """What was asked, then what was decided, each with the title of its service level."""
        terms = self.months.agreed.on(self.month)
        titles = {level.id: level.title for level in terms.service_levels}
        found = [*self.asked, *self.decided]
        return [(one, titles.get(one.service_level, one.service_level)) for one in found]

    @property
    def too_unusable(self) -> list[LevelMonth]:
        """The service levels of which too many rows or tickets could not be used."""
        return [level for level in self.levels if level.too_many_unusable]

    @cached_property
    def statement(self) -> ShownStatement | None:
        """The statement of the subject, in words."""
        if self.subject is None:
            return None
        return shown_statement(self.subject, names_of_makers(self.subject))

    @cached_property
    def change(self) -> StatementChange | None:
        """What the subject changes if it corrects an earlier statement."""
        return change_of(self.subject) if self.subject else None

    @cached_property
    def remarks(self) -> list[Remark]:
        """What looks odd about the evidence of this month, each remark once."""
        terms = self.months.agreed.on(self.month)
        found = [
            remark
            for source in dict.fromkeys(level.source for level in terms.service_levels)
            if (batches := those_that_count(self._all_batches.get(source, [])))
            for remark in remarks_of_source(
                batches, terms, self.month, stated=self.stated_volumes.get(source)
            )
        ]
        return list(dict.fromkeys(found))

    @cached_property
    def batches(self) -> list[Batch]:
        """The batches with rows of this month: those of the statement, else those measured."""
        known = [batch for batches in self._all_batches.values() for batch in batches]
        terms = self.months.agreed.on(self.month)
        return batches_of_month(known, terms, self.month, self._named_batches)

    @property
    def _named_batches(self) -> Sequence[Mapping[str, Any]]:
        """The batches that the statement names, or the measurement."""
        return content(self.subject).evidence if self.subject else self.measured.inputs["batches"]

    @cached_property
    def _all_batches(self) -> dict[str, list[Batch]]:
        """Every batch of the sources that the month is about, by source: one query."""
        levels = self.months.agreed.on(self.month).service_levels
        named = {batch["source"] for batch in self._named_batches}
        names = named | {level.source for level in levels}
        return batches_of_sources(names, stated_in=self.month)

    @property
    def as_of(self) -> datetime:
        """Until when the evidence goes: that of the statement, else that measured."""
        if self.statement is None:
            return self.measured.as_of
        return self.statement.as_of

    @cached_property
    def stated_volumes(self) -> dict[str, int | None]:
        """How many tickets the provider states for the month, by source of the agreement."""
        levels = self.months.agreed.on(self.month).service_levels
        names = sorted({level.source for level in levels} & self._all_batches.keys())
        return {name: self._all_batches[name][0].stated for name in names}  # type: ignore[attr-defined] # annotated

    @property
    def needs_reason(self) -> list[str]:
        """Why checking the month asks for a reason, in words."""
        reasons = []
        if self.current is not None:
            reasons.append(f"Statement {self.current.number} is closed, and this corrects it.")
        if self.too_unusable:
            names = ", ".join(level.title for level in self.too_unusable)
            reasons.append(f"More than 2 % of the rows or tickets could not be used: {names}.")
        if self.unreported:
            names = ", ".join(level.title for level in self.unreported)
            reasons.append(f"The provider’s figure is missing: {names}.")
        return reasons


def month_state(agreement: Agreement, month: Month) -> MonthState:
    """Return where a month stands; raises NotThereError where nothing was measured of it."""
    measured = measured_of(agreement)
    if measured is None:
        raise NotThereError("This month")
    months = agreement_months(agreement, measured, with_makers=True)
    row = next((row for row in months.months if row.month == month), None)
    if row is None:
        raise NotThereError("This month")
    closes = [one for one in reversed(months.all_closes) if one.month == str(month)]
    exclusions = list(Exclusion.objects.filter(agreement=agreement, month=str(month)))
    return MonthState(
        agreement=agreement,
        month=month,
        measured=measured,
        months=months,
        row=row,
        checked=next((one for one in closes if one.state == CloseState.CHECKED), None),
        current=next((one for one in closes if one.is_current), None),
        earlier=[one for one in closes if _is_earlier(one)],
        asked=[one for one in exclusions if one.state == ExclusionState.ASKED],
        decided=[one for one in exclusions if one.state in _DECIDED],
        late=next((one for one in late_months(months) if one.month == month), None),
    )


def change_of(close: MonthClose) -> StatementChange | None:
    """Return what a correction changes; nothing for a first statement."""
    if close.supersedes is None:
        return None
    return _change(close.supersedes.number, content(close.supersedes), content(close))


def _change(number: int, before: Content, after: Content) -> StatementChange:
    old = {level.id: ShownLevel(level) for level in before.levels}
    new = {level.id: ShownLevel(level) for level in after.levels}
    levels = [
        LevelChange((new.get(key) or old[key]).stated.title, old.get(key), new.get(key))
        for key in dict.fromkeys([*old, *new])
    ]
    return StatementChange(
        number,
        tuple(levels),
        before.owed,
        after.owed,
        before.earned_back_together,
        after.earned_back_together,
    )


_DECIDED = {ExclusionState.AGREED, ExclusionState.REFUSED}


def _is_earlier(close: MonthClose) -> bool:
    """Return whether a close counted once and was superseded."""
    return not close.is_current and close.state not in {CloseState.CHECKED, CloseState.DROPPED}

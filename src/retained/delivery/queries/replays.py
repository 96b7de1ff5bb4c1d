"""What-if: an agreement's history under changed rules, beside what was measured.

Nothing of it is kept but a derived file that any later asking would write again: the question
stands in the address of the page.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.level_terms import SHARES, ServiceLevelTerms
from retained.contracts.models import Agreement
from retained.delivery.commands.measuring import Look, agreed_exclusions, look
from retained.delivery.engine.measurement import TermsOverTime, measure
from retained.delivery.engine.measures import MonthFigure
from retained.delivery.engine.replay_questions import changes_for
from retained.delivery.engine.replays import Comparison, changed_agreement, compared
from retained.delivery.engine.result_rows import figure_text, unit_of
from retained.delivery.engine.statements import canonical, sha256_of
from retained.delivery.models import Measured
from retained.delivery.queries import derived
from retained.delivery.queries.wording import figure_words
from retained.delivery.sources import seen_evidence, sources_of
from retained.shared.errors import DomainError
from retained.shared.money import Money
from retained.shared.months import Month

# Up to so many rows of evidence a replay is made while the reader waits.
MOST_ROWS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class ReplayedLevel:
    """One service level in one month, as agreed and as replayed; figures in their unit."""

    service_level: str
    title: str
    month: Month
    unit: str
    agreed: Decimal | None
    replayed: Decimal | None
    agreed_verdict: str
    replayed_verdict: str
    agreed_counts: str
    replayed_counts: str
    so_far: bool

    @property
    def changed(self) -> bool:
        """Whether the changed rule gives another figure or verdict."""
        return (self.agreed, self.agreed_verdict, self.agreed_counts) != (
            self.replayed, self.replayed_verdict, self.replayed_counts,
        )  # fmt: skip

    @property
    def agreed_words(self) -> str:
        """The figure as agreed."""
        return figure_words(self.agreed, self.unit)

    @property
    def replayed_words(self) -> str:
        """The figure as replayed."""
        return figure_words(self.replayed, self.unit)


@dataclass(frozen=True)
class Replay:
    """The answer to a question: every month under both rules, and what the change is worth."""

    levels: tuple[ReplayedLevel, ...]
    owed: Mapping[Month, tuple[Money, Money]]
    worth: Money

    @property
    def size(self) -> Money:
        """What the change is worth, to whomever."""
        return -self.worth if self.worth.minor < 0 else self.worth

    @property
    def verdicts_changed(self) -> int:
        """How many months of service levels that are over would have another verdict."""
        return sum(
            level.agreed_verdict != level.replayed_verdict
            for level in self.levels
            if not level.so_far
        )


def is_small(measured: Measured) -> bool:
    """Return whether a replay may be made while the reader waits."""
    rows = sum(int(batch["rows"]) for batch in measured.inputs["batches"])
    return rows <= MOST_ROWS_AT_ONCE


def missing_evidence(terms: AgreementTerms, question: Mapping[str, str]) -> str:
    """Return why nobody can say what a question would give, or nothing.

    Where no row of a source says the state that shall stop the clocks, none would ever stop: that
    is a gap of the evidence, and no figure.
    """
    state = question.get("stops")
    for name in sorted({level.source for level in terms.service_levels} if state else ()):
        folder = derived.history_folder(name)
        sql = "SELECT 1 FROM read_parquet(?) WHERE state = ? LIMIT 1"
        if folder and not derived.rows(sql, [str(folder / derived.CHANGES), state]):
            event = "closing" if state == "closed" else "resolution"
            return (
                f"The evidence of “{name}” holds no {event}: nobody can say when clocks would have "
                f"stopped. Ask the provider for an export that tells it, and map its state."
            )
    return ""


def must_have_evidence(terms: AgreementTerms, question: Mapping[str, str]) -> None:
    """Raise DomainError where the evidence cannot say what a question would give."""
    missing = missing_evidence(terms, question)
    if missing:
        raise DomainError(missing)


def answer_at_once(
    agreement: Agreement,
    measured: Measured,
    question: Mapping[str, str],
    *,
    at: datetime,
    whatever: bool = False,
) -> Replay | None:
    """Return the answer that is kept, or made now where the evidence is small (or `whatever`).

    Raises DomainError where the evidence cannot say it.
    """
    kept = kept_replay(measured, question)
    if kept is not None or not (whatever or is_small(measured)):
        return kept
    return replay(agreement, measured, question, at=at)


def kept_replay(measured: Measured, question: Mapping[str, Any]) -> Replay | None:
    """Return the answer to a question that was asked of this measurement before."""
    path = _path(measured, question)
    return _read(path) if path.exists() else None


def replay(
    agreement: Agreement,
    measured: Measured,
    question: Mapping[str, str],
    *,
    at: datetime,
) -> Replay:
    """Measure under changed rules; the answer is kept as a derived file, for a second look.

    Raises DomainError where the evidence cannot say what the question would give.
    """
    seen = look(agreement, at=at)
    must_have_evidence(seen.over_time.versions[-1][1], question)
    changes = changes_for(question)
    changed = TermsOverTime(
        tuple(
            (day, changed_agreement(terms, changes(terms)))
            for day, terms in seen.over_time.versions
        )
    )
    evidence = seen_evidence(sources_of(terms for _, terms in seen.over_time.versions))
    replayed = measure(
        evidence.tickets_of,
        changed,
        as_of=seen.measurement.as_of,
        excluded=agreed_exclusions(agreement),
        running=seen.running,
        moves_of=evidence.moves_of,
        rows=False,
    )
    currency = seen.over_time.versions[-1][1].currency
    answer = _answer(compared(seen.measurement, replayed, currency), seen)
    _write(_path(measured, question), answer)
    return answer


def _answer(comparison: Comparison, seen: Look) -> Replay:
    levels = []
    for pair in comparison.months:
        level = seen.over_time.on(pair.month).service_level(pair.service_level)
        agreed, replayed = pair.agreed, pair.replayed
        levels.append(
            ReplayedLevel(
                service_level=level.id,
                title=level.title,
                month=pair.month,
                unit=unit_of(level),
                agreed=_decimal(figure_text(agreed.attained, level)),
                replayed=_decimal(figure_text(replayed.attained, level)),
                agreed_verdict=agreed.verdict.value,
                replayed_verdict=replayed.verdict.value,
                agreed_counts=_counts(agreed, level),
                replayed_counts=_counts(replayed, level),
                so_far=not agreed.complete,
            )
        )
    return Replay(tuple(levels), comparison.owed, comparison.worth)


def _counts(figure: MonthFigure, level: ServiceLevelTerms) -> str:
    """Return the counts of a figure: of a share that shall be low, those that raise it."""
    if level.measure not in SHARES:
        return f"{figure.counted:,} tickets"
    hits = figure.missed if level.lower_is_better else figure.met
    return f"{hits:,} of {figure.counted:,}"


def _path(measured: Measured, question: Mapping[str, Any]) -> Path:
    asked = sha256_of(canonical(dict(question)))[:24]
    stem = Path(measured.results_name).stem
    return derived.derived_folder() / f"{stem}.{asked}.replay.json"


def _write(path: Path, answer: Replay) -> None:
    document = {
        "levels": [
            {field.name: _plain(getattr(level, field.name)) for field in fields(ReplayedLevel)}
            for level in answer.levels
        ],
        "owed": {
            str(month): [was.minor, would.minor] for month, (was, would) in answer.owed.items()
        },
        "worth": answer.worth.minor,
        "currency": answer.worth.currency,
    }
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(document), encoding="utf-8")
    draft.replace(path)


def _read(path: Path) -> Replay:
    document = json.loads(path.read_text("utf-8"))
    currency = document["currency"]
    levels = [
        ReplayedLevel(
            **{
                **level,
                "month": Month.parse(level["month"]),
                "agreed": _decimal(level["agreed"]),
                "replayed": _decimal(level["replayed"]),
            }
        )
        for level in document["levels"]
    ]
    owed = {
        Month.parse(month): (Money.of_minor(was, currency), Money.of_minor(would, currency))
        for month, (was, would) in document["owed"].items()
    }
    return Replay(tuple(levels), owed, Money.of_minor(document["worth"], currency))


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | bool) else str(value)


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None

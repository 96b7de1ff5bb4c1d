"""Templates of usual clauses: from a few answers to a service level with its clock.

In   the name of a clause, and what people answer: which tickets, how fast, on which hours
Out  the document of the agreement with that service level in it, as `reading` checks it
Why  docs/guide/agreements.md
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.clock_terms import Stop
from retained.contracts.engine.level_terms import Measure
from retained.contracts.engine.reading import agreement_of


@dataclass(frozen=True, slots=True)
class Clause:
    """A usual promise: what is measured, what it is called, and answers to begin with.

    `level_is_time` says that the levels are times ("8h"), not shares; `asks` names the answers
    that this clause needs beside tickets and levels.
    """

    key: str
    title: str
    explanation: str
    measure: Measure
    asks: frozenset[str]
    stops: Stop | None = None
    targets: str = ""
    expected: str = "95 %"
    minimum: str = "90 %"
    percentile: str = ""
    older_than: str = ""


_CLOCKED = frozenset({"targets", "hours", "pauses"})

CLAUSES = {
    clause.key: clause
    for clause in (
        Clause(
            "resolution",
            "Resolved in time",
            "A share of the tickets is resolved within the target of their priority.",
            Measure.WITHIN_TARGET,
            _CLOCKED,
            stops=Stop.RESOLVED,
            targets="1: 4h\n2: 8h\n3: 3 working days",
        ),
        Clause(
            "response",
            "Begun in time",
            "Somebody begins to work on a share of the tickets within the target.",
            Measure.WITHIN_TARGET,
            frozenset({"targets", "hours"}),  # nobody has begun, so nobody waits for the client
            stops=Stop.IN_PROGRESS,
            targets="1: 15 min\n2: 30 min\n3: 4h",
        ),
        Clause(
            "percentile",
            "Time of nine in ten",
            "The time that so many percent of the tickets do not exceed: one long ticket cannot "
            "hide behind many short ones, nor spoil them.",
            Measure.PERCENTILE,
            frozenset({"hours", "pauses", "percentile"}),
            stops=Stop.RESOLVED,
            expected="8h",
            minimum="12h",
            percentile="90 %",
        ),
        Clause(
            "first_time",
            "Resolved the first time",
            "A share of the tickets is resolved without being handed on and without coming back.",
            Measure.FIRST_TIME,
            frozenset(),
            expected="70 %",
            minimum="60 %",
        ),
        Clause(
            "reopened",
            "Reopened",
            "At most a share of the tickets comes back after it was resolved.",
            Measure.REOPEN_SHARE,
            frozenset(),
            expected="5 %",
            minimum="8 %",
        ),
        Clause(
            "backlog",
            "Old tickets open",
            "At most so many tickets are open for long at the end of a month.",
            Measure.BACKLOG,
            frozenset({"hours", "pauses", "older_than"}),
            stops=Stop.RESOLVED,
            expected="20",
            minimum="40",
            older_than="10 working days",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class LevelAnswers:
    """What people answer about a service level, as they write it: nothing is parsed yet.

    `targets` holds a line a priority ("1: 4h"), or one target for all ("8h").
    """

    clause: str
    title: str
    source: str
    expected: str
    minimum: str = ""
    priorities: str = ""
    targets: str = ""
    percentile: str = ""
    older_than: str = ""
    calendar: str = ""
    pauses: tuple[str, ...] = ()
    month_of: str = "stop"
    minimum_volume: str = ""
    small_volume: str = "no_verdict"
    allowed_failures: str = ""
    allocation: str = ""
    below_expected: str = ""
    below_minimum: str = ""


@dataclass(frozen=True, slots=True)
class EarnBackAnswers:
    """What people answer about earning credits back; `way` is empty where they cannot be."""

    way: str = ""  # following_months or contract_year
    months: str = ""
    at_least: str = ""
    at_most: str = ""
    not_of: tuple[str, ...] = ()  # below_minimum, critical

    @property
    def anything(self) -> bool:
        """Whether anything was answered: then the agreement judges it."""
        return self != EarnBackAnswers()


@dataclass(frozen=True, slots=True)
class AgreementAnswers:
    """What people answer about a new agreement, as they write it."""

    reference: str
    title: str
    client: str
    provider: str
    currency: str
    time_zone: str
    first_day: str
    last_day: str
    renewal_months: str = ""
    notice_months: str = ""
    monthly_amount: str = ""
    at_risk: str = ""
    answer_days: str = ""
    silence: str = ""
    hours: str = ""  # empty or 24x7: around the clock
    holidays: str = ""  # NL, DE-NW
    earn_back: EarnBackAnswers = EarnBackAnswers()
    level: LevelAnswers = field(default_factory=lambda: LevelAnswers("resolution", "", "", ""))


def agreement_from(answers: AgreementAnswers) -> AgreementTerms:
    """Return a new agreement with its first service level.

    Raises AgreementRefusedError with remarks that name the fields of the document.
    """
    document: dict[str, Any] = {
        "schema": "retained/agreement/1",
        "reference": answers.reference.strip(),
        "title": answers.title.strip(),
        "client": answers.client.strip(),
        "provider": answers.provider.strip(),
        "currency": answers.currency.strip().upper(),
        "time_zone": answers.time_zone,
        "from": answers.first_day,
        "until": answers.last_day,
    }
    renewal = _given(by_months=answers.renewal_months, notice_months=answers.notice_months)
    answer = _given(within_days=answers.answer_days, silence=answers.silence)
    document |= {key: part for key, part in (("renewal", renewal), ("answer", answer)) if part}
    if answers.monthly_amount.strip():
        document["credit_base"] = {"amount": answers.monthly_amount}
    document["calendars"] = _calendars(answers)
    document["clocks"] = {}
    document["service_levels"] = []
    credits = _given(at_risk=answers.at_risk)
    if answers.earn_back.anything:
        credits["earn_back"] = _earn_back(answers.earn_back)
    if credits:
        document["credits"] = credits
    return agreement_of(_with_level(document, answers.level))


def with_level(terms: AgreementTerms, answers: LevelAnswers) -> AgreementTerms:
    """Return the terms with one more service level; raises AgreementRefusedError."""
    return agreement_of(_with_level(terms.as_document(), answers))


def without_level(terms: AgreementTerms, level_id: str) -> AgreementTerms:
    """Return the terms without one service level; raises AgreementRefusedError or DomainError."""
    terms.service_level(level_id)
    document = terms.as_document()
    document["service_levels"] = [
        level for level in document["service_levels"] if level["id"] != level_id
    ]
    return agreement_of(document)


def _with_level(document: dict[str, Any], answers: LevelAnswers) -> dict[str, Any]:
    clause = CLAUSES[answers.clause]
    clocks, clock_name = dict(document.get("clocks", {})), None
    if clause.stops is not None:
        clock_name = _clock_named(clocks, _clock(clause, answers, document))
    levels = [*document["service_levels"], _level(clause, answers, clock_name)]
    ids = [level["id"] for level in levels]
    levels[-1]["id"] = _free(ids[-1], set(ids[:-1]))
    return document | {"clocks": clocks, "service_levels": levels}


def _level(clause: Clause, answers: LevelAnswers, clock: str | None) -> dict[str, Any]:
    """Return the document of a service level; what nobody answered is left out."""
    tickets = _given(priority=_names(answers.priorities))
    credit = _given(
        allocation=answers.allocation,
        below_expected=answers.below_expected,
        below_minimum=answers.below_minimum,
    )
    return {
        "id": _slug(answers.title or clause.title),
        "title": answers.title.strip() or clause.title,
        "measure": clause.measure.value,
        "expected": answers.expected,
        **_given(
            source=answers.source.strip(),
            tickets=tickets,
            clock=clock,
            targets=_targets(answers.targets) if "targets" in clause.asks else {},
            percentile=answers.percentile if "percentile" in clause.asks else "",
            older_than=answers.older_than if "older_than" in clause.asks else "",
            month_of=answers.month_of,
            minimum=answers.minimum,
            minimum_volume=answers.minimum_volume,
            small_volume=answers.small_volume if answers.minimum_volume.strip() else "",
            allowed_failures=answers.allowed_failures,
            credit=credit if answers.allocation.strip() else {},
        ),
    }


def _clock(clause: Clause, answers: LevelAnswers, document: Mapping[str, Any]) -> dict[str, Any]:
    assert clause.stops is not None  # noqa: S101 - asked only of clauses with a clock
    calendar = answers.calendar or next(iter(document["calendars"]), "")
    return {
        "stops": clause.stops.value,
        **_given(pauses_in=list(answers.pauses) if "pauses" in clause.asks else []),
        "calendar": calendar,
    }


def _clock_named(clocks: dict[str, Any], clock: dict[str, Any]) -> str:
    """Return the name of a clock that is just so, or add this one under a free name."""
    for name, known in clocks.items():
        if {"stops": "resolved"} | known == clock:
            return str(name)
    stems = {"in_progress": "respond", "assigned": "assign", "closed": "close"}
    name = _free(stems.get(clock["stops"], "resolve"), set(clocks))
    clocks[name] = clock
    return name


def _earn_back(answers: EarnBackAnswers) -> dict[str, Any]:
    return _given(
        following_months=answers.months if answers.way == "following_months" else "",
        contract_year=True if answers.way == "contract_year" else None,
        at_least=answers.at_least,
        at_most=answers.at_most,
        not_below_minimum=True if "below_minimum" in answers.not_of else None,
        not_critical=True if "critical" in answers.not_of else None,
    )


def _calendars(answers: AgreementAnswers) -> dict[str, Any]:
    """Return the calendars of a new agreement: around the clock, and office hours if given."""
    hours = answers.hours.strip()
    if not hours or hours.replace(" ", "").lower() in {"24x7", "24/7"}:
        return {"always": "24x7"}
    days, _, windows = hours.partition(" ")
    office: dict[str, Any] = {
        "hours": {days.lower(): [part.strip() for part in windows.split("and")]}
    }
    return {"office": office | _given(holidays=answers.holidays.strip()), "always": "24x7"}


def _targets(text: str) -> dict[str, str]:
    """Return targets by priority; a line without a priority holds for any."""
    targets: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        priority, colon, target = line.partition(":")
        targets[priority.strip() if colon else "any"] = (target if colon else line).strip()
    return targets


def _names(text: str) -> list[str]:
    return [part for part in re.split(r"[,;\s]+", text.strip()) if part]


def _given(**answers: Any) -> dict[str, Any]:
    """Return the answers that were given."""
    return {
        name: answer
        for name, answer in answers.items()
        if answer not in (None, {}, []) and not (isinstance(answer, str) and not answer.strip())
    }


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:36].strip("-") or "level"


def _free(stem: str, taken: set[str]) -> str:
    """Return `stem`, with a number behind it if it is taken."""
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}-{number}", number + 1
    return name

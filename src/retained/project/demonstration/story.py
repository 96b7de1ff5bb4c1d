"""The story of 2026, told by the same commands that people use, each in its own time.

What was measured, owed and answered is what the engines and commands make of it.
"""

import io
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from retained.contracts.commands import register_agreement
from retained.contracts.engine.reading import read_agreement
from retained.contracts.models import Agreement
from retained.delivery.commands import answers, closing, credits, exclusions
from retained.delivery.commands.answers import Answer
from retained.delivery.commands.measuring import look
from retained.delivery.models import CreditClaim, MonthClose, ProviderAnswer
from retained.directory.models import Person
from retained.evidence.commands.importing import confirm_import, start_import
from retained.evidence.commands.reported import (
    Figure,
    Volume,
    keep_reported_figures,
    keep_reported_verdicts,
    keep_stated_volume,
)
from retained.evidence.engine.verdict_files import read_verdicts
from retained.evidence.jobs import import_file
from retained.evidence.models import Source
from retained.evidence.queries.batches import source_named
from retained.files.storing import path_of, store_upload
from retained.jobs.worker import run_waiting
from retained.project.demonstration.cast import Cast, bring_cast
from retained.project.demonstration.decide import bring_cases, draft_maintenance, say_what_came_true
from retained.project.demonstration.office_time import working_days
from retained.project.demonstration.plans import BRIGHTDESK, CORVALE, FIRST_NUMBER, SEED
from retained.project.demonstration.portfolio import bring_portfolio, keep_volumes
from retained.project.demonstration.tickets import (
    HEADER,
    MonthFiles,
    MonthPlan,
    TicketMaker,
)
from retained.shared import clock
from retained.shared.money import Money
from retained.shared.months import Month

_FOLDER = Path(__file__).resolve().parent
_OCTOBER = Month(2026, 10)
_NOVEMBER = Month(2026, 11)
_REPORTED_P3_P4 = {9: "92.1", 10: "92.0"}  # what Brightdesk says of the months that it missed

Tell = Callable[[str], None]


def tell_the_story(tell: Tell) -> None:
    """Bring the whole demonstration into an empty installation."""
    cast = bring_cast()
    bring_portfolio(cast)
    bring_cases(cast)
    desk = _agreement("brightdesk", by=cast["Femke"])
    networks = _agreement("corvale", by=cast["Femke"])
    makers = TicketMaker(SEED, FIRST_NUMBER), TicketMaker(SEED + 1, 70_001)
    counted: dict[Month, int] = {}
    for plan, network_plan in zip(BRIGHTDESK, CORVALE, strict=True):
        if plan.month == _NOVEMBER:
            _refuse_an_exclusion(cast, desk)
        tell(f"{plan.month.title}: tickets, report, statement.")
        files = makers[0].month(plan)
        counted[plan.month] = files.ticket_count
        _bring_month(cast, "Brightdesk", files, _brightdesk_report(plan, files))
        network_files = makers[1].month(network_plan)
        _bring_month(cast, "Corvale", network_files, _corvale_report(network_plan))
        if plan.month < _OCTOBER:
            _close(cast, desk, plan.month, answered_by="Priya")
            _close(cast, networks, plan.month, answered_by="Lena")
    keep_volumes(cast, {month: number for month, number in counted.items() if month < _NOVEMBER})
    say_what_came_true(cast)
    _ask_for_an_exclusion(cast, desk)
    _measure()
    draft_maintenance(cast)
    october = _at(date(2026, 11, 6), 18)
    with clock.held_at(october):
        closing.check_month(desk, _OCTOBER, reason="", by=cast["Jeroen"], at=october)


def _measure() -> None:
    """Do what every import asked for: have its agreements measured, once for all of them."""
    with clock.held_at(_arrival(_NOVEMBER)):
        run_waiting()


def _agreement(name: str, *, by: Person) -> Agreement:
    text = (_FOLDER / "agreements" / f"{name}.yaml").read_text(encoding="utf-8")
    terms = read_agreement(text, name=f"{name}.yaml")
    signed = datetime.combine(terms.start - timedelta(days=20), time(9), tzinfo=UTC)
    return register_agreement(terms, by=by, at=max(signed, _at(date(2025, 12, 3), 9)))


def _bring_month(cast: Cast, provider: str, files: MonthFiles, report: Sequence[Figure]) -> None:
    """Import a month's export and keep the provider's own figures, early in the next month."""
    at = _arrival(files.month)
    name = provider.lower()
    mapping = (_FOLDER / "mappings" / f"{name}.yaml").read_text(encoding="utf-8")
    with clock.held_at(at):
        file = store_upload(
            io.BytesIO(files.tickets_csv.encode()),
            name=f"{name}-tickets-{files.month}.csv",
            by=cast["Jeroen"],
            at=at,
        )
        run = start_import(file, by=cast["Jeroen"], at=at)
        confirm_import(
            run,
            mapping,
            columns=HEADER,
            by=cast["Jeroen"],
            at=at,
            provider=cast.providers[provider],
        )
        run_waiting(only=import_file)
        source = source_named(name)
        if source is not None and report:
            keep_reported_figures(source, report, by=cast["Jeroen"], at=at)
            stated = Volume("All tickets", files.month, files.ticket_count)
            keep_stated_volume(source, stated, by=cast["Jeroen"], at=at)
        if source is not None and files.month == _OCTOBER and name == "brightdesk":
            _keep_verdicts(source, files, by=cast["Jeroen"], at=at)


def _keep_verdicts(source: Source, files: MonthFiles, *, by: Person, at: datetime) -> None:
    """Keep Brightdesk's own verdict on each P1 and P2 of October, from its report."""
    lines = ["ticket;priority;breached", *(";".join(verdict) for verdict in files.verdicts)]
    report = store_upload(
        io.BytesIO("\n".join(lines).encode()),
        name=f"brightdesk-report-{files.month}.csv",
        by=by,
        at=at,
    )
    read = read_verdicts(
        path_of(report),
        name=report.original_name,
        ticket="ticket",
        verdict="breached",
        breached=True,
    )
    keep_reported_verdicts(
        source, "P1 and P2 in time", files.month, read.verdicts, file=report, by=by, at=at
    )


def _brightdesk_report(plan: MonthPlan, files: MonthFiles) -> list[Figure]:
    """Return Brightdesk's own report: it counts as met what it paused, reopened or lowered."""
    if plan.month == _NOVEMBER:
        return []
    verdicts = [verdict for *_, verdict in files.verdicts]
    others = plan.other_met + plan.other_missed
    percent = _REPORTED_P3_P4.get(plan.month.number, f"{plan.other_met * 100 / others:.1f}")
    share = plan.reopened * 100 / (len(verdicts) + others)
    return [
        Figure("P1 and P2 in time", plan.month, met=verdicts.count("n"), counted=len(verdicts)),
        Figure("P3 and P4 in time", plan.month, percent=percent),
        Figure("Reopened tickets", plan.month, percent=f"{min(share, 4.9):.1f}"),
    ]


def _corvale_report(plan: MonthPlan) -> list[Figure]:
    if plan.month == _NOVEMBER:
        return []
    met = plan.urgent_met + plan.other_met
    counted = met + plan.urgent_missed + plan.other_missed
    return [Figure("Network faults restored in time", plan.month, met=met, counted=counted)]


def _close(cast: Cast, agreement: Agreement, month: Month, *, answered_by: str) -> None:
    """Check, confirm and send a month, let the provider agree, and follow its credit."""
    checked, sent = _at(_working_day(month, 4), 10), _at(_working_day(month, 6), 15)
    with clock.held_at(sent):
        close = closing.check_month(agreement, month, reason="", by=cast["Jeroen"], at=checked)
        closing.confirm_month(close, by=cast["Femke"], at=sent, version=close.version)
        closing.send_statement(close, by=cast["Jeroen"], at=sent, version=close.version)
        answered = sent + timedelta(days=3)
        answer = Answer(ProviderAnswer.Kind.AGREED, "We agree with the figures.")
        answers.answer_statement(
            close, answer, by=cast[answered_by], at=answered, version=close.version
        )
        _follow_credit(cast, close, at=answered)


def _follow_credit(cast: Cast, close: MonthClose, *, at: datetime) -> None:
    """Claim a credit; those of July and August have come, September's is awaited."""
    credit = CreditClaim.objects.filter(close=close).first()
    if credit is None:
        return
    anouk = cast["Anouk"]
    credits.claim_credit(credit, by=anouk, at=at + timedelta(days=1), version=credit.version)
    if close.month in {"2026-07", "2026-08"}:
        credits.receive_credit(
            credit,
            credit_note=f"BD-CN-{close.month}",
            amount=Money.of_minor(credit.amount_minor, credit.currency),
            by=anouk,
            at=at + timedelta(days=14),
            version=credit.version,
        )


def _refuse_an_exclusion(cast: Cast, agreement: Agreement) -> None:
    """Let Brightdesk ask to leave out a ticket of October, and refuse it."""
    asked = _at(date(2026, 11, 4), 11)
    october = exclusions.ask_exclusion(
        agreement,
        _a_missed_ticket(agreement, _OCTOBER, at=asked),
        service_level="p1-p2-in-time",
        month=_OCTOBER,
        reason="The user could not be reached for two days.",
        by=cast["Priya"],
        at=asked,
    )
    exclusions.answer_exclusion(
        october,
        agreed=False,
        answer="The log shows no attempt to reach the user before the target passed.",
        by=cast["Jeroen"],
        at=asked + timedelta(hours=4),
        version=october.version,
    )


def _ask_for_an_exclusion(cast: Cast, agreement: Agreement) -> None:
    """Let Brightdesk ask to leave out a ticket of November, which waits for an answer."""
    asked = _arrival(_NOVEMBER) + timedelta(minutes=20)
    exclusions.ask_exclusion(
        agreement,
        _a_missed_ticket(agreement, _NOVEMBER, at=asked),
        service_level="p1-p2-in-time",
        month=_NOVEMBER,
        reason="Power failure in the branch: nothing of ours could be reached.",
        by=cast["Tom"],
        at=asked,
    )


def _a_missed_ticket(agreement: Agreement, month: Month, *, at: datetime) -> str:
    """Return the first ticket of P1 and P2 that a month missed."""
    return next(
        result.ticket
        for result in look(agreement, at=at).measurement.results
        if result.month == month
        and result.service_level == "p1-p2-in-time"
        and result.verdict == "missed"
    )


def _arrival(month: Month) -> datetime:
    """Return when a month's file comes: on its second working day after it.

    A running month's comes on a Friday evening, after the last row that it holds.
    """
    if month == _NOVEMBER:
        return _at(date(2026, 11, 6), 17)
    return _at(_working_day(month, 2), 8)


def _working_day(month: Month, number: int) -> date:
    """Return the n-th working day after a month."""
    return working_days(month.plus(1), 31)[number - 1]


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)

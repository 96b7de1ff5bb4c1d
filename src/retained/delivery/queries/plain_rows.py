"""Figures as plain rows: what the command line prints and the API sends, the same in both."""

from typing import Any

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.models import Agreement
from retained.delivery.engine.earn_back import EarnBack
from retained.delivery.models import Exclusion, MonthClose, ProviderAnswer
from retained.delivery.queries.differences import DifferenceList, difference_list
from retained.delivery.queries.earn_back_words import standing_words
from retained.delivery.queries.level_months import AgreementMonths, LevelMonth
from retained.delivery.queries.months import agreement_months, measured_of
from retained.delivery.queries.opened import Opened
from retained.delivery.queries.pauses import ShownAudit, shown_audit
from retained.delivery.queries.replays import Replay, ReplayedLevel
from retained.delivery.queries.statements import content
from retained.delivery.queries.terms import agreed
from retained.delivery.queries.tickets import ShownTicket
from retained.delivery.queries.wholeness import EvidenceLook, evidence_look
from retained.pages.cells import GAP
from retained.shared.money import Money

Row = dict[str, Any]


def month_rows(months: AgreementMonths) -> list[Row]:
    """Return every stored figure, the newest month first."""
    return [
        {
            "month": str(row.month),
            "status": row.status,
            "service_level": level.level_id,
            "title": level.title,
            "attained": _text(level.attained),
            "unit": level.unit,
            "expected": _text(level.expected),
            "met": level.met,
            "missed": level.missed,
            "verdict": "so far" if level.so_far else level.verdict,
            "reported": reported_text(level),
            "owed": str(level.money.rounded().amount) if level.money is not None else None,
            "currency": row.currency,
        }
        for row in months.months
        for level in row.there
    ]


def earn_back_rows(agreement: Agreement) -> list[Row]:
    """Return where each credit stands that can be earned back, the oldest first."""
    measured = measured_of(agreement)
    if measured is None:
        return []
    found = agreement_months(agreement, measured)
    return [_earn_back(one, found.agreed.on(one.month)) for one in found.earn_backs]


def _earn_back(one: EarnBack, terms: AgreementTerms) -> Row:
    return {
        "service_level": one.service_level,
        "month": str(one.month),
        "credit_minor": one.credit.minor,
        "amount_minor": one.amount.minor,
        "currency": one.credit.currency,
        "standing": one.standing.value,
        "decided_in": str(one.decided_in) if one.decided_in else None,
        "months": [str(month) for month in one.months],
        "sentence": standing_words(one, terms).replace(GAP, " "),
    }


def reported_text(level: LevelMonth) -> str | None:
    """Return the provider's own figure with two decimals, if it gave one."""
    figure = level.reported.figure if level.reported else None
    return None if figure is None else f"{figure:.2f}"


def reported_rows(levels: list[LevelMonth]) -> list[Row]:
    """Return the provider's own figures of a month beside what was measured."""
    return [
        {
            "service_level": level.level_id,
            "title": level.title,
            "attained": _text(level.attained),
            "unit": level.unit,
            "reported": reported_text(level),
            "reported_met": level.reported.met if level.reported else None,
            "reported_counted": level.reported.counted if level.reported else None,
        }
        for level in levels
    ]


def differences_of(opened: Opened) -> DifferenceList:
    """Return the difference list of an opened figure."""
    terms = opened.months.agreed.on(opened.figure.month)
    return difference_list(opened.figure, opened.measured, terms, opened.terms, close=opened.close)


def difference_rows(found: DifferenceList) -> list[Row]:
    """Return the tickets between two figures; with totals only, those of each possible cause."""
    if found.knows_tickets:
        names = ("ticket", "ours", "reported", "cause", "sentence", "clock_seconds", "target")
        return [{name: getattr(row, name) for name in names} for row in found.rows]
    return [
        {
            "ticket": ticket,
            "ours": "missed",
            "reported": "",
            "cause": cause.cause,
            "sentence": f"{cause.words}: this way of counting would have met it.",
            "clock_seconds": None,
            "target": "",
        }
        for cause in found.possible
        for ticket in cause.tickets
    ]


def audit_of(opened: Opened) -> ShownAudit:
    """Return the pause audit of an opened figure."""
    terms = opened.months.agreed.on(opened.figure.month)
    month = opened.figure.month
    return shown_audit(opened.measured, terms, opened.terms, month, close=opened.close)


def pause_rows(audit: ShownAudit) -> list[Row]:
    """Return paused time by who set the pause and why."""
    names = ("actor", "reason", "state", "pauses", "seconds")
    return [
        {**{name: getattr(row, name) for name in names}, "share": f"{row.share:.4f}"}
        for row in audit.rows
    ]


def odd_rows(audit: ShownAudit) -> list[Row]:
    """Return the tickets whose pauses look odd."""
    names = ("ticket", "pattern", "sentence", "verdict")
    return [{name: getattr(row, name) for name in names} for row in audit.odd]


def look_of(agreement: Any) -> EvidenceLook:
    """Return what looks missing in an agreement's evidence."""
    return evidence_look(agreed(agreement))


def wholeness_rows(look: EvidenceLook) -> list[Row]:
    """Return one row for each thing that looks missing."""
    rows = [
        {"source": one.source.name, "code": remark.code, "sentence": remark.sentence,
         "file": remark.place.file}
        for one in look.sources
        for remark in one.remarks
    ]  # fmt: skip
    rows += [
        {"source": name, "code": "missing", "sentence": "Nothing was ever imported from it.",
         "file": ""}
        for name in look.missing
    ]  # fmt: skip
    apart = (pair for pair in look.apart if pair.only_first or pair.only_second)
    return rows + [
        {"source": pair.first, "code": "tickets_apart", "file": "", "sentence": (
            f"{pair.only_first:,} tickets are here only, {pair.only_second:,} in {pair.second} "
            f"only, {pair.both:,} in both.")}
        for pair in apart
    ]  # fmt: skip


def volume_rows(look: EvidenceLook) -> list[Row]:
    """Return the tickets of each source by month."""
    return [
        {"source": one.source.name, "month": str(month), "tickets": tickets}
        for one in look.sources
        for month, tickets in one.volumes
    ]


def replay_rows(answer: Replay) -> list[Row]:
    """Return each month and service level under both rules, the newest month first."""
    levels = sorted(answer.levels, key=lambda one: one.month, reverse=True)
    return [_replayed(level, answer) for level in levels]


def _replayed(level: ReplayedLevel, answer: Replay) -> Row:
    owed = answer.owed.get(level.month)
    return {
        "month": str(level.month),
        "service_level": level.service_level,
        "unit": level.unit,
        "agreed": _text(level.agreed),
        "replayed": _text(level.replayed),
        "agreed_verdict": level.agreed_verdict,
        "replayed_verdict": level.replayed_verdict,
        "owed_in_month": str(owed[0].amount) if owed else None,
        "would_be_owed_in_month": str(owed[1].amount) if owed else None,
    }


def ticket_rows(shown: ShownTicket) -> Row:
    """Return one ticket opened: what it counts as, the terms of its clock, its raw rows."""
    result = shown.result
    return {
        "ticket": result.ticket,
        "service_level": result.service_level,
        "month": str(result.month) if result.month else None,
        "verdict": result.verdict.value,
        "reason": result.reason,
        "reported": shown.reported,
        "promise": shown.promise,
        "target": str(result.target) if result.target else "",
        "clock_seconds": result.clock_seconds,
        "paused_seconds": result.paused_seconds,
        "terms": [
            {"at": row.at, "event": row.event, "open_seconds": row.open_seconds, "sign": row.sign,
             "sum_so_far": row.sum_so_far, "row": row.row}
            for row in shown.rows
        ],
        "raw": [
            {"at": row.at, "says": row.says, "priority": row.priority, "actor": row.actor,
             "reason": row.reason, "row": row.row,
             "batch": row.batch.number if row.batch else None, "sha256": row.sha256}
            for row in shown.raw
        ],
    }  # fmt: skip


def answer_rows(close: MonthClose) -> list[Row]:
    """Return what was answered to a statement, the latest first."""
    return [_answer(answer, close) for answer in close.answers.order_by("-at", "-pk")]


def _answer(answer: ProviderAnswer, close: MonthClose) -> Row:
    currency = content(close).currency
    disputed = answer.disputed_minor
    return {
        "id": answer.pk,
        "kind": str(answer.kind),
        "sentence": answer.sentence,
        "disputed": None if disputed is None else str(Money.of_minor(disputed, currency).amount),
        "currency": currency,
        "side": answer.by_side,
        "at": answer.at,
        "has_mail": answer.mail_id is not None,
    }


def exclusion_row(one: Exclusion) -> Row:
    """Return an exclusion with its answer."""
    names = (
        "service_level", "ticket", "month", "state", "reason", "asked_side", "asked_at", "answer",
        "answered_at", "version",
    )  # fmt: skip
    return {
        "id": one.pk,
        "agreement": one.agreement.reference,
        **{name: getattr(one, name) for name in names},
        "has_mail": one.mail_id is not None,
    }


def _text(value: Any) -> str | None:
    return None if value is None else format(value, "f")

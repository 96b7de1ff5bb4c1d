"""Made-up months for the benchmark of pages: measured, closed, answered, owed.

Every agreement has twelve months that are over, eleven of them closed, and one that runs.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from made_rows import FIRST, NOW, RUNNING, insert, months, results_name, sha  # sets Django up
from retained.contracts.models import Agreement
from retained.delivery.engine.measurement import RULE_VERSION
from retained.delivery.engine.statements import canonical, sha256_of
from retained.delivery.models import (
    CreditClaim,
    Exclusion,
    Measured,
    MeasuredMonth,
    MonthClose,
    ProviderAnswer,
)
from retained.directory.models import Person
from retained.files.models import StoredFile
from retained.shared.months import Month

_LEVELS = (
    ("urgent", "P1 and P2 in time", "95", "90"),
    ("other", "P3 and P4 in time", "90", "85"),
    ("first-time", "Resolved the first time", "80", "60"),
)


def measure_months(agreements: Sequence[Agreement], tickets: int, chance: random.Random) -> None:
    """Add what was measured of each agreement; the first has the `tickets`."""
    rows = insert(
        Measured(
            agreement=one, as_of=NOW, measured_at=NOW - timedelta(seconds=n), running=str(RUNNING),
            rule_version=RULE_VERSION, inputs={"batches": [{}] * 12},
            inputs_sha256=sha(one.reference), results_name=results_name(one),
            results_sha256="", triggers=[],
        )
        for n, one in enumerate(agreements)
    )  # fmt: skip
    counted = {rows[0].pk: tickets // 13}
    insert(
        _month(row, position, month, counted.get(row.pk, 240), chance)
        for row in rows
        for position in range(len(_LEVELS))
        for month in months(13)
    )


def _month(
    measured: Measured, position: int, month: Month, counted: int, chance: random.Random
) -> MeasuredMonth:
    level_id, title, expected, minimum = _LEVELS[position]
    share = chance.gauss(int(expected) + 2.5, 1.5)
    met = round(counted * min(share, 100) / 100)
    attained = f"{100 * met / counted:.4f}"
    verdict = _verdict(float(attained), int(expected), int(minimum))
    return MeasuredMonth(
        measured=measured, service_level=level_id, title=title, month=str(month),
        position=position, unit="percent", attained=attained, attained_with_excluded=attained,
        at_best=attained, expected=expected, minimum=minimum, met=met, missed=counted - met,
        open=0, excluded=1, unusable=0, verdict="so_far" if month == RUNNING else verdict,
        misses_left=3 if month == RUNNING else None, interval_low="91.0", interval_high="98.0",
        credit=_credit(verdict),
    )  # fmt: skip


def _verdict(attained: float, expected: int, minimum: int) -> str:
    if attained < minimum:
        return "below_minimum"
    return "below_expected" if attained < expected else "met"


def _credit(verdict: str) -> dict[str, Any]:
    owed = 0 if verdict == "met" else 220_800
    return {
        "allocation": "0.4", "share": "0.5", "points": "0", "misses_running": 1,
        "multiplier": "1", "amount_minor": owed, "after_cap_minor": owed, "currency": "EUR",
    }  # fmt: skip


def close_months(
    agreements: Sequence[Agreement], people: Sequence[Person], file: StoredFile,
    chance: random.Random,
) -> None:  # fmt: skip
    """Close eleven of the twelve months, with answers, credits and exclusions."""
    measured: dict[int, dict[str, list[MeasuredMonth]]] = {}
    for row in MeasuredMonth.objects.exclude(verdict="so_far").select_related("measured"):
        own = measured.setdefault(row.measured.agreement_id, {})
        own.setdefault(row.month, []).append(row)
    large = _large_files(people[2])
    closes = insert(
        _close(
            one,
            str(month),
            measured[one.pk][str(month)],
            people,
            large[n] if one is agreements[0] else file,
            last=n,
        )
        for one in agreements
        for n, month in enumerate(months(11))
    )
    insert(
        ProviderAnswer(
            close=one, kind="disputed" if chance.random() < 0.002 else "agreed",
            sentence="We count otherwise.", by_key="-", by_side="provider", at=NOW,
        )
        for one in closes
        if one.state == "answered"
    )  # fmt: skip
    insert(
        CreditClaim(
            close=one, agreement=one.agreement, month=one.month, amount_minor=220_800,
            currency="EUR", changed_at=NOW,
            state="due" if chance.random() < 0.1 else "received", credit_note="CN",
            received_minor=220_800,
        )
        for one in closes
        if chance.random() < 0.3
    )  # fmt: skip
    insert(_exclusions(agreements, people, chance))


def _large_files(by: Person) -> list[StoredFile]:
    """Add the files of the tickets that the closes of the large agreement froze."""
    return insert(
        StoredFile(
            folder="frozen", original_name=f"tickets-{month}.csv", content_type="text/csv",
            size_bytes=9_000_000, sha256=sha(f"frozen {month}"), created_at=NOW,
            created_by_key=by.actor_key,
        )
        for month in months(11)
    )  # fmt: skip


def _close(
    agreement: Agreement, month: str, rows: Sequence[MeasuredMonth], people: Sequence[Person],
    file: StoredFile, *, last: int,
) -> MonthClose:  # fmt: skip
    text = canonical(_document(agreement, month, rows))
    state = "answered" if last < 10 else ("sent", "confirmed")[agreement.pk % 2]
    return MonthClose(
        agreement=agreement, month=month, number=1, state=state, is_current=True, document=text,
        sha256=sha256_of(text), tickets=file, checked_by_key=people[2].actor_key, checked_at=NOW,
        confirmed_by_key=people[1].actor_key, confirmed_at=NOW, sent_by_key=people[2].actor_key,
        sent_at=NOW, answer_due=date(2099, 1, 1),
    )  # fmt: skip


def _document(agreement: Agreement, month: str, rows: Sequence[MeasuredMonth]) -> dict[str, Any]:
    levels = [
        {
            "id": row.service_level, "title": row.title, "unit": "percent",
            "attained": row.attained, "attained_with_excluded": row.attained,
            "expected": row.expected, "minimum": row.minimum, "met": row.met,
            "missed": row.missed, "counted": row.met + row.missed, "open": 0, "excluded": 1,
            "unusable": 0, "rows": 1000, "unusable_rows": 0, "verdict": row.verdict,
            "interval": ["91.0", "98.0"],
            "reported": "95.40", "reported_met": 229, "reported_counted": 240,
            "credit": {k: v for k, v in row.credit.items() if k != "currency"},
        }
        for row in rows
    ]  # fmt: skip
    owed = sum(row.credit["after_cap_minor"] for row in rows)
    return {
        "schema": "retained/statement/1", "agreement": agreement.reference,
        "title": agreement.title, "client": "Lindenhof Bank", "provider": "Provider",
        "currency": "EUR", "month": month, "rule_version": RULE_VERSION,
        "as_of": int(NOW.timestamp()), "agreement_version": 1, "agreement_sha256": sha("terms"),
        "evidence": [{"source": "s", "number": 1, "file": "t.csv", "sha256": sha("t"),
                      "rows": 700_000, "mapping": 1}],
        "exclusions": [], "service_levels": levels,
        "credits": {"base_minor": 9_200_000, "at_risk_minor": 1_104_000,
                    "before_cap_minor": owed, "owed_minor": owed, "lost_to_cap_minor": 0,
                    "points": "0"},
        "triggers": [], "tickets_sha256": sha("tickets"),
    }  # fmt: skip


def _exclusions(
    agreements: Sequence[Agreement], people: Sequence[Person], chance: random.Random
) -> Iterator[Exclusion]:
    """Yield two exclusions of each agreement, one in twenty not answered yet."""
    for agreement in agreements:
        for n in range(2):
            is_asked = chance.random() < 0.05
            yield Exclusion(
                agreement=agreement, service_level="urgent", ticket=f"INC-{n:08}",
                month=str(FIRST.plus(n)), state="asked" if is_asked else "agreed",
                reason="The line was cut", asked_by_key=people[201].actor_key,
                asked_side="provider", asked_at=NOW,
                answered_by_key="" if is_asked else people[2].actor_key,
                answered_side="" if is_asked else "client",
            )  # fmt: skip

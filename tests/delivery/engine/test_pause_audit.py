"""The worked table of docs/methods/pause-audit.md."""

from delivery.engine.worked_tickets import AS_OF, LEVEL, TERMS, results_of, ticket
from retained.delivery.engine.measurement import hours_for
from retained.delivery.engine.pause_audit import Pattern, PauseAudit, PauseShare, pause_audit

FEEDBACK, CALLER = "waiting_client: awaiting feedback", "waiting_client: asked the caller"
TICKETS = [
    ticket(
        "P", ("05 08:00", "new"), ("05 15:30", FEEDBACK), ("05 16:30", "in_progress"),
        ("06 12:00", "resolved"), by="R. Haas",
    ),
    ticket(
        "Q", ("05 08:00", "new"), ("05 09:00", CALLER), ("05 10:00", "in_progress"),
        ("05 11:00", CALLER), ("05 12:00", "in_progress"), ("05 13:00", CALLER),
        ("05 15:00", "in_progress"), ("05 16:00", "resolved"), by="A. Okafor",
    ),
]  # fmt: skip


def audit() -> PauseAudit:
    hours = hours_for(TERMS, TICKETS, as_of=AS_OF)
    return pause_audit(TICKETS, results_of(TICKETS), LEVEL, TERMS, hours, as_of=AS_OF)


def test_paused_time_is_summed_by_who_and_why() -> None:
    assert audit().shares == (
        PauseShare("A. Okafor", "asked the caller", "waiting_client", 3, 14_400),
        PauseShare("R. Haas", "awaiting feedback", "waiting_client", 1, 3_600),
    )


def test_the_paused_share_is_of_all_time_between_start_and_stop() -> None:
    found = audit()
    assert (found.paused_seconds, found.clock_span) == (18_000, 129_600)
    assert f"{found.paused_seconds / found.clock_span:.1%}" == "13.9%"


def test_odd_tickets_say_their_pattern_in_a_sentence() -> None:
    assert [(odd.ticket, odd.pattern, odd.sentence) for odd in audit().oddities] == [
        (
            "P",
            Pattern.PAUSED_BEFORE_BREACH,
            "paused by R. Haas with 30 minutes of its target left",
        ),
        ("Q", Pattern.PING_PONG, "paused 3 times"),
    ]

"""The steps of a month's close in words: state, who, when, what is missing, what is next."""

from datetime import datetime
from zoneinfo import ZoneInfo

from retained.delivery.models import CloseState, MonthClose
from retained.delivery.queries.closes import MonthState
from retained.delivery.queries.shown_statements import ShownStatement
from retained.directory.models import Person
from retained.pages.parts import Step
from retained.shared.days import day_in_words

_SENT = {CloseState.SENT, CloseState.ANSWERED}


def closing_steps(person: Person, state: MonthState, *, at: datetime) -> list[Step]:
    """Return the seven steps; the first that is not done is the one to do now."""
    subject, shown = state.subject, state.statement
    checked, confirmed = subject is not None, bool(subject and subject.confirmed_by_key)
    sent = subject is not None and subject.state in _SENT
    own_check = bool(subject and subject.checked_by_key == person.actor_key)
    exclusions_done = not state.asked
    return [
        _step(
            "Evidence is in; look at what is odd" if state.remarks else "Evidence is in, and whole",
            _evidence_state(state, checked=checked),
            _evidence(state),
            "evidence",
        ),
        _step(
            "Exclusions are answered",
            "done" if exclusions_done else "blocked",
            _exclusions(state),
            "exclusions",
        ),
        _step(
            "The provider’s figure is in",
            "current" if state.unreported and not checked else "done",
            _reported(state),
            "reported",
        ),
        _step("Checked", _turn(checked, exclusions_done), _checked(state, shown), "check"),
        _step(
            "Confirmed by a second person",
            _turn(confirmed, checked and not own_check),
            _confirmed(state, shown, own_check=own_check),
            "confirm",
        ),
        _step("Sent to the provider", _turn(sent, confirmed), _sent(state, shown), "send"),
        _step(
            "Answered by the provider",
            _turn(bool(subject and subject.state == CloseState.ANSWERED), sent),
            _answered(state, shown, at),
            "answer",
        ),
    ]


def _step(title: str, state: str, text: str, name: str) -> Step:
    return Step(title=title, state=state, text=text, template=f"delivery/close_{name}.html")


def _turn(done: bool, is_next: bool) -> str:
    """Return the state of a step that follows another."""
    return "done" if done else "current" if is_next else "waiting"


def _evidence(state: MonthState) -> str:
    batches = len(state.batches)
    said = f"{batches:,} batches of evidence touch this month"
    if batches == 1:
        said = "One batch of evidence touches this month"
    until = _day(state.as_of, state.zone)
    unusable = any(level.unusable_rows or level.unusable for level in state.levels)
    looks = "; some of its rows could not be used" if unusable else ""
    odd = len(state.remarks)
    if odd:
        looks += "; one thing looks odd" if odd == 1 else f"; {odd} things look odd"
    return f"{said}, up to {until}{looks or '; nothing looks missing'}."


def _evidence_state(state: MonthState, *, checked: bool) -> str:
    """Return the state of the first step: what looks odd is looked at before the check."""
    if checked:
        return "done"
    if state.too_unusable:
        return "blocked"
    return "current" if state.remarks else "done"


def _exclusions(state: MonthState) -> str:
    if state.asked:
        count = len(state.asked)
        return f"{count} {'is' if count == 1 else 'are'} not answered: agree or refuse first."
    agreed = sum(1 for one in state.decided if one.state == "agreed")
    if not state.decided:
        return "Nobody asked to leave a ticket out."
    return f"{len(state.decided)} answered, {agreed} of them agreed."


def _reported(state: MonthState) -> str:
    missing = len(state.unreported)
    if not missing:
        return "Every service level has the provider’s own figure beside ours."
    names = ", ".join(level.title for level in state.unreported)
    if state.subject:
        return f"Closed without it: {names}."
    return f"Missing: {names}. Enter it here, or say at the check why it is closed without."


def _checked(state: MonthState, shown: ShownStatement | None) -> str:
    subject = state.subject
    if subject is None or shown is None:
        return "Freezes figures, credits, versions and hashes as they stand now."
    return f"{shown.checked_by}, {_moment(subject.checked_at, state.zone)}."


def _confirmed(state: MonthState, shown: ShownStatement | None, *, own_check: bool) -> str:
    subject = state.subject
    if subject is None or shown is None:
        return "Somebody else confirms exactly what was checked."
    if subject.confirmed_at is not None:
        return f"{shown.confirmed_by}, {_moment(subject.confirmed_at, state.zone)}."
    if own_check:
        return "You checked it yourself: ask a colleague to confirm it."
    return f"{shown.checked_by} checked it. What you confirm is exactly this:"


def _sent(state: MonthState, shown: ShownStatement | None) -> str:
    subject = state.subject
    days = state.months.agreed.on(state.month).answer.within_days
    if subject is None or shown is None or subject.sent_at is None:
        return f"The provider sees it from then on, and has {days} days to answer."
    return f"{shown.sent_by}, {_moment(subject.sent_at, state.zone)}."


def _answered(state: MonthState, shown: ShownStatement | None, at: datetime) -> str:
    subject = state.subject
    if subject is None or shown is None or subject.state not in _SENT:
        return _silence(state)
    if shown.answers:
        latest = shown.answers[0]
        return f"{latest.words}, {_moment(latest.answer.at, state.zone)}."
    return f"{_due(subject, at, state.zone)} {_silence(state)}"


def _due(subject: MonthClose, at: datetime, zone: ZoneInfo) -> str:
    if subject.answer_due is None:
        return "No day is set."
    late = subject.answer_due < at.astimezone(zone).date()
    return f"{'Was due' if late else 'Due'} by {day_in_words(subject.answer_due)}."


def _silence(state: MonthState) -> str:
    """Return what it means that the provider says nothing."""
    silence = state.months.agreed.on(state.month).answer.silence
    if silence == "nothing":
        return "Silence means nothing by itself: the client decides."
    verb = "agrees" if silence == "agreed" else "disputes"
    return f"By the agreement, silence means that the provider {verb}."


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{day_in_words(local)}, {local:%H:%M}"


def _day(at: datetime, zone: ZoneInfo) -> str:
    return day_in_words(at.astimezone(zone))

"""Schedules: jobs that the clock asks for, each date once, however many workers look."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from retained.audit.actors import SystemActor
from retained.jobs.declared import Job
from retained.jobs.models import ScheduledRun
from retained.jobs.queue import enqueue


@dataclass(frozen=True, slots=True)
class Schedule:
    """A job and the rule that gives the last date at or before a moment."""

    job: Job
    last_due: Callable[[datetime], datetime]

    @property
    def name(self) -> str:
        """What the schedule is called in the database."""
        return self.job.path


_schedules: dict[str, Schedule] = {}


def every(*, minutes: int) -> Callable[[Job], Job]:
    """Ask for the decorated job every so many minutes, counted from 1970 in UTC."""
    step = minutes * 60

    def last_due(at: datetime) -> datetime:
        return datetime.fromtimestamp(int(at.timestamp()) // step * step, tz=UTC)

    return _registered(last_due)


def daily(wall_time: str, *, zone: str = "UTC") -> Callable[[Job], Job]:
    """Ask for the decorated job every day at a time such as 03:00 on the wall of `zone`.

    A time that a switch of clocks skips is served as the hour after it; one that comes twice,
    the first time.
    """
    of_day, place = time.fromisoformat(wall_time), ZoneInfo(zone)

    def last_due(at: datetime) -> datetime:
        today = at.astimezone(place).date()
        due = datetime.combine(today, of_day, tzinfo=place).astimezone(UTC)
        if due <= at:
            return due
        yesterday = today - timedelta(days=1)
        return datetime.combine(yesterday, of_day, tzinfo=place).astimezone(UTC)

    return _registered(last_due)


def monthly(day: int, wall_time: str, *, zone: str = "UTC") -> Callable[[Job], Job]:
    """Ask for the decorated job every month, on a day that all months have, at a time in `zone`."""
    if not 1 <= day <= 28:
        raise ValueError("A month may end on day 28: name one that every month has.")
    of_day, place = time.fromisoformat(wall_time), ZoneInfo(zone)

    def last_due(at: datetime) -> datetime:
        today = at.astimezone(place).date()
        this_month = datetime.combine(today.replace(day=day), of_day, tzinfo=place)
        if this_month <= at:
            return this_month.astimezone(UTC)
        a_month_before = today.replace(day=1) - timedelta(days=1)
        due = datetime.combine(a_month_before.replace(day=day), of_day, tzinfo=place)
        return due.astimezone(UTC)

    return _registered(last_due)


def tick(at: datetime) -> int:
    """Queue every job whose last date was not served yet; return how many.

    After a standstill only the last missed date is served: a schedule's job does what is due
    by then, not one day's portion.
    """
    return sum(_serve(schedule, schedule.last_due(at)) for schedule in _schedules.values())


def schedules() -> list[Schedule]:
    """Return all schedules, by name."""
    return sorted(_schedules.values(), key=lambda schedule: schedule.name)


def _registered(last_due: Callable[[datetime], datetime]) -> Callable[[Job], Job]:
    def register(job: Job) -> Job:
        schedule = Schedule(job, last_due)
        _schedules[schedule.name] = schedule
        return job

    return register


def _serve(schedule: Schedule, due_at: datetime) -> bool:
    """Queue the job for `due_at` unless that date was served; the database decides the tie."""
    if ScheduledRun.objects.filter(schedule=schedule.name, due_at=due_at).exists():
        return False
    try:
        with transaction.atomic():
            served = ScheduledRun.objects.create(schedule=schedule.name, due_at=due_at)
            served.run = enqueue(schedule.job, by=SystemActor("schedule"))
            served.save(update_fields=["run"])
    except IntegrityError:
        return False
    return True

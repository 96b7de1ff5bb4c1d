"""Months of the story, closed as far as a test asks for."""

import io
from datetime import timedelta

from delivery.conftest import Story
from retained.delivery.commands.answers import Answer, Kind, answer_statement
from retained.delivery.commands.closing import check_month, confirm_month, send_statement
from retained.delivery.models import MonthClose
from retained.directory.engine.roles import Role
from retained.directory.models import Person
from retained.files.models import StoredFile
from retained.files.storing import store_upload
from retained.shared import clock
from retained.shared.months import Month

OCTOBER = Month(2026, 10)
WHY = "Only one figure was reported."


def lead_of(story: Story) -> Person:
    return story.cast.people[Role.SOURCING_LEAD]


def account_manager_of(story: Story) -> Person:
    return story.cast.people[Role.ACCOUNT_MANAGER]


def checked(story: Story, month: Month = OCTOBER, *, reason: str = WHY) -> MonthClose:
    return check_month(story.agreement, month, reason=reason, by=story.manager, at=clock.now())


def confirmed(story: Story, month: Month = OCTOBER, *, reason: str = WHY) -> MonthClose:
    close = checked(story, month, reason=reason)
    return confirm_month(close, by=lead_of(story), at=clock.now(), version=close.version)


def sent(story: Story, month: Month = OCTOBER, *, reason: str = WHY) -> MonthClose:
    close = confirmed(story, month, reason=reason)
    return send_statement(close, by=story.manager, at=clock.now(), version=close.version)


def agreed_to(story: Story, month: Month = OCTOBER) -> MonthClose:
    close = sent(story, month)
    answer_statement(
        close,
        Answer(Kind.AGREED),
        by=account_manager_of(story),
        at=clock.now() + timedelta(days=1),
        version=close.version,
    )
    return close


def a_mail(story: Story) -> StoredFile:
    content = io.BytesIO(b"From: priya@brightdesk.example\n\nWe agree.")
    return store_upload(content, name="answer.eml", by=story.manager, at=clock.now())

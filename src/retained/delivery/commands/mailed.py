"""Answers that came by mail: the mail and the answer are kept together, or neither is."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from retained.delivery.commands.answers import Answer, record_answer
from retained.delivery.commands.exclusions import record_exclusion_answer
from retained.delivery.models import Exclusion, MonthClose, ProviderAnswer
from retained.directory import access as directory_access
from retained.directory.models import Person
from retained.files.models import StoredFile
from retained.files.storing import SentFile, store_upload

MAIL_LIMIT_BYTES = 25_000_000


@transaction.atomic
def record_mailed_answer(
    close: MonthClose, answer: Answer, mail: SentFile, *, by: Person, at: datetime, version: int
) -> ProviderAnswer:
    """Write down the provider's answer to a statement, with the mail that it came in."""
    directory_access.must(by, "record_answers", close.agreement.reference)
    given = replace(answer, mail=_stored(mail, by=by, at=at))
    return record_answer(close, given, by=by, at=at, version=version)


@transaction.atomic
def record_mailed_exclusion_answer(
    exclusion: Exclusion,
    mail: SentFile,
    *,
    agreed: bool,
    answer: str,
    by: Person,
    at: datetime,
    version: int,
) -> Exclusion:
    """Write down the provider's answer to an exclusion, with the mail that it came in."""
    directory_access.must(by, "record_answers", exclusion.agreement.reference)
    stored = _stored(mail, by=by, at=at)
    return record_exclusion_answer(
        exclusion, agreed=agreed, answer=answer, mail=stored, by=by, at=at, version=version
    )


def _stored(mail: SentFile, *, by: Person, at: datetime) -> StoredFile:
    return store_upload(
        mail.stream, name=mail.name, folder="mails", limit_bytes=MAIL_LIMIT_BYTES, by=by, at=at
    )

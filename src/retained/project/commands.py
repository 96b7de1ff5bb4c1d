"""What people and the clock do for the whole installation: explain lost heads, mail the head."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string

from retained.audit import holding
from retained.audit.models import Verification
from retained.audit.verifications import verify_against
from retained.directory.access import must
from retained.directory.engine.roles import Role
from retained.directory.models import Person

NOBODY = "nobody"
_WATCHERS = (Role.ADMINISTRATOR, Role.AUDITOR)


def explain_lost_heads(*, reason: str, by: Person, at: datetime) -> int:
    """Say in the record why it does not hold some of the kept heads; return how many.

    Verification then counts them as explained. They are named in the record for ever, so that
    whoever reads it can ask whether the reason is a good one.
    """
    must(by, "explain_record")
    verdict, _ = verify_against(settings.KEPT_HEADS)
    holding.explain(verdict.held.failing, reason=reason, by=by, at=at)
    return len(verdict.held.failing)


def head_recipients() -> list[str]:
    """Return the addresses that a head goes to: those of the setting, or who watches the record."""
    if not settings.MAIL_HOST or settings.HEAD_RECIPIENTS == [NOBODY]:
        return []
    watchers = Person.objects.filter(is_active=True, role_grants__role__in=_WATCHERS)
    return settings.HEAD_RECIPIENTS or sorted(set(watchers.values_list("email", flat=True)))


def mail_head(verification_id: int) -> int:
    """Mail what a verification found to each recipient by itself; return how many there were."""
    found = Verification.objects.get(pk=verification_id)
    subject = f"The record at number {found.number:,}: {'whole' if found.whole else 'NOT WHOLE'}"
    content = {"found": found, "base_url": settings.BASE_URL}
    body = render_to_string("record_mail.txt", content)
    recipients = head_recipients()
    mails = [EmailMessage(subject, body, None, [address]) for address in recipients]
    get_connection().send_messages(mails)
    Verification.objects.filter(pk=found.pk).update(mailed_to=len(mails))
    return len(mails)

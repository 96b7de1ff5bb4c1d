"""What the pages that change agreements share: trying to save, and the answer to a refusal."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from retained.contracts import queries
from retained.contracts.engine.reading import AgreementRefusedError
from retained.contracts.forms.shape import Answered
from retained.contracts.models import Agreement, AgreementVersion
from retained.contracts.parties import UnknownProviderError
from retained.pages import saving
from retained.shared.days import day_in_words
from retained.shared.errors import DomainError


def attempt(form: forms.Form, save: Callable[[], Any]) -> Any:
    """Return what `save` gives, or None with everything that is wrong noted on the form."""
    return saving.attempt(form, save, note=_note)


def came_late(form: forms.Form, agreement: Agreement) -> dict[str, Any]:
    """Return what a page shows where somebody else saved meanwhile: the newest version, as `newer`.

    What was typed stays in the form, which from now on knows of that version: saved again, the
    change is laid over it.
    """
    if saving.status_of(form) != saving.CAME_LATE:
        return {}
    fresh = Agreement.objects.get(pk=agreement.pk)
    sent = QueryDict(mutable=True)
    sent.update(form.data)
    sent["version"] = str(fresh.version)
    form.data = sent
    return {"newer": newest_version(fresh)}


def newest_version(agreement: Agreement) -> queries.VersionRow:
    """Return the version that was saved last."""
    return max(queries.versions(agreement), key=lambda row: row.number)


def _note(form: forms.Form, error: DomainError) -> bool:
    """Put what an agreement's rules say beside the fields that broke them."""
    if isinstance(error, AgreementRefusedError):
        _note_remarks(form, error)
    elif isinstance(error, UnknownProviderError):
        form.add_error("provider" if "provider" in form.fields else None, error.message)
    else:
        return False
    return True


def _note_remarks(form: forms.Form, error: AgreementRefusedError) -> None:
    """Put remarks beside the fields of a form, or list them by line above a text."""
    if isinstance(form, Answered):
        form.refuse(error)
        return
    form.remarks = error.remarks  # type: ignore[attr-defined] # listed by the template
    form.add_error("text", f"{len(error.remarks)} to mend before it can be saved.")


def saved_words(made: AgreementVersion) -> str:
    """Return what is said once a version was saved."""
    return f"Version {made.number} counts from {day_in_words(made.effective_from)}."


def next_first(day: date, start: date) -> date:
    """Return the first day of the next month: where most changes begin."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return max(following, start)

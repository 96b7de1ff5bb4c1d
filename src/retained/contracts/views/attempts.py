"""What the pages that change agreements share: trying to save, and the answer to a refusal."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms

from retained.contracts.engine.reading import AgreementRefusedError
from retained.contracts.forms.shape import Answered
from retained.contracts.parties import UnknownProviderError
from retained.shared.errors import (
    ChangedMeanwhileError,
    DomainError,
    NotAllowedError,
    NotThereError,
)


def attempt(form: forms.Form, save: Callable[[], Any]) -> Any:
    """Return what `save` gives, or None with everything that is wrong noted on the form."""
    if not form.is_valid():
        return None
    try:
        return save()
    except (NotAllowedError, NotThereError):
        raise
    except AgreementRefusedError as error:
        _note_remarks(form, error)
    except UnknownProviderError as error:
        field = "provider" if "provider" in form.fields else None
        form.add_error(field, error.message)
    except DomainError as error:
        code = "changed" if isinstance(error, ChangedMeanwhileError) else "rule"
        form.add_error(None, forms.ValidationError(error.message, code=code))
    return None


def _note_remarks(form: forms.Form, error: AgreementRefusedError) -> None:
    """Put remarks beside the fields of a form, or list them by line above a text."""
    if isinstance(form, Answered):
        form.refuse(error)
        return
    form.remarks = error.remarks  # type: ignore[attr-defined] # listed by the template
    form.add_error("text", f"{len(error.remarks)} to mend before it can be saved.")


def status(form: forms.Form) -> int:
    """Return the status of a page that shows `form`."""
    if not form.is_bound or form.is_valid():
        return 200
    return 409 if form.has_error("__all__", code="changed") else 422


def next_first(day: date, start: date) -> date:
    """Return the first day of the next month: where most changes begin."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return max(following, start)

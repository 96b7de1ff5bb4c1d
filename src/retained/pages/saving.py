"""What a form does when it is sent: save, or say what is wrong and keep what was written."""

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS

from retained.shared.errors import (
    ChangedMeanwhileError,
    DomainError,
    NotAllowedError,
    NotThereError,
)

Result = TypeVar("Result")
Note = Callable[[forms.Form, DomainError], bool]

CAME_LATE = 409


def attempt(
    form: forms.Form, save: Callable[[], Result], *, note: Note | None = None
) -> Result | None:
    """Return what `save` gives, or None with the broken rule noted on the form.

    What the person may not do, or what is not there, is no fault of the form and goes on up.
    `note` may put a rule beside the field that broke it; it returns whether it did.
    """
    if not form.is_valid():
        return None
    try:
        return save()
    except (NotAllowedError, NotThereError):
        raise
    except DomainError as error:
        if note is None or not note(form, error):
            form.add_error(None, forms.ValidationError(error.message, code=_code(error)))
        return None


def status_of(form: forms.Form) -> int:
    """Return the status of a page that shows `form`.

    422 if something is wrong with it, 409 if somebody else saved meanwhile.
    """
    if not form.is_bound or form.is_valid():
        return 200
    return CAME_LATE if form.has_error(NON_FIELD_ERRORS, code="changed") else 422


def _code(error: DomainError) -> str:
    """Return the kind of fault that `error` is to a form."""
    return "changed" if isinstance(error, ChangedMeanwhileError) else "rule"

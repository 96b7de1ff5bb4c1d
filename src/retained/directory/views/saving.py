"""What the forms of the directory do when they are sent: save, or say what is wrong and keep it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse
from django.shortcuts import render

from retained.pages.request import Request
from retained.shared.errors import (
    ChangedMeanwhileError,
    DomainError,
    NotAllowedError,
    NotThereError,
)

Result = TypeVar("Result")

_CAME_LATE = 409


@dataclass(frozen=True, slots=True)
class FormPage:
    """The words around a form."""

    title: str
    button: str
    back_url: str
    back_title: str
    intro: str = ""


def attempt(form: forms.Form, save: Callable[[], Result]) -> Result | None:
    """Return what `save` gives, or None with the broken rule noted on the form.

    What the person may not do, or what is not there, is no fault of the form and goes on up.
    """
    if not form.is_valid():
        return None
    try:
        return save()
    except (NotAllowedError, NotThereError):
        raise
    except DomainError as error:
        form.add_error(None, forms.ValidationError(error.message, code=_code(error)))
        return None


def form_page(
    request: Request,
    form: forms.Form,
    page: FormPage,
    *,
    template: str = "directory/form.html",
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Return the page of a form: 422 where something is wrong with it, 409 where it came late."""
    context = {"form": form, "page": page, **(more or {})}
    return render(request, template, context, status=_status(form))


def newer_values(form: forms.Form, row: Any, fields: Sequence[str]) -> list[tuple[str, object]]:
    """Return what somebody else saved while this form was open, field by field."""
    if _status(form) != _CAME_LATE:
        return []
    return [
        (str(form.fields[name].label), getattr(row, name)) for name in fields if name != "version"
    ]


def _code(error: DomainError) -> str:
    """Return the kind of fault that `error` is to a form."""
    return "changed" if isinstance(error, ChangedMeanwhileError) else "rule"


def _status(form: forms.Form) -> int:
    """Return the status of a page that shows `form`."""
    if not form.is_bound or form.is_valid():
        return 200
    return _CAME_LATE if form.has_error(NON_FIELD_ERRORS, code="changed") else 422

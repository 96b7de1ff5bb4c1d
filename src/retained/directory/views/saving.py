"""The pages around the forms of the directory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from retained.pages.request import Request
from retained.pages.saving import CAME_LATE, status_of


@dataclass(frozen=True, slots=True)
class FormPage:
    """The words around a form."""

    title: str
    button: str
    back_url: str
    back_title: str
    intro: str = ""


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
    return render(request, template, context, status=status_of(form))


def newer_values(form: forms.Form, row: Any, fields: Sequence[str]) -> list[tuple[str, object]]:
    """Return what somebody else saved while this form was open, field by field."""
    if status_of(form) != CAME_LATE:
        return []
    return [
        (str(form.fields[name].label), getattr(row, name)) for name in fields if name != "version"
    ]

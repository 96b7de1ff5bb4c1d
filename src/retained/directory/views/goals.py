"""Pages about the goals and values of the client."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from retained.directory import access
from retained.directory.commands import goals as commands
from retained.directory.forms.organisations import GoalEditForm, GoalForm
from retained.directory.queries import organisations as queries
from retained.directory.views.saving import FormPage, form_page, newer_values
from retained.pages.request import Request
from retained.pages.saving import attempt
from retained.shared import clock

_FIELDS = ("kind", "name", "meaning", "weight", "starts_on", "ends_on", "version")


@require_GET
def goals(request: Request) -> HttpResponse:
    """Show what the client wants to reach and to keep to."""
    weighted = queries.goals(request.person, on=clock.now().date())
    context = {
        "goals": [row for row in weighted if row.goal.kind == "goal"],
        "values": [row for row in weighted if row.goal.kind == "value"],
        "may_edit": access.may(request.person, "edit_goals"),
    }
    return render(request, "directory/goals.html", context)


@require_http_methods(["GET", "POST"])
def goal_new(request: Request) -> HttpResponse:
    """Add a goal or value."""
    access.must(request.person, "edit_goals")
    form = GoalForm(request.POST or None, initial={"starts_on": clock.now().date(), "weight": 10})
    page = FormPage("Add a goal or value", "Add", reverse("goals"), "Goals and values")

    def save() -> Any:
        return commands.add_goal(form.details(), by=request.person, at=clock.now())

    made = attempt(form, save) if request.method == "POST" else None
    if made:
        messages.success(request, f"“{made}” is added.")
        return redirect("goals")
    return form_page(request, form, page)


@require_http_methods(["GET", "POST"])
def goal_edit(request: Request, goal: int) -> HttpResponse:
    """Change a goal or value."""
    found = access.goal_to_edit(request.person, goal)
    form = GoalEditForm(
        request.POST or None, initial={name: getattr(found, name) for name in _FIELDS}
    )
    page = FormPage(f"Edit “{found}”", "Save", reverse("goals"), "Goals and values")

    def save() -> Any:
        version = form.cleaned_data["version"]
        return commands.edit_goal(
            found, form.details(), version=version, by=request.person, at=clock.now()
        )

    if request.method == "POST" and attempt(form, save):
        messages.success(request, f"“{found}” is saved.")
        return redirect("goals")
    return form_page(request, form, page, more={"newer": newer_values(form, found, _FIELDS)})

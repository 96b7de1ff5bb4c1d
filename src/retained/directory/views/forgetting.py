"""The page on which a person is forgotten: what goes, what stays, and a last question."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from retained.directory import access
from retained.directory.commands.forgetting import forget_person
from retained.directory.forms.forgetting import ForgetForm
from retained.directory.queries.forgetting import traces_of
from retained.pages.request import Request
from retained.pages.saving import attempt, status_of
from retained.shared import clock


@require_http_methods(["GET", "HEAD", "POST"])
def person_forget(request: Request, person: str) -> HttpResponse:
    """Say what would go and what would stay, and do it once the administrator is sure."""
    found = access.person_to_forget(request.person, person)
    traces = traces_of(found)
    form = ForgetForm(request.POST or None)
    form.offer(traces)

    def save() -> str:
        sent = {"naming": form.naming(), "reason": form.cleaned_data["reason"]}
        blanked = forget_person(found, **sent, by=request.person, at=clock.now())
        return f"The person is forgotten: {blanked} texts of the record are blank, its chain whole."

    done = attempt(form, save) if request.method == "POST" else None
    if done:
        messages.success(request, done)
        return redirect("people")
    context = {"traces": traces, "form": form}
    return render(request, "directory/forget.html", context, status=status_of(form))

"""Refusals as pages: what a person reads when something is not there, not allowed or not right.

What is not there and what is not open to a person are one page, byte for byte, so that nobody
learns by asking which objects exist.
"""

import logging
import secrets
import sys
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from retained.files.bodies import BodyError
from retained.pages.request import is_fragment
from retained.shared.errors import (
    ChangedMeanwhileError,
    DomainError,
    NotAllowedError,
    NotThereError,
)
from retained.shared.remarks import RefusedError

_log = logging.getLogger("retained.pages")

NOT_THERE = "This page is not there, or is not open to you."
TITLES = {
    400: "It did not come whole",
    403: "Not yours to do",
    408: "It came too slowly",
    409: "Changed meanwhile",
    411: "How long is it?",
    413: "Too large",
    422: "Not possible as asked",
}


def status_of(error: DomainError) -> int:
    """Return the HTTP status that says what kind of refusal `error` is."""
    if isinstance(error, NotThereError):
        return 404
    if isinstance(error, NotAllowedError):
        return 403
    if isinstance(error, BodyError):
        return error.status
    return 409 if isinstance(error, ChangedMeanwhileError) else 422


def _plain(error: DomainError) -> dict[str, Any]:
    """Return a refusal for machines: what is wrong, and each remark with its place."""
    if not isinstance(error, RefusedError):
        return {"detail": error.message}
    remarks = [
        {error.row_word: one.place.row, "field": one.place.column, "sentence": one.sentence}
        for one in error.remarks
    ]
    return {"detail": error.summary, "remarks": remarks}


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Return `error` as whoever asked can read it: a page, a part of one, or JSON."""
    status = status_of(error)
    if request.path.startswith("/api/"):
        return JsonResponse(_plain(error), status=status)
    if is_fragment(request):
        return _fragment(request, NOT_THERE if status == 404 else error.message, status)
    if status == 404:
        return not_there(request)
    context = {"heading": TITLES[status], "sentence": error.message}
    return render(request, "problem.html", context, status=status)


def not_there(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Return the one page for what is not there or not open; Django calls it for every 404."""
    if is_fragment(request):
        return _fragment(request, NOT_THERE, 404)
    return render(request, "404.html", {"sentence": NOT_THERE}, status=404)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Return the page for what Django itself refuses."""
    return render(request, "403.html", status=403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Return the page for a form whose secret is missing or old."""
    return render(request, "403_csrf.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Return the page for a mistake of ours; it asks nothing of the database.

    The reference on it stands in the server's log beside the fault that Django is dealing with.
    """
    reference = secrets.token_hex(4).upper()
    address = request.resolver_match.view_name if request.resolver_match else "no address"
    _log.error(
        "A page broke, reference %s: %s %s", reference, request.method, address,
        exc_info=sys.exc_info(),
    )  # fmt: skip
    if request.path.startswith("/api/"):
        detail = f"Something went wrong on our side; tell your administrator {reference}."
        return JsonResponse({"detail": detail, "reference": reference}, status=500)
    return render(request, "500.html", {"reference": reference}, status=500)


def _fragment(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    """Return the refusal for htmx, which shows it above the page and leaves the rest as it is."""
    context = {"sentence": sentence}
    response = render(request, "pages/problem_fragment.html", context, status=status)
    response["HX-Retarget"] = "#problem"
    response["HX-Reswap"] = "innerHTML"
    response["HX-Push-Url"] = "false"
    return response

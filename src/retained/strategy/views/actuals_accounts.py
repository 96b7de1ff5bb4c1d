"""The page on which accounts get their lines: each that was booked to, and the bar of them all."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from retained.pages import saving
from retained.pages.request import Request, is_fragment
from retained.pages.saving import status_of
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.strategy.access.cases import case_to_give_actuals, cases_to_read
from retained.strategy.commands.account_choices import choose_accounts
from retained.strategy.engine.account_choices import NO_REASON, At, mapping_of_choices
from retained.strategy.engine.actuals_terms import ActualsTerms
from retained.strategy.engine.case_terms import CaseTerms, LineTerms, Paid
from retained.strategy.forms.actuals_mapping import AccountsForm, way_of
from retained.strategy.models import ActualsMapping, BusinessCase
from retained.strategy.queries.account_rows import AccountRow, Desk, desk_of, shares_of
from retained.strategy.queries.actuals import title_of
from retained.strategy.shares_picture import shares_bar
from retained.strategy.views.cases import case_context

MOST_ROWS = 100


@require_http_methods(["GET", "POST"])
def case_actuals_accounts(request: Request, reference: str) -> HttpResponse:
    """Give accounts their lines, or leave them out with a reason; the bar follows each choice."""
    case = case_to_give_actuals(request.person, reference)
    desk = desk_of(case, cases_to_read(request.person))
    words = request.GET.get("find", "")
    found = _found(desk, words)
    form = _sent(request, case, desk) if request.method == "POST" else _begun(case, desk, found)
    is_final = request.method == "POST" and "look" not in request.POST
    made = saving.attempt(form, lambda: _save(case, form, request)) if is_final else None
    if made:
        messages.success(request, f"Mapping {made.number} is kept, and counts for every file.")
        return _next(case)
    context = case_context(request, case, "actuals") | _context(desk, form)
    context |= {"find": words, "more": max(len(found) - MOST_ROWS, 0)}
    page = "actuals_shares.html" if is_fragment(request) else "actuals_accounts.html"
    status = status_of(form) if is_final else 200
    return render(request, f"strategy/{page}", context, status=status)


def _found(desk: Desk, words: str) -> list[AccountRow]:
    """Return the accounts whose number, cost centre or text has some words."""
    return [
        row
        for row in desk.rows
        if words.casefold()
        in f"{row.booked.account} {row.booked.cost_centre} {row.booked.text}".casefold()
    ]


def _begun(case: BusinessCase, desk: Desk, found: list[AccountRow]) -> AccountsForm:
    """Return the form with what the mapping says, and guesses where it says nothing."""
    shown = found[:MOST_ROWS]
    initial: dict[str, Any] = {"number": desk.number}
    for index, row in enumerate(shown):
        way = row.offered
        initial[f"line-{index}"] = way_of(way)
        initial[f"because-{index}"] = "" if way.because == NO_REASON else way.because
    lists = _lists(case, desk)
    for index, (line, _) in enumerate(lists["closable"]):
        initial[f"closed-{index}"] = desk.terms.closed.get(line, "")
    return AccountsForm(initial=initial, places=[row.booked.at for row in shown], **lists)


def _sent(request: Request, case: BusinessCase, desk: Desk) -> AccountsForm:
    places = AccountsForm.places_in(request.POST)
    there = {row.booked.at for row in desk.rows}
    if any(at not in there for at in places):
        raise DomainError("Some of these accounts are in no file any more: open the page again.")
    return AccountsForm(request.POST, places=places, **_lists(case, desk))


def _save(case: BusinessCase, form: AccountsForm, request: Request) -> ActualsMapping:
    return choose_accounts(
        case,
        form.choices(),
        beginning=form.beginning_choice(),
        closed=form.closed(),
        by=request.person,
        at=clock.now(),
        expected_number=form.cleaned_data["number"],
    )


def _next(case: BusinessCase) -> HttpResponse:
    """Go on to a file that waits for a look, else back to all of them."""
    waiting = case.actuals_files.filter(superseded_at=None, counts_since=None).first()
    if waiting is not None:
        return redirect("case_actuals_file", case.reference, waiting.pk)
    return redirect("case_actuals", case.reference)


def _context(desk: Desk, form: AccountsForm) -> dict[str, Any]:
    """Return what the page shows: accounts with their fields, and the bar as it is chosen."""
    row_at = {row.booked.at: row for row in desk.rows}
    terms, refusal = _as_it_stands(desk, form, row_at)
    rows = [(row_at[at], *fields) for at, fields in zip(form.places, form.rows(), strict=True)]
    return {
        "form": form,
        "rows": rows,
        "guesses": 0 if form.is_bound else sum(1 for row, *_ in rows if row.is_offered),
        "bar": shares_bar(shares_of(desk.booked, terms, desk.currency)),
        "refusal": refusal,
        "number": desk.number,
    }


def _as_it_stands(
    desk: Desk, form: AccountsForm, row_at: dict[At, AccountRow]
) -> tuple[ActualsTerms, str]:
    """Return the mapping as chosen so far, also without a reason yet; or why no rules say it."""
    form.is_valid()
    choices = form.choices() if form.is_bound else {at: row_at[at].offered for at in form.places}
    beginning = form.beginning_choice() if form.is_bound else None
    booked = [one.at for one in desk.booked]
    try:
        return mapping_of_choices(desk.terms, choices, booked=booked, beginning=beginning), ""
    except DomainError as error:
        return desk.terms, error.message


def _lists(case: BusinessCase, desk: Desk) -> dict[str, Any]:
    """Return the lines to choose from, by option, and those that may be closed."""
    terms = desk.case_terms
    options = dict.fromkeys((case.chosen, terms.baseline))
    named = [
        (terms.options[option].title or option,
         [(key, title_of(terms, key)) for key, _ in _lines(terms, option)])
        for option in options
    ]  # fmt: skip
    closable = [
        (key, line.title or key)
        for option in options
        for key, line in _lines(terms, option)
        if line.paid is Paid.AT_START and desk.terms.lines.get(key)
    ]
    return {"lines": named, "closable": closable}


def _lines(terms: CaseTerms, option: str) -> list[tuple[str, LineTerms]]:
    return [(f"{option}.{name}", line) for name, line in terms.options[option].lines.items()]

"""The pages of the benchmark, and how many queries each takes: printed as JSON.

RETAINED_DATA_DIR=FOLDER python benchmarks/page_queries.py
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

import django

django.setup()

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from retained.delivery.models import Measured
from retained.directory.models import Person
from retained.shared.months import Month

USERS = 8
# The first person of each role, and how many people further the next one is.
PEOPLE = {"administrator": (0, 7), "lead": (1, 7), "manager": (2, 7), "provider": (200, 2)}
LARGE = "AG-1"  # has the tickets of the benchmark; the others have a few


@dataclass(frozen=True, slots=True)
class Page:
    """A kind of page: `path_of` gives its address for each of the eight users.

    An address with {number} in it is another one each time. `part` is the element that alone is
    asked for, as the browser does where a table is searched.
    """

    name: str
    path_of: Callable[[int], str]
    who: str = "manager"
    is_list: bool = True
    part: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """Return what the browser sends with the address."""
        if not self.part:
            return {}
        return {"HX-Request-Type": "partial", "HX-Target": f"div#{self.part}"}


def pages() -> list[Page]:
    """Return the pages; of what there are many, every user opens another."""
    running = Month.parse(Measured.objects.values_list("running", flat=True)[0])

    def figure(user: int) -> str:
        return reverse("figure", args=[LARGE, "urgent", running.plus(-1 - user)])

    def missed(user: int) -> str:
        return f"{figure(user)}?verdict=missed&sort=-clock_seconds"

    def others(user: int) -> str:
        return f"{figure(user)}?words={{number}}"

    def of_agreement(name: str, *more: object) -> Callable[[int], str]:
        return lambda user: reverse(name, args=[f"AG-{1 + user * 11}", *more])

    def at(name: str, query: str = "", *more: object) -> Callable[[int], str]:
        return lambda _user: f"{reverse(name, args=more)}{query}"

    def ticket(user: int) -> str:
        return reverse("ticket", args=[LARGE, "urgent", f"INC-{400 * user + 1:08}"])

    batch, closed = ["provider-0000", 1], running.plus(-3)
    return [
        Page("agreements that run", at("runs")),
        Page("agreements that run, found", at("runs", "?words=desk")),
        Page("agreements that run, missed", at("runs", "?stands=missed")),
        Page("agreements", at("agreements")),
        Page("agreements by last day", at("agreements", "?sort=ends_on")),
        Page("tickets of a figure", figure),
        Page("missed tickets by clock", missed),
        Page("tickets found, each time others", others, part="table-tickets"),
        Page("exclusions", at("exclusions")),
        Page("credits", at("credits")),
        Page("sources", at("evidence_sources")),
        Page("remarks of a batch", at("evidence_remarks", "", *batch)),
        Page("people", at("people"), "administrator"),
        Page("organisations", at("directory")),
        Page("record", at("record"), "administrator"),
        Page("provider's statements", at("portal_statements"), "provider"),
        Page("provider's exclusions", at("exclusions"), "provider"),
        Page("search", at("search", "?q=desk")),
        Page("tickets found, by a link", others, is_list=False),
        Page("overview", at("overview"), "lead", is_list=False),
        Page("agreement", of_agreement("agreement"), is_list=False),
        Page("service levels", of_agreement("service_levels"), is_list=False),
        Page("month close", of_agreement("month_close", closed), is_list=False),
        Page("statement", of_agreement("statement", closed, 1), is_list=False),
        Page("ticket", ticket, is_list=False),
        Page("organisation", at("organisation", "", "provider-0000"), is_list=False),
    ]


def signed_in(who: str, number: int = 0) -> Client:
    """Return a browser in which one person of a role is signed in."""
    first, step = PEOPLE[who]
    person = Person.objects.get(email=f"person{first + number * step}@example.org")
    browser = Client(headers={"host": "localhost"})
    browser.force_login(person)
    return browser


def queries_of(page: Page) -> int:
    """Return how many queries a page takes."""
    browser, path = signed_in(page.who), page.path_of(0).format(number=77)
    browser.get(path, headers=page.headers)
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(path, headers=page.headers)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code} to the {page.who}")
    return len(asked)


def main() -> None:
    """Print the pages with their queries, and the sessions of eight people of each role."""
    asked = [
        {"name": page.name, "paths": [page.path_of(user) for user in range(USERS)],
         "headers": page.headers, "is_list": page.is_list, "who": page.who,
         "queries": queries_of(page)}
        for page in pages()
    ]  # fmt: skip
    sessions = {
        who: [signed_in(who, number).session.session_key for number in range(USERS)]
        for who in PEOPLE
    }
    print(json.dumps({"pages": asked, "sessions": sessions}))


if __name__ == "__main__":
    main()

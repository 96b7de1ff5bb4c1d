"""Addresses for the lines of a list: fifty of one kind on a page.

Finding an address by its name looks through the routes each time. The routes never change while
a process runs, so what was found once is known.
"""

from collections.abc import Callable
from functools import lru_cache
from urllib.parse import quote

from django.urls import reverse

_PLAIN = "!$&'()*+,;=~:@/"  # what stands in a path as it is (RFC 3986)


@lru_cache(maxsize=10_000)
def address(name: str, *parts: object) -> str:
    """Return the address of that name and those parts."""
    return reverse(name, args=parts)


def addresses_below(name: str, *parts: object) -> Callable[[str], str]:
    """Return what gives the addresses that begin alike and end in a text, such as a ticket."""
    beginning = address(name, *parts, "x").removesuffix("x/")
    return lambda last: f"{beginning}{quote(last, safe=_PLAIN)}/"

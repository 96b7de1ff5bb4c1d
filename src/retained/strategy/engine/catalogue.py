"""The starter catalogue: usual IT functions in our own words, to take and then make one's own.

In   catalogue.yaml beside this file
Out  its functions in the order of their tree
Why  docs/guide/it-functions.md
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml

from retained.strategy.engine.function_files import function_of
from retained.strategy.engine.function_terms import SCHEMA, FunctionTerms

PATH = Path(__file__).with_name("catalogue.yaml")


@cache
def catalogue() -> dict[str, FunctionTerms]:
    """Return the functions of the catalogue by reference; each comes after the one above it."""
    documents = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    terms = [function_of({"schema": SCHEMA, **one}, name=PATH.name) for one in documents]
    return {one.reference: one for one in terms}


def with_those_above(references: Iterable[str]) -> list[FunctionTerms]:
    """Return the functions of some references and all above them, in the catalogue's order.

    Raises KeyError for a reference that the catalogue does not have.
    """
    known, wanted = catalogue(), set()
    for reference in references:
        above: str | None = reference
        while above is not None and above not in wanted:
            wanted.add(above)
            above = known[above].parent
    return [terms for reference, terms in known.items() if reference in wanted]

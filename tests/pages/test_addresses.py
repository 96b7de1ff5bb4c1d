"""Addresses for the lines of a list."""

from urllib.parse import unquote

import pytest
from django.urls import resolve, reverse

from retained.pages.addresses import address, addresses_below
from retained.shared.months import Month


def test_an_address_is_the_one_of_its_name() -> None:
    parts = ("AG-7", "urgent", Month(2026, 10))
    assert address("figure", *parts) == reverse("figure", args=parts)


@pytest.mark.parametrize("ticket", ["INC-1", "INC 1/2 é", "a+b&c=d", "100%", "~:@,;'()*!$", "?#"])
def test_addresses_that_differ_in_a_text_lead_where_their_name_does(ticket: str) -> None:
    found = addresses_below("ticket", "AG-7", "urgent")(ticket)
    assert found == reverse("ticket", args=["AG-7", "urgent", ticket])
    assert resolve(unquote(found)).kwargs["ticket"] == ticket

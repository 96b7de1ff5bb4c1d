"""The permission table as values: who is let in, and how far a limited role reaches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retained.directory.engine.permissions import (
    ActionRule,
    Grant,
    agreements_reached,
    allowed,
    parse_permissions,
)
from retained.directory.engine.roles import CLIENT_ROLES, PROVIDER_ROLES, Role
from retained.shared.errors import DomainError

TABLE = """
[second_factor]
open_before = ["sign_out"]
[addresses.accounts]
sign_in = { GET = "anyone", POST = "anyone" }
sign_out = { POST = "signed_in" }
sign_up = { GET = "nobody" }
[addresses.delivery]
months = { GET = ["client", "account_manager"] }
[actions.delivery]
close_month = { roles = ["service_manager"], per_agreement = true }
edit_calendars = ["service_manager"]
"""


def rule(name: str) -> ActionRule:
    return parse_permissions(TABLE).action(name)


def test_groups_stand_for_all_roles_of_a_side() -> None:
    audience = parse_permissions(TABLE).addresses["months"]["GET"]
    assert audience.roles == CLIENT_ROLES | {Role.ACCOUNT_MANAGER}
    assert str(audience) == "every client role, Account manager"


def test_anyone_signed_in_and_nobody_are_three_things() -> None:
    table = parse_permissions(TABLE)
    assert table.addresses["sign_in"]["GET"].anyone
    assert table.addresses["sign_out"]["POST"].admits([])
    assert not table.addresses["sign_up"]["GET"].admits(list(Role))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"client"', '"everybody"', "no role and no group"),
        ("GET = [", "FETCH = [", "no method"),
        ("months =", "sign_in =", "another room names it too"),
        ('open_before = ["sign_out"]', 'open_before = ["sign_off"]', "unknown addresses"),
        ('["client", "account_manager"]', "[]", "say who"),
    ],
)
def test_a_mistake_in_the_table_is_named(old: str, new: str, message: str) -> None:
    with pytest.raises(DomainError, match=message):
        parse_permissions(TABLE.replace(old, new))


def test_an_action_that_the_table_does_not_name_is_a_fault_of_the_program() -> None:
    with pytest.raises(LookupError):
        rule("open_the_safe")


def test_a_limited_role_reaches_its_agreements_only() -> None:
    grants = [Grant(Role.SERVICE_MANAGER, "SD-2026")]
    assert allowed(grants, rule("close_month"), "SD-2026")
    assert not allowed(grants, rule("close_month"), "NET-2024")
    assert agreements_reached(grants, rule("close_month")) == {"SD-2026"}


def test_without_a_reference_a_limited_role_counts_only_for_what_belongs_to_agreements() -> None:
    grants = [Grant(Role.SERVICE_MANAGER, "SD-2026")]
    assert allowed(grants, rule("close_month"))
    assert not allowed(grants, rule("edit_calendars"))
    assert allowed([Grant(Role.SERVICE_MANAGER)], rule("edit_calendars"))


def test_no_role_reaches_nothing() -> None:
    assert not allowed([], rule("close_month"))
    assert agreements_reached([], rule("close_month")) == frozenset()


GRANTS = st.lists(
    st.builds(Grant, st.sampled_from(Role), st.sampled_from(["", "A", "B"])), max_size=5
)


@given(GRANTS, GRANTS, st.sampled_from([None, "A", "B", "C"]))
def test_another_grant_never_takes_a_permission_away(
    grants: list[Grant], more: list[Grant], reference: str | None
) -> None:
    for name in ("close_month", "edit_calendars"):
        if allowed(grants, rule(name), reference):
            assert allowed(grants + more, rule(name), reference)


@given(st.lists(st.sampled_from(sorted(PROVIDER_ROLES)), max_size=3))
def test_roles_of_the_other_side_never_count(roles: list[Role]) -> None:
    assert not allowed([Grant(Role(role)) for role in roles], rule("close_month"), "A")

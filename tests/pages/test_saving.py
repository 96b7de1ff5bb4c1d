"""What a form does when it is sent: every page answers alike."""

import pytest
from django import forms

from retained.pages.saving import attempt, status_of
from retained.shared.errors import (
    ChangedMeanwhileError,
    DomainError,
    NotAllowedError,
    NotThereError,
)


class Reason(forms.Form):
    reason = forms.CharField()


def sent(text: str = "Flood") -> Reason:
    return Reason({"reason": text})


def refusing(error: DomainError) -> object:
    def save() -> None:
        raise error

    return save


def test_what_is_saved_is_returned_and_a_fresh_form_is_no_fault() -> None:
    assert attempt(sent(), lambda: "saved") == "saved"
    assert status_of(Reason()) == 200


def test_a_form_that_does_not_hold_is_never_saved() -> None:
    form = sent("")
    assert attempt(form, lambda: pytest.fail("saved")) is None
    assert status_of(form) == 422


@pytest.mark.parametrize(
    ("error", "status"),
    [(DomainError("It is closed. Reopen it."), 422), (ChangedMeanwhileError("The month"), 409)],
)
def test_a_broken_rule_stands_above_the_form(error: DomainError, status: int) -> None:
    form = sent()
    assert attempt(form, refusing(error)) is None  # type: ignore[arg-type]
    assert form.non_field_errors() == [error.message]
    assert status_of(form) == status


def test_a_page_may_put_a_rule_beside_its_field() -> None:
    def note(form: forms.Form, error: DomainError) -> bool:
        form.add_error("reason", error.message)
        return True

    form = sent()
    attempt(form, refusing(DomainError("Say more.")), note=note)  # type: ignore[arg-type]
    assert form.errors == {"reason": ["Say more."]}


@pytest.mark.parametrize("error", [NotAllowedError("Not yours"), NotThereError("This")])
def test_what_is_not_open_to_a_person_is_no_fault_of_the_form(error: DomainError) -> None:
    with pytest.raises(type(error)):
        attempt(sent(), refusing(error))  # type: ignore[arg-type]

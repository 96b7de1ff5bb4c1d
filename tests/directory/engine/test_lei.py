"""Legal entity identifiers against ISO 17442 and identifiers that their issuers publish."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retained.directory.engine.lei import check_digits, parse_lei
from retained.shared.errors import DomainError

# Published in the Global LEI Index: Bloomberg Finance L.P., Deutsche Bank AG, Apple Inc.
PUBLISHED = ["5493001KJTIIGC8Y1R12", "7LTWFZYICNSX8D621K86", "HWUPKR0MPOU8FGXBT394"]
STEMS = st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=18, max_size=18)


@pytest.mark.parametrize("lei", PUBLISHED)
def test_published_identifiers_are_accepted(lei: str) -> None:
    assert parse_lei(lei) == lei
    assert check_digits(lei[:18]) == lei[18:]


def test_blanks_dashes_and_small_letters_do_not_matter() -> None:
    assert parse_lei(" 7ltw fzyi-cnsx 8d62 1k86 ") == "7LTWFZYICNSX8D621K86"


@pytest.mark.parametrize(
    "text", ["", "7LTWFZYICNSX8D621K8", "7LTWFZYICNSX8D621KXX", "ÄLTWFZYICNSX8D621K86"]
)
def test_what_has_another_shape_is_refused(text: str) -> None:
    with pytest.raises(DomainError, match="not a legal entity identifier"):
        parse_lei(text)


@given(STEMS)
def test_every_stem_has_exactly_one_pair_of_check_digits_above_01(stem: str) -> None:
    digits = check_digits(stem)
    assert 2 <= int(digits) <= 98
    assert parse_lei(stem + digits) == stem + digits


@given(STEMS, st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_one_mistyped_letter_or_digit_is_found(stem: str, place: int, other: str) -> None:
    if stem[place] == other or stem[place].isdigit() != other.isdigit():
        return  # a digit typed for a letter shifts the number: 96 of 97 such faults are found
    mistyped = stem[:place] + other + stem[place + 1 :]
    with pytest.raises(DomainError, match="check digits"):
        parse_lei(mistyped + check_digits(stem))


@given(STEMS, st.integers(0, 16))
def test_two_swapped_neighbours_of_one_kind_are_found(stem: str, place: int) -> None:
    first, second = stem[place], stem[place + 1]
    if first == second or first.isdigit() != second.isdigit():
        return
    swapped = stem[:place] + second + first + stem[place + 2 :]
    with pytest.raises(DomainError, match="check digits"):
        parse_lei(swapped + check_digits(stem))

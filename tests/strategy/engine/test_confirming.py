"""Who stands behind which assumption: by its content, whatever the version."""

import hashlib
from datetime import UTC, datetime

from retained.strategy.engine.case_files import read_case
from retained.strategy.engine.case_terms import CaseTerms
from retained.strategy.engine.confirming import (
    Confirmation,
    confirmed_sentence,
    content_hash,
    grouped_by_owner,
    standings,
)
from strategy.case_texts import SURE

AT = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
ASSUMED = """assumptions:
  fee: {value: 90, unit: EUR a month, owner: ruth@bank.example}
  salary: {uniform: [40000, 50000], owner: Ruth Okonkwo}
  inflation: {normal: [3 %, 1 %], prior: true, owner: anna@bank.example}
  span: {value: 8}
"""


def case_with(old: str = "", new: str = "") -> CaseTerms:
    begin, _, rest = SURE.partition("assumptions:")
    return read_case(begin + ASSUMED.replace(old, new) + rest[rest.index("options:") :])


def confirmed(terms: CaseTerms, key: str, reason: str = "") -> Confirmation:
    return Confirmation(key, content_hash(terms.assumptions[key]), "Ruth Okonkwo", AT, reason)


def test_a_confirmation_holds_until_the_content_changes() -> None:
    before = case_with()
    kept = [confirmed(before, "fee"), confirmed(before, "salary")]
    changed = standings(case_with("value: 90", "value: 91"), kept)
    assert {one.key: one.is_open for one in changed} == {
        "fee": True, "salary": False, "inflation": True, "span": True,
    }  # fmt: skip


def test_unit_source_day_and_owner_are_part_of_what_is_confirmed() -> None:
    fee = case_with().assumptions["fee"]
    others = [
        case_with("EUR a month", "EUR a year"),
        case_with("value: 90", "value: 90, source: The offer"),
        case_with("value: 90", "value: 90, on: 2026-11-01"),
        case_with("ruth@bank.example", "paul@bank.example"),
    ]
    hashes = {content_hash(one.assumptions["fee"]) for one in others}
    assert len(hashes | {content_hash(fee)}) == 5


def test_what_is_read_again_from_its_file_has_the_same_hash() -> None:
    terms = case_with()
    again = CaseTerms.model_validate(terms.as_document())
    for key, one in terms.assumptions.items():
        assert content_hash(again.assumptions[key]) == content_hash(one)


def test_the_content_hash_is_the_one_that_was_kept_with_older_confirmations() -> None:
    """A change here opens every confirmation that anybody ever gave."""
    kept = hashlib.sha256(b'{"value":"8"}').hexdigest()
    assert content_hash(case_with().assumptions["span"]) == kept


def test_the_sentence_counts_owners_those_on_behalf_and_what_is_open() -> None:
    terms = case_with()
    told = [confirmed(terms, "fee"), confirmed(terms, "inflation", "On the phone")]
    assert confirmed_sentence(standings(terms, told)) == (
        "1 of 4 confirmed by their owners, 1 on behalf of them, 2 open."
    )
    assert confirmed_sentence(standings(terms, [])) == "0 of 4 confirmed by their owners, 4 open."
    every = [confirmed(terms, key) for key in terms.assumptions]
    assert confirmed_sentence(standings(terms, every)) == "All 4 are confirmed by their owners."


def test_a_prior_is_adopted_and_stays_a_prior() -> None:
    terms = case_with()
    found = standings(terms, [confirmed(terms, "fee"), confirmed(terms, "inflation", "By phone")])
    assert [one.words for one in found] == [
        "confirmed by Ruth Okonkwo on 9 November 2026",
        "open",
        "adopted by Ruth Okonkwo on 9 November 2026, on behalf: By phone",
        "open",
    ]
    assert terms.priors == 1


def test_an_owner_by_address_and_by_name_is_one_and_nobody_comes_last() -> None:
    names = {"ruth@bank.example": "Ruth Okonkwo", "Ruth Okonkwo": "Ruth Okonkwo"}
    groups = grouped_by_owner(standings(case_with(), []), names)
    assert {owner: [one.key for one in found] for owner, found in groups.items()} == {
        "anna@bank.example": ["inflation"], "Ruth Okonkwo": ["fee", "salary"], "": ["span"],
    }  # fmt: skip
    assert list(groups)[-1] == ""

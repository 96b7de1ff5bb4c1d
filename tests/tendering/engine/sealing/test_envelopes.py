"""Sealed envelopes: any two openers open one, nobody else does, and no change passes."""

import io
import json
from base64 import b64encode
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.public import PrivateKey, PublicKey, SealedBox

from retained.tendering.engine.sealing.envelopes import (
    Binding,
    BrokenSealError,
    Half,
    OpenersError,
    halves_of,
    handed_over,
    joined_key,
    read_head,
    seal,
    taken_over,
    unseal,
)
from retained.tendering.engine.sealing.keys import key_id_of

BID = Binding(tender="TE-2025-1", bidder="brightdesk", version=1, part="price")
CANARY = b"Brightdesk asks for 92,000 a month"


def opener() -> PrivateKey:
    return PrivateKey.generate()


def public(key: PrivateKey) -> bytes:
    return bytes(key.public_key)


def sealed(content: bytes, openers: list[PrivateKey], binding: Binding = BID) -> bytes:
    target = io.BytesIO()
    seal(io.BytesIO(content), target, binding, [public(one) for one in openers])
    return target.getvalue()


def opened(envelope: bytes, one: PrivateKey, other: PrivateKey, binding: Binding = BID) -> bytes:
    head = read_head(io.BytesIO(envelope))
    key = joined_key(halves_of(head, one), halves_of(head, other))
    target = io.BytesIO()
    size = unseal(io.BytesIO(envelope), target, key, binding)
    assert size == len(target.getvalue())
    return target.getvalue()


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
@pytest.mark.parametrize("count", [2, 3, 5])
def test_any_two_of_the_openers_get_back_exactly_what_was_sealed(size: int, count: int) -> None:
    content = bytes(n % 251 for n in range(size))
    openers = [opener() for _ in range(count)]
    envelope = sealed(content, openers)
    for one, other in combinations(openers, 2):
        assert opened(envelope, one, other) == content
        assert opened(envelope, other, one) == content


def test_no_opener_alone_opens_an_envelope() -> None:
    openers = [opener() for _ in range(3)]
    head = read_head(io.BytesIO(sealed(CANARY, openers)))
    for one in openers:
        halves = halves_of(head, one)
        with pytest.raises(OpenersError, match="Two different openers"):
            joined_key(halves, halves)
        # Nor does anything that one alone can make of what one holds.
        for key in [half.value for half in halves]:
            with pytest.raises(BrokenSealError):
                unseal(io.BytesIO(sealed(CANARY, openers)), io.BytesIO(), key, BID)


def test_what_an_opener_holds_says_nothing_about_the_key() -> None:
    """Each half is as random as the next: the same content sealed anew shares no byte string."""
    one, other = opener(), opener()
    halves = {
        half.value
        for _ in range(50)
        for key in (one, other)
        for half in halves_of(read_head(io.BytesIO(sealed(CANARY, [one, other]))), key)
    }
    assert len(halves) == 100


def test_a_stranger_holds_nothing() -> None:
    head = read_head(io.BytesIO(sealed(CANARY, [opener(), opener()])))
    with pytest.raises(OpenersError, match="not one of those"):
        halves_of(head, opener())


@pytest.mark.parametrize("count", [0, 1, 6])
def test_two_to_five_openers_are_named(count: int) -> None:
    with pytest.raises(OpenersError, match="Name two to 5"):
        sealed(CANARY, [opener() for _ in range(count)])


def test_the_same_opener_twice_is_one() -> None:
    one = opener()
    with pytest.raises(OpenersError, match="named twice"):
        sealed(CANARY, [one, one, opener()])


def test_the_bytes_of_a_bid_are_nowhere_in_its_envelope() -> None:
    envelope = sealed(CANARY * 100, [opener(), opener()])
    for form in (CANARY, CANARY.hex().encode(), CANARY.decode().encode("utf-16-le")):
        assert form not in envelope
    for shift in range(3):  # base64 writes the same bytes in three ways
        assert b64encode(b"x" * shift + CANARY)[4:-4] not in envelope


@given(st.data())
@settings(max_examples=300)
def test_no_changed_byte_passes(data: st.DataObject) -> None:
    envelope, (one, other, _) = ENVELOPE
    place = data.draw(st.integers(0, len(envelope) - 1))
    flip = data.draw(st.integers(1, 255))
    changed = envelope[:place] + bytes([envelope[place] ^ flip]) + envelope[place + 1 :]
    with pytest.raises((BrokenSealError, OpenersError)):
        opened(changed, one, other)


@given(st.integers(0, 10**9))
@settings(max_examples=100)
def test_no_cut_and_no_addition_passes(place: int) -> None:
    envelope, (one, other, _) = ENVELOPE
    with pytest.raises(BrokenSealError):
        opened(envelope[: place % len(envelope)], one, other)
    with pytest.raises(BrokenSealError):
        opened(envelope + bytes(1 + place % 70_000), one, other)


def test_pieces_that_trade_places_do_not_pass() -> None:
    openers = [opener(), opener()]
    envelope = sealed(bytes(65_536 * 3), openers)
    start = len(envelope) - 3 * (65_536 + 17)
    first, second, third = (envelope[start + n * 65_553 :][:65_553] for n in range(3))
    with pytest.raises(BrokenSealError):
        opened(envelope[:start] + second + first + third, *openers)


@pytest.mark.parametrize(
    "other",
    [
        replace(BID, tender="TE-2025-2"),
        replace(BID, bidder="osprey"),
        replace(BID, version=2),
        replace(BID, part="quality"),
    ],
)
def test_an_envelope_cannot_pass_for_one_of_another_bid(other: Binding) -> None:
    openers = [opener(), opener()]
    with pytest.raises(BrokenSealError):
        opened(sealed(CANARY, openers), *openers, binding=other)


def test_halves_of_another_envelope_do_not_pass() -> None:
    """The head of one bid with the key of another: whoever swaps them learns nothing."""
    openers = [opener(), opener()]
    mine, theirs = (sealed(CANARY, openers, replace(BID, bidder=name)) for name in "ab")
    head_of_mine, head_of_theirs = (json.loads(_head(one)) for one in (mine, theirs))
    head_of_mine["halves"] = head_of_theirs["halves"]
    swapped = json.dumps(head_of_mine, sort_keys=True, separators=(",", ":")).encode()
    envelope = mine[:8] + len(swapped).to_bytes(4) + swapped + mine[12 + len(_head(mine)) :]
    with pytest.raises(BrokenSealError):
        opened(envelope, *openers, binding=replace(BID, bidder="a"))


def test_each_sealing_has_a_key_of_its_own() -> None:
    openers = [opener(), opener()]
    one, other = (read_head(io.BytesIO(sealed(CANARY, openers))) for _ in range(2))
    keys = {
        joined_key(halves_of(head, openers[0]), halves_of(head, openers[1]))
        for head in (one, other)
    }
    assert len(keys) == 2


def test_what_is_handed_over_only_the_other_opener_reads() -> None:
    one, other, third = opener(), opener(), opener()
    envelope = sealed(CANARY, [one, other, third])
    head = read_head(io.BytesIO(envelope))
    handed = handed_over(halves_of(head, one), public(other))
    with pytest.raises(BrokenSealError):
        taken_over(handed, third)
    key = joined_key(taken_over(handed, other), halves_of(head, other))
    target = io.BytesIO()
    unseal(io.BytesIO(envelope), target, key, BID)
    assert target.getvalue() == CANARY


def test_what_is_handed_over_may_be_wrong_and_is_refused() -> None:
    one = opener()
    handed = bytes(SealedBox(PublicKey(public(one))).encrypt(b"no halves"))
    with pytest.raises(BrokenSealError):
        taken_over(handed, one)


def test_halves_of_openers_who_do_not_pair_make_no_key() -> None:
    ids = [key_id_of(public(opener())) for _ in range(4)]
    one = [Half((ids[0], ids[1]), ids[0], bytes(32))]
    other = [Half((ids[2], ids[3]), ids[3], bytes(32))]
    with pytest.raises(OpenersError):
        joined_key(one, other)


def _head(envelope: bytes) -> bytes:
    return envelope[12 : 12 + int.from_bytes(envelope[8:12])]


OPENERS = [opener() for _ in range(3)]
ENVELOPE = (sealed(CANARY * 3000, OPENERS), OPENERS)


@pytest.mark.parametrize(
    ("count", "pairs", "halves"), [(2, 1, 2), (3, 3, 6), (4, 6, 12), (5, 10, 20)]
)
def test_the_table_of_the_methods_page(count: int, pairs: int, halves: int) -> None:
    head = read_head(io.BytesIO(sealed(CANARY, [opener() for _ in range(count)])))
    assert len(head.halves) == halves
    assert len({pair for pair, _, _ in head.halves}) == pairs
    assert len(head.openers) == count

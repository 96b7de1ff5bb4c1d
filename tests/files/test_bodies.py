"""Bodies come whole, in time and within the limit, or not at all."""

import asyncio
import os
from collections.abc import AsyncIterator

import pytest

from retained.files.bodies import (
    BodyLimits,
    BodyTooLargeError,
    BrokenOffError,
    TooSlowError,
    received,
)
from retained.shared.room import NoRoomError

LIMITS = BodyLimits(file_bytes=2_000_000, patience_seconds=60)


class Client:
    """A client that sends pieces, and knows how many were asked for."""

    def __init__(self, *pieces: bytes, then_waits: bool = False) -> None:
        self.pieces = list(pieces)
        self.then_waits = then_waits
        self.asked = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            self.asked += 1
            yield piece
        if self.then_waits:
            await asyncio.Event().wait()


def sent(client: Client, length: int, limits: BodyLimits = LIMITS) -> bytes:
    """Return what is received of a body of the announced length."""
    with asyncio.run(received(client, length, limits)) as body:
        return body.read()


@pytest.mark.parametrize("size", [1, 1_000, 999_999, 1_000_000, 2_500_000])
def test_a_body_that_comes_whole_is_read_from_its_beginning(size: int) -> None:
    content = os.urandom(size)
    pieces = [content[start : start + 70_001] for start in range(0, size, 70_001)]
    assert sent(Client(*pieces), size) == content


def test_a_body_shorter_than_announced_is_refused() -> None:
    with pytest.raises(BrokenOffError, match="nothing of it was kept"):
        sent(Client(b"x" * 99), 100)


def test_a_body_that_never_comes_is_given_up() -> None:
    with pytest.raises(TooSlowError, match="better line"):
        sent(Client(b"x", then_waits=True), 100, BodyLimits(1000, patience_seconds=0.01))


def test_a_little_over_the_limit_is_heard_out_and_much_over_it_is_not() -> None:
    little = Client(*[b"x" * 100_000] * 40)
    with pytest.raises(BodyTooLargeError, match="larger than 2 MB"):
        sent(little, 4_000_000)
    assert little.asked == 40
    much = Client(*[b"x" * 100_000] * 70)
    with pytest.raises(BodyTooLargeError, match="larger than 2 MB"):
        sent(much, 7_000_000)
    assert much.asked == 0


@pytest.mark.skipif(os.name != "posix", reason="Windows has no limit for files")
def test_a_disk_without_room_for_it_is_a_sentence() -> None:
    from full_disk import largest_file  # noqa: PLC0415 - not on Windows

    client = Client(*[b"x" * 100_000] * 25)
    with largest_file(1_200_000), pytest.raises(NoRoomError, match="make room, then send it again"):
        sent(client, 2_500_000)

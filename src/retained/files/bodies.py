"""Bodies of requests as they come in: counted, timed, and whole or refused.

A client may stall, trickle, leave in the middle, or send more than anybody takes. Nothing waits for
it but its own connection, and what it sent lies in a nameless file that vanishes with the request.
"""

import asyncio
import time
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from retained.shared.errors import DomainError
from retained.shared.room import said_when_full
from retained.shared.sizes import in_words

BODY_FAULT = "retained.body_fault"  # where a request's environment names what went wrong

_IN_MEMORY_BYTES = 1_000_000
_FORM_BYTES = 1_000_000  # what a form may hold beside its file
# On the whole, after the first moments: a bad line of a hotel brings as much.
_LEAST_BYTES_PER_SECOND = 20_000
NO_ROOM = (
    "There is no room left on the disk for what you send, and nothing of it was kept. "
    "Ask your administrator to make room, then send it again."
)


class BodyError(DomainError):
    """A body did not come as it should; `status` is the HTTP status that says so."""

    status = 400


class BrokenOffError(BodyError):
    """The client left before all came."""

    def __init__(self) -> None:
        super().__init__(
            "The connection broke off in the middle, and nothing of it was kept. Send it once more."
        )


class TooSlowError(BodyError):
    """Nothing came for a while, or too little on the whole."""

    status = 408

    def __init__(self) -> None:
        super().__init__(
            "This came too slowly and was given up; nothing of it was kept. "
            "Send it once more, in smaller parts or over a better line."
        )


class LengthMissingError(BodyError):
    """Nobody said how long the body is."""

    status = 411

    def __init__(self) -> None:
        super().__init__(
            "Say how long this is (Content-Length): sent in pieces of unknown length, what came "
            "whole cannot be told from what broke off."
        )


class BodyTooLargeError(BodyError):
    """More came, or was announced, than is taken."""

    status = 413

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(
            f"This is larger than {in_words(limit_bytes)}, the most that is taken at once, and "
            "nothing of it was kept. Send it in parts, such as one file a month, or ask your "
            "administrator to raise the limit."
        )


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """How large a file may be, and how long nothing may come."""

    file_bytes: int
    patience_seconds: float

    @property
    def body_bytes(self) -> int:
        """How large a form with such a file may be."""
        return self.file_bytes + _FORM_BYTES


async def received(pieces: AsyncIterable[bytes], length: int, limits: BodyLimits) -> IO[bytes]:
    """Return the body of announced `length` as a file to read; close it when done.

    Raises BodyError or NoRoomError; then nothing is left. Where a little more is announced than
    is taken, it is heard out and thrown away: browsers show no answer that comes too early.
    """
    keep = length <= limits.body_bytes
    if length > 2 * limits.body_bytes:
        raise BodyTooLargeError(limits.file_bytes)
    spool = SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 - the caller closes it
    try:
        with said_when_full(NO_ROOM):
            await _fill(spool, _in_time(pieces, limits), length, keep=keep)
    except BaseException:
        with suppress(OSError):  # what a full disk did not take is thrown away
            spool.close()
        raise
    if not keep:
        spool.close()
        raise BodyTooLargeError(limits.file_bytes)
    spool.seek(0)
    return cast("IO[bytes]", spool)


async def _fill(
    spool: SpooledTemporaryFile[bytes], pieces: AsyncIterable[bytes], length: int, *, keep: bool
) -> None:
    """Write all pieces, a disk that is slow held away from the other connections."""
    taken, waiting = 0, bytearray()
    async for piece in pieces:
        taken += len(piece)
        if keep:
            waiting += piece
        if len(waiting) >= _IN_MEMORY_BYTES:
            await asyncio.to_thread(spool.write, bytes(waiting))
            waiting.clear()
    if taken < length:
        raise BrokenOffError
    spool.write(waiting)


async def _in_time(pieces: AsyncIterable[bytes], limits: BodyLimits) -> AsyncIterator[bytes]:
    """Yield the pieces; raise TooSlowError where the next, or all together, take too long."""
    began, taken = time.monotonic(), 0
    coming = aiter(pieces)
    while True:
        allowed = limits.patience_seconds + taken / _LEAST_BYTES_PER_SECOND
        left = began + allowed - time.monotonic()
        try:
            async with asyncio.timeout(min(limits.patience_seconds, left)):
                piece = await anext(coming)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise TooSlowError from None
        taken += len(piece)
        yield piece

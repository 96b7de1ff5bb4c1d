"""The way from the server to Django: a thread is given only to a request that is whole.

The server (granian) hands over connections as they are. Its own WSGI door would give a thread to
each request at once, and a client that stalls would keep it for ever; so bodies are taken in here,
by one loop for all connections, and Django's threads see complete ones alone.
"""

import asyncio
import io
import logging
import sys
from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from typing import IO, Any

from django.conf import settings
from granian.rsgi import (  # type: ignore[attr-defined] # it re-exports them
    HTTPProtocol,
    ProtocolClosed,
    Scope,
)

from retained.files.bodies import BODY_FAULT, BodyLimits, LengthMissingError, received
from retained.shared.errors import DomainError

Application = Callable[..., Iterable[bytes]]
Environment = dict[str, Any]
Headers = list[tuple[str, str]]

THREADS = 4  # each holds a database connection
_LARGE_AT_ONCE = 8  # large bodies wait on the disk: no more at once than it bears
_LARGE_BYTES = 1_000_000
_OF_STRANGERS_BYTES = 100_000
_STREAMED_BYTES = 262_144
_log = logging.getLogger("retained.gateway")


class Gateway:
    """Serves a WSGI application over granian's own interface (RSGI)."""

    def __init__(self, application: Application, limits: BodyLimits) -> None:
        self._application = application
        self._limits = limits
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="retained-web")
        self._large = asyncio.Semaphore(_LARGE_AT_ONCE)
        self._in_hand: set[int] = set()

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer one request."""
        environment = environment_of(scope)
        with await self._body(environment, protocol) as body:
            environment["wsgi.input"] = body
            with self._hop_by_hop(environment) as headers:
                loop = asyncio.get_running_loop()
                arguments = environment, headers, protocol, loop
                await loop.run_in_executor(self._threads, self._answer, *arguments)

    @contextmanager
    def _hop_by_hop(self, environment: Environment) -> Iterator[Headers]:
        """Take a request in hand; yield the headers that the server itself adds to its answer.

        Each process of the server keeps the connections that the system dealt it, by chance. One
        with more to answer than threads lets a connection end after its answer, so that the next
        request may find a process that has time.
        """
        self._in_hand.add(id(environment))
        is_crowded = len(self._in_hand) > THREADS
        may_end = environment["SERVER_PROTOCOL"].startswith("HTTP/1")
        try:
            yield [("connection", "close")] if is_crowded and may_end else []
        finally:
            self._in_hand.discard(id(environment))

    async def _body(self, environment: Environment, protocol: HTTPProtocol) -> IO[bytes]:
        """Return the whole body; for one that did not come, none, with the fault beside it."""
        try:
            length = _length(environment)
            if not length:
                return io.BytesIO()
            limits = self._limits if _is_known(environment) else self._limits_of_strangers()
            if length <= _LARGE_BYTES:
                return await received(protocol, length, limits)
            async with self._large:
                return await received(protocol, length, limits)
        except DomainError as fault:
            environment[BODY_FAULT] = fault
            return io.BytesIO()

    def _limits_of_strangers(self) -> BodyLimits:
        return replace(self._limits, file_bytes=_OF_STRANGERS_BYTES)

    def _answer(
        self,
        environment: Environment,
        hop_by_hop: Headers,
        protocol: HTTPProtocol,
        loop: AbstractEventLoop,
    ) -> None:
        """Let Django answer, in one of its threads."""
        started: list[tuple[int, Headers]] = []

        def start(status: str, headers: Headers, _: Any = None) -> None:
            started.append((int(status.split(" ", 1)[0]), headers))

        answer = self._application(environment, start)
        try:
            status, headers = started[-1]
            headers = [*headers, *hop_by_hop]
            # Before it leaves: whoever gets it may send the next request at once.
            self._in_hand.discard(id(environment))
            if environment["REQUEST_METHOD"] == "HEAD":
                protocol.response_empty(status, headers)
            else:
                self._send(protocol, status, headers, _batches(answer), loop)
        except (ProtocolClosed, TimeoutError):
            _log.info("%s left before all was sent.", environment["REMOTE_ADDR"])
        finally:
            getattr(answer, "close", lambda: None)()  # ends the request for Django

    def _send(
        self,
        protocol: HTTPProtocol,
        status: int,
        headers: Headers,
        batches: Iterator[bytes],
        loop: AbstractEventLoop,
    ) -> None:
        """Send at once what is short; of the rest, wait for the reader with the same patience."""
        first, second = next(batches, b""), next(batches, b"")
        if not second:
            protocol.response_bytes(status, headers, first)
            return
        transport = protocol.response_stream(status, headers)

        async def send(batch: bytes) -> None:
            async with asyncio.timeout(self._limits.patience_seconds):
                await transport.send_bytes(batch)

        for batch in chain((first, second), batches):
            asyncio.run_coroutine_threadsafe(send(batch), loop).result()


def environment_of(scope: Scope) -> Environment:
    """Return a request as WSGI (PEP 3333) describes it, its body aside."""
    name, _, port = scope.server.rpartition(":")
    environment: Environment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _as_bytes_text(scope.path),
        "QUERY_STRING": _as_bytes_text(scope.query_string),
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "SERVER_NAME": name.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for header, value in scope.headers.items():
        _add_header(environment, header, value)
    if scope.authority:
        environment.setdefault("HTTP_HOST", scope.authority)
    return environment


def _add_header(environment: Environment, header: str, value: str) -> None:
    """Add one header; a name with an underscore could pass for one that a proxy sets."""
    if "_" in header:
        return
    key = header.upper().replace("-", "_")
    key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
    mark = "; " if key == "HTTP_COOKIE" else ","
    environment[key] = f"{environment[key]}{mark}{value}" if key in environment else value


def _as_bytes_text(text: str) -> str:
    """Return a text as WSGI writes bytes: each as the Latin-1 character of its number."""
    return text.encode().decode("latin-1")


def _length(environment: Environment) -> int:
    """Return the announced length of the body; raise LengthMissingError where none is."""
    length = environment.get("CONTENT_LENGTH", "")
    if length.isdecimal():
        return int(length)
    if "HTTP_TRANSFER_ENCODING" in environment:
        raise LengthMissingError
    return 0


def _is_known(environment: Environment) -> bool:
    """Return whether the request says who sends it; whether that is true is Django's to find."""
    cookies = environment.get("HTTP_COOKIE", "")
    return f"{settings.SESSION_COOKIE_NAME}=" in cookies or "HTTP_AUTHORIZATION" in environment


def _batches(answer: Iterable[bytes]) -> Iterator[bytes]:
    """Yield an answer in pieces that are worth sending."""
    batch = bytearray()
    for piece in answer:
        batch += piece
        if len(batch) >= _STREAMED_BYTES:
            yield bytes(batch)
            batch.clear()
    if batch:
        yield bytes(batch)

"""A request of the server as Django reads it, and how its connections are shared out."""

import asyncio
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from retained.files.bodies import BodyLimits
from retained.project.gateway import THREADS, Gateway, environment_of


def scope(*headers: tuple[str, str], **more: Any) -> Any:
    return SimpleNamespace(
        headers=SimpleNamespace(items=lambda: list(headers)),
        **{
            "authority": None,
            "client": "10.0.0.7:51515",
            "http_version": "1.1",
            "method": "POST",
            "path": "/evidence/é",
            "query_string": "words=é",
            "scheme": "http",
            "server": "[::1]:8000",
            **more,
        },
    )


def test_texts_are_written_as_wsgi_writes_bytes() -> None:
    environment = environment_of(scope())
    assert environment["PATH_INFO"].encode("latin-1").decode() == "/evidence/é"
    assert environment["QUERY_STRING"].encode("latin-1").decode() == "words=é"


def test_addresses_lose_their_ports_and_brackets() -> None:
    environment = environment_of(scope(client="[2001:db8::7]:51515"))
    assert environment["REMOTE_ADDR"] == "2001:db8::7"
    assert (environment["SERVER_NAME"], environment["SERVER_PORT"]) == ("::1", "8000")


def test_headers_that_came_twice_are_joined() -> None:
    environment = environment_of(
        scope(("x-two", "1"), ("cookie", "a=1"), ("x-two", "2"), ("cookie", "b=2"))
    )
    assert environment["HTTP_X_TWO"] == "1,2"
    assert environment["HTTP_COOKIE"] == "a=1; b=2"


def test_a_header_with_an_underscore_cannot_pass_for_one_of_the_proxy() -> None:
    environment = environment_of(scope(("x_forwarded_proto", "https"), ("content-length", "3")))
    assert "HTTP_X_FORWARDED_PROTO" not in environment
    assert environment["CONTENT_LENGTH"] == "3"


def test_the_host_of_http_2_is_the_authority() -> None:
    assert environment_of(scope(authority="localhost"))["HTTP_HOST"] == "localhost"
    given = environment_of(scope(("host", "retained.example"), authority="localhost"))
    assert given["HTTP_HOST"] == "retained.example"


@pytest.mark.parametrize(("version", "may_end"), [("1.1", True), ("2", False)])
def test_a_crowded_process_lets_the_connections_of_those_who_waited_end(
    version: str, may_end: bool
) -> None:
    """Whoever connects anew may find a process that has time; HTTP/2 has no such header."""
    all_are_here = Event()

    def application(_environment: Any, start: Any) -> list[bytes]:
        all_are_here.wait()
        start("200 OK", [("content-type", "text/plain")])
        return [b"here"]

    async def answered() -> list[list[tuple[str, str]]]:
        gateway = Gateway(application, BodyLimits(file_bytes=1, patience_seconds=1))
        protocols = [Protocol() for _ in range(THREADS + 2)]
        given = scope(http_version=version, method="GET")
        tasks = [asyncio.create_task(gateway.__rsgi__(given, one)) for one in protocols]
        asyncio.get_running_loop().call_soon(all_are_here.set)
        await asyncio.gather(*tasks)
        return [one.headers for one in protocols]

    headers = asyncio.run(answered())
    assert [("connection", "close") in one for one in headers] == [False] * THREADS + [may_end] * 2
    assert all(("content-type", "text/plain") in one for one in headers)


def test_a_request_that_follows_an_answer_at_once_finds_room() -> None:
    """The thread that answered is about to be free: with four people nobody is sent away."""
    first_is_answered, followed = Event(), Event()

    def application(environment: Any, start: Any) -> list[bytes]:
        if environment["PATH_INFO"] == "/waits/":
            first_is_answered.wait()
        start("200 OK", [])
        return [b"here"]

    async def answered() -> list[tuple[str, str]]:
        gateway = Gateway(application, BodyLimits(file_bytes=1, patience_seconds=1))
        loop = asyncio.get_running_loop()
        following, tasks = Protocol(), []

        def follow() -> None:
            given = scope(method="GET", path="/follows/")
            tasks.append(loop.create_task(gateway.__rsgi__(given, following)))
            loop.call_soon(followed.set)

        class First(Protocol):
            def response_bytes(self, *given: Any) -> None:
                super().response_bytes(*given)
                loop.call_soon_threadsafe(follow)
                followed.wait()
                first_is_answered.set()

        waits = scope(method="GET", path="/waits/")
        tasks += [loop.create_task(gateway.__rsgi__(waits, Protocol())) for _ in range(THREADS - 1)]
        await gateway.__rsgi__(scope(method="GET", path="/first/"), First())
        await asyncio.gather(*tasks)
        return following.headers

    assert asyncio.run(answered()) == []


class Protocol:
    """What the server gives to answer by; it keeps the headers."""

    headers: list[tuple[str, str]]

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        assert (status, body) == (200, b"here")
        self.headers = headers

"""A request of the server as Django reads it."""

from types import SimpleNamespace
from typing import Any

from retained.project.gateway import environment_of


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

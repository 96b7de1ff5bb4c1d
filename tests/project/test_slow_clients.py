"""Clients that stall, trickle, break off or send too much, over a socket to the real server."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

LONG_SECONDS = 120
PATIENCE_SECONDS = 3
LIMIT_BYTES = 2_000_000
HEADER = b"ticket,at,state\n"
ROW = b"INC-1,2026-10-05 09:00,New\n"
MAPPING = b"""\
schema: retained/mapping/1
source: desk
time_zone: UTC
files:
  - {pattern: "*", shape: state_changes, columns: {ticket: ticket, at: at, state: state}}
states: {New: new}
"""
PREPARE = """
import django
django.setup()
from datetime import timedelta
from directory.cast import make_cast
from retained.directory.commands.tokens import make_token
from retained.directory.models import ApiToken
from retained.shared import clock
cast = make_cast()
made = make_token(name="t", scope=ApiToken.Scope.WRITE, life=timedelta(days=1),
                  by=cast.service_manager, at=clock.now())
print(made.secret)
"""


@dataclass(frozen=True)
class Server:
    """A running server, where it keeps its files, and the secret of somebody who may send some."""

    port: int
    data: Path
    temporary: Path
    secret: str

    def files(self) -> set[Path]:
        """Return every file that uploads left anywhere."""
        kept = {path for path in (self.data / "files").rglob("*") if path.is_file()}
        return {*kept, *self.temporary.iterdir()}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    temporary = folder / "temporary"
    temporary.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "retained.project.settings",
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "RETAINED_BASE_URL": f"http://localhost:{port}",
        "RETAINED_DATABASE_URL": "",
        "RETAINED_DATA_DIR": str(folder / "data"),
        "RETAINED_UPLOAD_LIMIT": str(LIMIT_BYTES),
        "RETAINED_UPLOAD_PATIENCE": str(PATIENCE_SECONDS),
        "TMPDIR": str(temporary),
    }
    command = [sys.executable, "-m", "retained.project.command_line", "serve"]
    options = ["--empty", "--no-jobs", "--port", str(port)]
    with subprocess.Popen(
        [*command, *options], env=environment, stdout=subprocess.PIPE, text=True
    ) as started:
        for line in started.stdout or []:
            if "Ctrl-C stops it" in line:
                break
        made = subprocess.run(
            [sys.executable, "-c", PREPARE],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        yield Server(port, folder / "data", temporary, made.stdout.strip())
        started.kill()


@contextmanager
def connected(server: Server) -> Iterator[socket.socket]:
    """Give a connection; the server's processes start a moment after its last line."""
    deadline = time.monotonic() + LONG_SECONDS
    while True:
        try:
            client = socket.create_connection(("127.0.0.1", server.port), timeout=LONG_SECONDS)
            break
        except ConnectionRefusedError:
            assert time.monotonic() < deadline, "no answer"
            subprocess.run([sys.executable, "-S", "-c", ""], check=True)  # gives way to the server
    with client:
        yield client


def form_of(content: bytes) -> bytes:
    """Return a form with a file and its mapping."""
    part = b'--XX\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    mapping = part % (b"mapping", b"", MAPPING)
    file = part % (b"file", b'; filename="tickets.csv"', content)
    return mapping + file + b"--XX--\r\n"


def head_of(server: Server, length: int | None, address: str = "/api/v1/imports") -> bytes:
    """Return the head of a request with such a form; `length` None: sent in chunks."""
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    lines = [
        f"POST {address} HTTP/1.1",
        f"Host: localhost:{server.port}",
        "Content-Type: multipart/form-data; boundary=XX",
        f"Authorization: Bearer {server.secret}",
        size,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def answer_of(client: socket.socket) -> tuple[int, str]:
    """Return status and text of an answer."""
    said = b""
    client.settimeout(LONG_SECONDS)
    while b"\r\n\r\n" not in said or len(said) < _whole(said):
        piece = client.recv(65_536)
        if not piece:
            break
        said += piece
    text = said.partition(b"\r\n\r\n")[2].decode()
    detail = json.loads(text)["detail"] if text.startswith('{"detail"') else text
    return int(said.split(b" ", 2)[1]), detail


def _whole(said: bytes) -> int:
    head, _, _ = said.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return len(head) + 4 + int(length[1]) if length else 1 << 60


def is_closed(client: socket.socket) -> bool:
    """Return whether the server has let the connection go."""
    client.settimeout(LONG_SECONDS)
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_file_that_comes_in_many_pieces_is_taken_whole(server: Server) -> None:
    body = form_of(HEADER + ROW * 20_000)
    before = server.files()
    with connected(server) as client:
        client.sendall(head_of(server, len(body)))
        for start in range(0, len(body), 40_000):
            client.sendall(body[start : start + 40_000])
        status, text = answer_of(client)
    assert status == 202, text
    (file,) = server.files() - before
    assert file.read_bytes() == HEADER + ROW * 20_000


def test_an_upload_that_stalls_is_given_up_with_a_sentence(server: Server) -> None:
    body = form_of(HEADER + ROW * 20_000)
    before = server.files()
    with connected(server) as client:
        client.sendall(head_of(server, len(body)) + body[:200_000])
        status, text = answer_of(client)
        assert is_closed(client)
    assert status == 408
    assert "too slowly" in text
    assert server.files() == before


def test_an_upload_that_trickles_is_given_up_although_it_never_stops(server: Server) -> None:
    body = form_of(HEADER + ROW * 20_000)
    before = server.files()
    began = time.monotonic()
    with connected(server) as client:
        client.sendall(head_of(server, len(body)))
        client.settimeout(PATIENCE_SECONDS / 5)
        said, sent = b"", 0
        while not said and time.monotonic() - began < LONG_SECONDS:
            client.sendall(body[sent : sent + 10])
            sent += 10
            try:
                said = client.recv(65_536)
            except TimeoutError:
                continue
    assert b" 408 " in said
    assert server.files() == before


def test_however_many_clients_stall_others_are_answered_meanwhile(server: Server) -> None:
    body = form_of(HEADER + ROW)
    with ExitStack() as stack:
        stalled = [stack.enter_context(connected(server)) for _ in range(20)]
        for client in stalled:
            client.sendall(head_of(server, len(body)) + body[:50])
        began = time.monotonic()
        with connected(server) as client:
            client.sendall(head_of(server, len(body)) + body)
            assert answer_of(client)[0] == 202
        assert time.monotonic() - began < PATIENCE_SECONDS
        assert {answer_of(client)[0] for client in stalled} == {408}


@pytest.mark.parametrize("share", [0.3, 0.99])
def test_an_upload_that_breaks_off_leaves_no_half_file(server: Server, share: float) -> None:
    body = form_of(HEADER + ROW * 20_000)
    before = server.files()
    with connected(server) as client:
        client.sendall(head_of(server, len(body)) + body[: int(len(body) * share)])
        client.shutdown(socket.SHUT_WR)
        status, text = answer_of(client)
    assert status == 400
    assert "broke off" in text
    assert server.files() == before


def test_a_body_over_the_limit_is_refused_while_it_streams(server: Server) -> None:
    body = form_of(HEADER + ROW * 130_000)
    assert len(body) > LIMIT_BYTES + 1_000_000
    before = server.files()
    with connected(server) as client:
        client.sendall(head_of(server, len(body)) + body)
        status, text = answer_of(client)
    assert status == 413
    assert "larger than 2 MB" in text
    assert server.files() == before


def test_a_file_just_over_the_limit_is_refused_by_its_own_bytes(server: Server) -> None:
    body = form_of(HEADER + b"x" * LIMIT_BYTES)
    before = server.files()
    with connected(server) as client:
        client.sendall(head_of(server, len(body)) + body)
        status, text = answer_of(client)
    assert status == 422
    assert "“tickets.csv” is larger than 2 MB" in text
    assert server.files() == before


def test_a_body_of_absurd_length_is_refused_before_it_comes(server: Server) -> None:
    with connected(server) as client:
        client.sendall(head_of(server, 10**12))
        assert answer_of(client)[0] == 413


def test_a_body_of_unknown_length_is_refused(server: Server) -> None:
    with connected(server) as client:
        client.sendall(head_of(server, None) + b"5\r\nabcde\r\n")
        status, text = answer_of(client)
    assert status == 411
    assert "Content-Length" in text


@pytest.mark.parametrize("address", ["/evidence/send/", "/accounts/login/"])
def test_of_a_stranger_no_file_reaches_the_disk(server: Server, address: str) -> None:
    body = form_of(HEADER + ROW * 20_000)
    before = server.files()
    with connected(server) as client:
        head = head_of(server, len(body), address).replace(b"Authorization", b"X-None")
        client.sendall(head + body[:-5])
        during = server.files()
        client.sendall(body[-5:])
        assert answer_of(client)[0] in {302, 403}
    assert during == before
    assert server.files() == before

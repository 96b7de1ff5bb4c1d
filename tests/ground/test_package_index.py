"""Packages come from where pip's own settings say: an index of one's own, a configuration, a proxy.

Each test makes a real environment by the vendored pip from an index that this test serves.
"""

import base64
import hashlib
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ground import environment
from ground.places import StopError

NAME = "retained_sample"
WHEEL = f"{NAME}-1.0-py3-none-any.whl"
ELSEWHERE = "http://index.invalid/simple"


class Index(ThreadingHTTPServer):
    """An index of one package, and a proxy to it under any name."""

    def __init__(self, wheel: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.wheel = wheel
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    """Gives the list of files, or the file; a proxy is asked for whole addresses."""

    server: Index

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        is_file = urlsplit(self.path).path.endswith(".whl")
        page = f'<a href="/files/{WHEEL}">{WHEEL}</a>'.encode()
        content = self.server.wheel if is_file else page
        self.send_response(200)
        self.send_header("Content-Type", "application/zip" if is_file else "text/html")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def wheel(tmp_path: Path) -> bytes:
    """A package of one module, as a wheel."""
    about = f"{NAME}-1.0.dist-info"
    files = {
        f"{NAME}.py": b"FOUND = 'here'\n",
        f"{about}/METADATA": b"Metadata-Version: 2.1\nName: retained_sample\nVersion: 1.0\n",
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{about}/RECORD"] = "\n".join(map(_recorded, files, files.values())).encode()
    path = tmp_path / WHEEL
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path.read_bytes()


def _recorded(name: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
    return f"{name},sha256={digest},{len(content)}"


@pytest.fixture
def lock(wheel: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "sample.lock"
    digest = hashlib.sha256(wheel).hexdigest()
    path.write_text(f"retained-sample==1.0 \\\n    --hash=sha256:{digest}\n")
    return path


@pytest.fixture
def index(wheel: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """An index that runs, on a machine whose own settings of pip and proxies are out of the way."""
    for name in ("HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    server = Index(wheel)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def installed(folder: Path, lock: Path) -> str:
    """Make an environment and return what its package says."""
    python = environment.ensure(folder, lock)
    command = [python, "-c", f"import {NAME}; print({NAME}.FOUND)"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_an_index_of_ones_own_is_asked(
    index: Index, lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", f"{index.address}/simple")
    assert installed(tmp_path / "venv", lock) == "here"
    assert index.asked == ["/simple/retained-sample/", f"/files/{WHEEL}"]


def test_the_configuration_of_pip_is_read(index: Index, lock: Path, tmp_path: Path) -> None:
    configuration = tmp_path / "config" / "pip" / "pip.conf"
    configuration.parent.mkdir(parents=True)
    configuration.write_text(f"[global]\nindex-url = {index.address}/simple\n")
    assert installed(tmp_path / "venv", lock) == "here"
    assert f"/files/{WHEEL}" in index.asked


def test_a_proxy_is_asked_for_what_cannot_be_reached(
    index: Index, lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", ELSEWHERE)
    monkeypatch.setenv("PIP_TRUSTED_HOST", "index.invalid")  # it has no certificate
    monkeypatch.setenv("HTTP_PROXY", index.address)
    assert installed(tmp_path / "venv", lock) == "here"
    assert index.asked[0] == f"{ELSEWHERE}/retained-sample/"


def test_a_package_that_is_not_the_locked_one_is_refused_with_the_way_on(
    index: Index, lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", f"{index.address}/simple")
    index.wheel += b"x"
    with pytest.raises(StopError, match="HTTPS_PROXY"):
        environment.ensure(tmp_path / "venv", lock)

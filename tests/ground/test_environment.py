"""The private environment: made from nothing, repaired when cut off, left alone when it fits."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ground import environment, places
from ground.places import ROOT, StopError

FIRST, SECOND = "a==1\n", "a==2\n"


@pytest.fixture
def installs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count what would be installed instead of installing it."""
    done: list[str] = []
    monkeypatch.setattr(environment, "_pip_install", lambda _, lock: done.append(lock.read_text()))
    monkeypatch.setattr(environment, "_compile", lambda _: None)
    return done


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "run.lock"
    path.write_text(FIRST)
    return path


def test_an_environment_is_made_once_and_again_when_its_lock_changes(
    tmp_path: Path, lock: Path, installs: list[str]
) -> None:
    for content in (FIRST, FIRST, SECOND, SECOND):
        lock.write_text(content)
        python = environment.ensure(tmp_path / "venv", lock)
    assert installs == [FIRST, SECOND]
    shown = subprocess.run([python, "-c", "import retained"], check=True, capture_output=True)
    assert shown.stderr == b""


def test_it_needs_no_ensurepip(
    tmp_path: Path, lock: Path, installs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    assert environment.ensure(tmp_path / "venv", lock).exists()


def test_an_installation_that_was_cut_off_is_made_anew(
    tmp_path: Path, lock: Path, installs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(environment, "_pip_install", killed)
        with pytest.raises(KeyboardInterrupt):
            environment.ensure(tmp_path / "venv", lock)
    half = tmp_path / "venv" / "half-written"
    half.touch()
    environment.ensure(tmp_path / "venv", lock)
    assert installs == [FIRST]
    assert not half.exists()


def test_another_python_makes_it_anew(tmp_path: Path, lock: Path, installs: list[str]) -> None:
    environment.ensure(tmp_path / "venv", lock)
    stamp = tmp_path / "venv" / environment.STAMP
    stamp.write_text(json.dumps(json.loads(stamp.read_text()) | {"python": "3.1"}))
    environment.ensure(tmp_path / "venv", lock)
    assert installs == [FIRST, FIRST]


def test_two_locks_stand_in_one_environment(
    tmp_path: Path, lock: Path, installs: list[str]
) -> None:
    test_lock = tmp_path / "test.lock"
    test_lock.write_text(SECOND)
    for wanted in (lock, test_lock, lock, test_lock):
        environment.ensure(tmp_path / "venv", wanted)
    assert installs == [FIRST, SECOND]


def test_the_launcher_calls_the_command_line(
    tmp_path: Path, lock: Path, installs: list[str]
) -> None:
    environment.ensure(tmp_path / "a folder", lock)
    launcher = environment.scripts(tmp_path / "a folder") / "retained"
    shown = launcher.read_text()
    assert "retained.project.command_line" in shown
    assert os.access(launcher, os.X_OK)


def test_the_vendored_pip_is_the_one_whose_hash_is_pinned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert environment.pip_command(tmp_path)[-1].endswith("pip")
    forged = tmp_path / "pip.whl"
    forged.write_bytes(environment.PIP_WHEEL.read_bytes() + b"x")
    monkeypatch.setattr(environment, "PIP_WHEEL", forged)
    with pytest.raises(StopError, match="not as we ship it"):
        environment.pip_command(tmp_path)


def test_pip_refuses_a_package_whose_hash_is_another(tmp_path: Path, lock: Path) -> None:
    wheel = tmp_path / "wheels" / environment.PIP_WHEEL.name
    wheel.parent.mkdir()
    wheel.write_bytes(environment.PIP_WHEEL.read_bytes())
    lock.write_text(f"pip @ {wheel.as_uri()} \\\n    --hash=sha256:{'0' * 64}\n")
    with pytest.raises(StopError, match="HTTPS_PROXY"):
        environment.ensure(tmp_path / "venv", lock)
    assert (tmp_path / "venv" / environment.UNFINISHED).exists()


@pytest.mark.parametrize("script", ["run", "test", "lock", "retained"])
def test_an_old_python_is_refused_in_one_line(script: str, tmp_path: Path) -> None:
    code = (
        "import runpy, sys\n"
        "sys.version_info = (3, 9, 2)\n"
        "sys.version = '3.9.2 (main)'\n"
        f"runpy.run_path({str(ROOT / 'bin' / script)!r})"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("Retained needs Python 3.11 or newer; this is Python 3.9.2.")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("script", ["run", "test", "lock", "retained"])
def test_the_scripts_are_written_so_that_even_python_2_reads_them(script: str) -> None:
    text = (ROOT / "bin" / script).read_text(encoding="ascii")
    assert 'f"' not in text
    assert ":=" not in text
    assert "->" not in text


def test_a_reason_stands_instead_of_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(_: list[str]) -> int:
        raise StopError("No room on the disk.")

    def interrupted(_: list[str]) -> int:
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as ended:
        places.end_with(refuse)
    assert ended.value.code == "No room on the disk."
    with pytest.raises(SystemExit) as ended:
        places.end_with(interrupted)
    assert ended.value.code == 130
    assert "Stopped." in capsys.readouterr().out

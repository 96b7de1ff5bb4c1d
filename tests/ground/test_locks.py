"""The locks in requirements/ belong to pyproject.toml and name no place of any machine."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GROUPS = {"run": None, "test": "dev", "peers": "peers", "postgresql": "postgresql"}


def locked(name: str) -> dict[str, str]:
    """Return package to version of one lock (where Pythons differ, the last)."""
    text = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9.-]+)==([^ ;\\]+)", text, flags=re.MULTILINE))


def asked(name: str) -> set[str]:
    """Return the packages that pyproject.toml asks for in one lock, by normal name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [] if name == "postgresql" else list(project["project"]["dependencies"])
    if GROUPS[name]:
        wanted += project["dependency-groups"][GROUPS[name]]
    names = (re.match(r"[A-Za-z0-9._-]+", line) for line in wanted)
    return {re.sub(r"[-_.]+", "-", found.group()).lower() for found in names if found}


@pytest.mark.parametrize("name", GROUPS)
def test_a_lock_holds_every_package_that_the_project_asks_for(name: str) -> None:
    assert asked(name) <= set(locked(name)), "run bin/lock"


@pytest.mark.parametrize("name", GROUPS)
def test_a_lock_names_no_index_no_path_and_no_source_package(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|@|^-|/", text, flags=re.MULTILINE)


@pytest.mark.parametrize("name", GROUPS)
def test_every_locked_package_has_its_hashes(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert len(blocks) >= len(asked(name))
    assert all("--hash=sha256:" in block for block in blocks)


@pytest.mark.parametrize("name", ["test", "peers"])
def test_the_further_locks_hold_the_first_at_the_same_versions(name: str) -> None:
    further = locked(name)
    assert {package: further[package] for package in locked("run")} == locked("run")


def test_no_lock_holds_a_machine_learning_framework() -> None:
    everything = {package for name in GROUPS for package in locked(name)}
    assert not {"torch", "tensorflow", "jax"} & everything

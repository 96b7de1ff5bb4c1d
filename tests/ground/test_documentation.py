"""The reference pages name everything that can be set or called, and nothing else."""

import re
import tomllib
from pathlib import Path

from retained.project.command_line.program import program
from retained.project.command_line.registry import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
SETTINGS_PAGE = ROOT / "docs" / "reference" / "settings.md"
NAMED = re.compile(r"RETAINED_[A-Z_]*[A-Z]")

# Set by the tests and the shell for themselves.
INTERNAL = {"RETAINED_COMPLETE", "RETAINED_TEST_FOLDER"}


def named_in_code() -> set[str]:
    """Return every variable that the product, its scripts and its tests read."""
    code = [*ROOT.glob("src/**/*.py"), *ROOT.glob("bin/ground/*.py"), *ROOT.glob("tests/**/*.py")]
    return {name for path in code for name in NAMED.findall(path.read_text(encoding="utf-8"))}


def test_every_setting_is_explained_and_every_explained_setting_is_read() -> None:
    explained = set(NAMED.findall(SETTINGS_PAGE.read_text(encoding="utf-8")))
    assert explained == named_in_code() - INTERNAL


def test_every_command_is_in_the_reference() -> None:
    pages = ROOT.glob("docs/reference/command-line*.md")
    text = "".join(path.read_text(encoding="utf-8") for path in pages)
    names = {listed.name for listed in COMMANDS} | set(program.commands)
    assert names == set(re.findall(r"^\| `retained ([a-z-]+)` \|", text, flags=re.MULTILINE))


def test_the_change_log_begins_with_what_is_unreleased() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)", text, flags=re.MULTILINE)
    assert headings[0] == "Unreleased"


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert any(getattr(part, "name", "") == "version" for part in program.params)
    source = (ROOT / "src/retained/project/command_line/program.py").read_text(encoding="utf-8")
    assert f'version="{project["version"]}"' in source

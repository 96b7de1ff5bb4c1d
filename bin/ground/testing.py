"""`bin/test`: every check, one after the other, each with its time; all run even when one fails."""

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import randrange
from xml.etree import ElementTree as ET

from ground import chromium, postgresql
from ground.environment import ensure, scripts
from ground.places import REQUIREMENTS, ROOT, VENV, StopError, end_over, say

EXAMPLES = """\
examples:
  bin/test                      everything, as continuous integration does
  bin/test --quick              linters, types, contracts and the tests on SQLite
  bin/test tests/audit -k seal  some tests on SQLite; what is unknown here goes to pytest
  bin/test --postgresql tests/audit
"""

JOURNEYS = "tests/journeys"


@dataclass
class Run:
    """What has been run so far."""

    folder: Path
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    steps: list[tuple[str, float, bool]] = field(default_factory=list)

    def step(self, name: str, command: Sequence[object], **environment: str) -> bool:
        """Run one check; its output is shown as it comes."""
        say(f"\n== {name}")
        started = time.monotonic()
        ended = subprocess.run(
            [str(part) for part in command], cwd=ROOT, check=False, env=os.environ | environment
        )
        return self.note(name, time.monotonic() - started, good=ended.returncode == 0)

    def note(self, name: str, seconds: float, *, good: bool) -> bool:
        """Keep how a step ended."""
        self.steps.append((name, seconds, good))
        say(f"-- {name}: {'good' if good else 'FAILED'} ({seconds:.1f} s)")
        return good

    def pytest(self, name: str, arguments: Sequence[str], **environment: str) -> None:
        """Run pytest and add up what it counted."""
        report = self.folder / f"{len(self.steps)}.xml"
        command = [
            scripts(VENV) / "pytest",
            "-q",
            "--durations=8",
            f"--junitxml={report}",
            *arguments,
        ]
        # By chance, but one for all processes: they must agree on the names of the tests.
        seed = os.environ.get("PYTHONHASHSEED") or str(randrange(1, 2**32))  # noqa: S311 - no secret
        say(f"PYTHONHASHSEED={seed}")
        self.step(name, command, PYTHONHASHSEED=seed, **environment)
        if report.exists():
            self._count(report)

    def _count(self, report: Path) -> None:
        """Add the figures of one report of pytest."""
        for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314 - pytest's own
            failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped = int(suite.get("skipped", 0))
            self.failed += failed
            self.skipped += skipped
            self.passed += int(suite.get("tests", 0)) - failed - skipped


def main(arguments: list[str]) -> int:
    """Run what was asked for; the last line counts tests over all runs."""
    asked, further = _parser().parse_known_args(arguments)
    started = time.monotonic()
    ensure(VENV, REQUIREMENTS / "test.lock")
    with tempfile.TemporaryDirectory(prefix="retained-checks-") as folder:
        run = Run(Path(folder))
        if asked.postgresql:
            _on_postgresql(run, [*asked.paths, *further])
        elif asked.paths or further:
            _chosen(run, [*asked.paths, *further])
        else:
            _everything(run, quick=asked.quick)
    return _summary(run, time.monotonic() - started)


def _chosen(run: Run, arguments: Sequence[str]) -> None:
    """Run chosen tests on SQLite, with a browser if journeys are among them."""
    if any(JOURNEYS in argument.replace("\\", "/") for argument in arguments):
        _in_browser(run, "chosen tests on SQLite", arguments)
    else:
        run.pytest("chosen tests on SQLite", arguments)


def _parser() -> argparse.ArgumentParser:
    """Return the options of `bin/test`."""
    parser = argparse.ArgumentParser(
        prog="bin/test",
        description="Run every check of the project, installing what they need.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="no PostgreSQL, browser or docs")
    parser.add_argument("--postgresql", action="store_true", help="chosen tests on PostgreSQL")
    parser.add_argument("paths", nargs="*", help="only these tests")
    return parser


def _everything(run: Run, *, quick: bool) -> None:
    """Run all checks, cheapest first."""
    _static_checks(run)
    if not quick:
        site = ["--site-dir", run.folder / "site", "--quiet"]
        build = [scripts(VENV) / "mkdocs", "build", "--strict", *site]
        run.step("documentation", build, NO_MKDOCS_2_WARNING="1")
    several = ["-n", str(min(max(os.cpu_count() or 2, 2), 8)), "--dist", "worksteal"]
    run.pytest("tests on SQLite", [*several, "tests", f"--ignore={JOURNEYS}"])
    if not quick:
        _on_postgresql(run, [*several, "-m", "database", "tests", f"--ignore={JOURNEYS}"])
        _in_browser(run, "journeys in Chromium", [JOURNEYS])


def _static_checks(run: Run) -> None:
    """Run what reads the code without starting it."""
    tools = scripts(VENV)
    run.step("ruff check", [tools / "ruff", "check", "."])
    run.step("ruff format", [tools / "ruff", "format", "--check", "."])
    run.step("mypy", [tools / "mypy"])
    run.step("import contracts", [tools / "lint-imports"])
    run.step("vendored files", [tools / "python", "-m", "retained.pages.vendored"])


def _on_postgresql(run: Run, arguments: Sequence[str]) -> None:
    """Run tests on PostgreSQL."""
    name = "tests on PostgreSQL"
    try:
        with postgresql.server() as address:
            run.pytest(name, arguments, RETAINED_DATABASE_URL=address)
    except StopError as reason:
        say(str(reason))
        run.note(name, 0, good=False)


def _in_browser(run: Run, name: str, arguments: Sequence[str]) -> None:
    """Run tests that need a real browser."""
    try:
        browser = chromium.find_or_install(scripts(VENV) / "python")
    except StopError as reason:
        say(str(reason))
        run.note(name, 0, good=False)
        return
    run.pytest(name, arguments, RETAINED_CHROMIUM=browser)


def _summary(run: Run, seconds: float) -> int:
    """Print each step with its time, and last the line that counts."""
    end_over()
    bad = [name for name, _, good in run.steps if not good]
    say("")
    for name, took, good in run.steps:
        say(f"{'good  ' if good else 'FAILED'} {took:7.1f} s  {name}")
    say(f"{'Failed: ' + ', '.join(bad) if bad else 'All good'} after {seconds:.0f} s.")
    skipped = f", {run.skipped} skipped" if run.skipped else ""
    say(f"{run.passed} passed, {run.failed} failed{skipped}")
    return 1 if bad or run.failed else 0

"""What the product uses of the system is there on Windows too, as far as that can be seen here."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
POSIX_ONLY = ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog")

IMPORT_ALL = f"""
import sys
for name in {POSIX_ONLY!r}:
    sys.modules[name] = None  # as if the system had no such module
sys.path.insert(0, {str(ROOT / "bin")!r})
import ground.starting, ground.testing
import django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
import importlib
from retained.project.command_line.registry import COMMANDS
for listed in COMMANDS:
    importlib.import_module(f"retained.project.command_line.{{listed.module}}")
import retained.jobs.worker, retained.project.kept_alive, retained.project.preparing
print("all there")
"""


def test_everything_is_imported_where_the_modules_of_posix_are_missing() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "retained.project.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout == "all there\n", ended.stderr


def test_no_date_is_written_with_a_mark_that_only_some_systems_know() -> None:
    known_to_some = re.compile(r"%[-_^#][a-zA-Z]")
    sources = [*ROOT.glob("src/**/*.py"), *ROOT.glob("bin/ground/*.py")]
    found = [path.name for path in sources if known_to_some.search(path.read_text("utf-8"))]
    assert found == []

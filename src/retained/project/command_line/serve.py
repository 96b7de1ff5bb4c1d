"""`retained serve` and `retained prepare`: from an empty folder to a running installation."""

import multiprocessing
import os
import socket
import sys
from collections.abc import Callable

import click

from retained.project.command_line.program import set_up_django
from retained.shared.errors import DomainError

EXAMPLES = """\b
Examples:
  retained serve
  retained serve --empty --port 8080
  retained serve --host 0.0.0.0 --workers 2 --no-jobs   (behind a proxy, jobs elsewhere)
"""


def _web_processes() -> int:
    """Return one for each processor, up to four: each works on one page at a time."""
    return min(os.cpu_count() or 1, 4)


@click.command(epilog=EXAMPLES)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--empty", is_flag=True, help="Start a new installation without the demonstration.")
@click.option(
    "--workers", default=_web_processes, show_default="one for each processor, up to 4",
    type=click.IntRange(1, 32), help="Web processes.",
)  # fmt: skip
@click.option("--jobs/--no-jobs", default=True, help="Run the job worker inside (default: yes).")
def serve(*, host: str, port: int, empty: bool, workers: int, jobs: bool) -> None:
    """Prepare the installation and serve it, with the job worker inside.

    The first start lays the database, brings the demonstration (unless --empty) and prints the
    administrator's one-time link.
    """
    refuse_taken_port(host, port)
    os.environ.setdefault("RETAINED_BASE_URL", f"http://localhost:{port}")
    set_up_django()
    from retained.project import preparing  # noqa: PLC0415 - needs the settings

    preparing.prepare(demonstration=not empty, say=_say)
    link = preparing.welcome_link()
    _serve(host, port, workers=workers, jobs=jobs, welcome=lambda: _say_where_to_go(link))


@click.command("prepare", epilog="\b\nExample:\n  retained prepare --empty")
@click.option("--empty", is_flag=True, help="Start a new installation without the demonstration.")
def prepare_only(*, empty: bool) -> None:
    """Bring database and static files up to date, and stop.

    For deployments that start several processes: once, before them.
    """
    from retained.project import preparing  # noqa: PLC0415 - needs the settings

    preparing.prepare(demonstration=not empty, say=_say)


def refuse_taken_port(host: str, port: int) -> None:
    """Refuse to start where another program listens already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        if os.name != "nt":  # there the option would let two programs share a port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as reason:
            raise DomainError(
                f"Port {port} on {host} cannot be opened ({reason.strerror}). Another Retained may "
                f"be running there; stop it, or take another port with --port {port + 1}."
            ) from reason


def _say(sentence: str) -> None:
    """Print one line at once."""
    click.echo(sentence)
    sys.stdout.flush()


def _say_where_to_go(link: str | None) -> None:
    """Print the address, and the administrator's link as long as there is no administrator."""
    from django.conf import settings  # noqa: PLC0415 - set up by now

    _say("")
    if link:
        _say("Set up the administrator's account with this link (it works once):")
        _say(f"  {link}")
    _say(f"Retained is at {settings.BASE_URL}. Ctrl-C stops it.")


def _serve(host: str, port: int, *, workers: int, jobs: bool, welcome: Callable[[], None]) -> None:
    """Serve until stopped, and welcome once it answers; the worker is a child kept alive."""
    from django.conf import settings  # noqa: PLC0415 - set up by now
    from django.db import connections  # noqa: PLC0415 - set up by now
    from granian import Granian  # noqa: PLC0415 - only serving needs it
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    from retained.project.answering import when_it_answers  # noqa: PLC0415 - the same

    connections.close_all()
    multiprocessing.set_start_method("spawn", force=True)  # a fork would copy threads half-way
    server = Granian(
        "retained.project.rsgi:application",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=workers,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        websockets=False,
        log_level=LogLevels.warning,
    )
    stop_jobs = _start_jobs() if jobs else _nothing
    waiting = when_it_answers(host, port, settings.BASE_URL, say=welcome)
    try:
        server.serve()
    finally:
        waiting.set()
        stop_jobs()
        _say("Stopped.")


def _start_jobs() -> Callable[[], None]:
    """Start the job worker as a child; return how to stop it."""
    from retained.project.kept_alive import KeptAlive  # noqa: PLC0415 - only serving needs it

    command = [sys.executable, "-m", "retained.project.command_line", "work", "--with-parent"]
    child = KeptAlive(command)
    child.start()
    return child.stop


def _nothing() -> None:
    """Stop nothing: no jobs were started."""

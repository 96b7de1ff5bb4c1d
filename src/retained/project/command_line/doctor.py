"""`retained doctor`: how this installation is, and what would mend it."""

import click

from retained.project.checkup.all import check_up
from retained.project.checkup.checks import State
from retained.project.command_line.formats import format_option, show

SIGNS = {State.GOOD: "good", State.NOTE: "note", State.MEND: "MEND"}


@click.command(epilog="\b\nExamples:\n  retained doctor\n  retained doctor --format json")
@format_option
def doctor(*, format_name: str) -> None:
    """Check this installation: each line is what was found, and how to mend it.

    Exit code 1 if anything is to mend.
    """
    checks = check_up()
    if format_name == "table":
        for check in checks:
            click.echo(f"{SIGNS[check.state]}  {check.name}: {check.found}")
            if check.mend:
                click.echo(f"      -> {check.mend}")
    else:
        rows = [
            {"name": check.name, "state": check.state, "found": check.found, "mend": check.mend}
            for check in checks
        ]
        show(rows, format_name, columns=["name", "state", "found", "mend"])
    if any(check.state is State.MEND for check in checks):
        raise click.exceptions.Exit(1)

"""The frame of the command line: lazy commands, clean messages, exit codes, shell completion.

Exit codes: 0 done; 1 a rule refused it, or remarks that are errors; 2 wrong usage.
"""

import importlib
import os
from collections.abc import Sequence
from typing import Any

import click
from click.shell_completion import CompletionItem

from retained.project.command_line.registry import COMMANDS, Listed
from retained.shared.errors import DomainError

EPILOG = """\b
Examples:
  retained serve --port 8080
  retained doctor --format json
  retained COMMAND --help

Exit codes: 0 done, 1 a rule refused it (or remarks are errors), 2 wrong usage.
Completion: eval "$(retained completion bash)"  (or zsh, or fish)
"""


class Commands(click.Group):
    """The group `retained`: knows all commands by name, imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the registry."""
        return [*(listed.name for listed in COMMANDS), *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of this name."""
        for listed in COMMANDS:
            if listed.name == cmd_name:
                return _imported(listed)
        return super().get_command(ctx, cmd_name)

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """List the commands with their sentences, importing none."""
        rows = [(listed.name, listed.sentence) for listed in COMMANDS]
        rows += [(name, found.get_short_help_str(60)) for name, found in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        incomplete: str,
    ) -> list[CompletionItem]:
        """Offer command names, importing none."""
        offered = [(listed.name, listed.sentence) for listed in COMMANDS]
        offered += [(name, found.get_short_help_str()) for name, found in self.commands.items()]
        return [
            CompletionItem(name, help=sentence)
            for name, sentence in offered
            if name.startswith(incomplete)
        ]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a broken rule becomes its own sentence and exit code 1."""
        try:
            return super().invoke(ctx)
        except DomainError as refused:
            raise click.ClickException(refused.message) from refused


class WithStored(click.Group):
    """A group whose commands on files alone start without Django.

    The modules `stored` declare its other commands. They are imported with Django set up, once
    such a command is asked for.
    """

    def __init__(self, *arguments: Any, stored: Sequence[str], **more: Any) -> None:
        """Make the group; `stored` are names below `command_line`."""
        super().__init__(*arguments, **more)
        self._stored = stored

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all of them."""
        self._import_stored()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command on files at once, and any other with Django ready for it."""
        if cmd_name not in self.commands:
            self._import_stored()
        return super().get_command(ctx, cmd_name)

    def _import_stored(self) -> None:
        set_up_django()
        for module in self._stored:
            importlib.import_module(f"retained.project.command_line.{module}")


def _imported(listed: Listed) -> click.Command:
    """Import one command, with Django ready if it needs it."""
    if listed.needs_django:
        set_up_django()
    module = importlib.import_module(f"retained.project.command_line.{listed.module}")
    command: click.Command = getattr(module, listed.attribute)
    return command


def set_up_django() -> None:
    """Make the installation's settings and tables known; may be called twice."""
    import django  # noqa: PLC0415 - only commands that need Django pay for it

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "retained.project.settings")
    django.setup()


@click.group(cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=None, version="0.1.0", prog_name="retained")
def program() -> None:
    """Outsource the work, retain the control."""


@program.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what a shell needs to complete this command line."""
    from click.shell_completion import get_completion_class  # noqa: PLC0415 - rarely called

    kind = get_completion_class(shell)
    if kind is not None:
        click.echo(kind(program, {}, "retained", "_RETAINED_COMPLETE").source())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `retained` with the arguments of the process and end it."""
    program.main(args=arguments, prog_name="retained")

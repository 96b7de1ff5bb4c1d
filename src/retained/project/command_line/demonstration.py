"""`retained demonstration`: bring the story into an empty installation."""

import click

from retained.shared.errors import DomainError

EPILOG = """\b
Examples:
  retained demonstration

`bin/run` calls it on the first start, unless it is given --empty.
"""


@click.command(epilog=EPILOG)
def demonstration() -> None:
    """Bring the demonstration: an invented bank, its providers, ten months of tickets."""
    from retained.directory.queries.entry import client_organisation  # noqa: PLC0415
    from retained.project.demonstration.story import tell_the_story  # noqa: PLC0415

    if client_organisation() is not None:
        raise DomainError("There is a company here already: the demonstration needs an empty one.")
    tell_the_story(lambda sentence: click.echo(f"  {sentence}"))

"""`retained permissions`: the permission table as a page of the documentation."""

import click

EXAMPLES = """\b
Example:
  retained permissions > docs/reference/permissions.md
"""


@click.command(epilog=EXAMPLES)
def permissions() -> None:
    """Print the permission table as Markdown."""
    from retained.directory.permission_page import permission_page  # noqa: PLC0415 - stays lazy

    click.echo(permission_page(), nl=False)

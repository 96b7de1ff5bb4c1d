"""`retained agreement`: what was promised, from the command line.

`check` and `schema` work on files alone, without a database; the others act as a named person.
"""

from datetime import date
from pathlib import Path
from typing import Any

import click

from retained.contracts.engine.agreement import AgreementTerms
from retained.contracts.engine.comparison import differences
from retained.contracts.engine.reading import AgreementRefusedError, read_agreement
from retained.contracts.engine.schema import schema_text
from retained.contracts.engine.sentences.credits import credit_sentence, pool_sentences
from retained.contracts.engine.sentences.levels import counted_sentence, level_sentence, levels_text
from retained.contracts.engine.sentences.terms import answer_sentence, term_sentence
from retained.contracts.engine.term import term_of
from retained.project.command_line.acting import acting
from retained.project.command_line.formats import format_option, show
from retained.project.command_line.program import set_up_django
from retained.shared import clock
from retained.shared.errors import DomainError

EXAMPLES = """\b
Examples:
  retained agreement check agreement.yaml
  retained agreement import --as anna@bank.example agreement.yaml
  retained agreement import --as anna@bank.example --from 2027-01-01 --note "Amendment 1" \\
      agreement.yaml
  retained agreement list --as anna@bank.example --format csv
  retained agreement show --as anna@bank.example AG-7
  retained agreement export --as anna@bank.example AG-7 > agreement.yaml
  retained agreement documents --as anna@bank.example AG-7
  retained agreement attach --as anna@bank.example --kind annex AG-7 annex.pdf
  retained agreement schema > agreement-1.schema.json
"""
_WITHOUT_DATABASE = {"check", "schema"}
_REMARK_COLUMNS = ("line", "field", "sentence")
_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)
_PAPER = click.Path(exists=True, dir_okay=False, path_type=Path)
_KINDS = ("master", "statement_of_work", "data_processing", "amendment", "annex", "other")
_DOCUMENT_COLUMNS = ("key", "kind", "title", "sha256", "shared_with_provider", "attached_at")
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group(epilog=EXAMPLES)
@click.pass_context
def agreement(ctx: click.Context) -> None:
    """Check, import, list, show and export agreements."""
    if ctx.invoked_subcommand not in _WITHOUT_DATABASE:
        set_up_django()


@agreement.command("check")
@click.argument("file", type=_FILE)
@format_option
def check(*, file: str, format_name: str) -> None:
    """Say everything that is wrong with an agreement's FILE, or read it back."""
    try:
        terms = _read(file)
    except AgreementRefusedError as error:
        rows = [
            {"line": one.place.row, "field": one.place.column, "sentence": one.sentence}
            for one in error.remarks
        ]
        show(rows, format_name, columns=_REMARK_COLUMNS)
        raise click.exceptions.Exit(1) from error
    if format_name == "table":
        _read_back(terms, clock.now().date())
    else:
        show([], format_name, columns=_REMARK_COLUMNS)


@agreement.command("schema")
def schema() -> None:
    """Print the JSON Schema of an agreement."""
    click.echo(schema_text(), nl=False)


@agreement.command("list")
@format_option
@acting
def list_agreements(*, by: Any, format_name: str) -> None:
    """List the agreements that you may read, as they stand today."""
    from retained.contracts import access, queries  # noqa: PLC0415 - needs the settings

    day = clock.now().date()
    readable = queries.agreements_by(access.agreements_to_read(by), day).order_by("reference")
    rows = [
        {
            "reference": row.reference,
            "title": row.title,
            "provider": row.provider,
            "version": row.version,
            "first_day": row.term.starts_on,
            "last_day": row.term.ends_on,
            "word_by": row.term.notice_on,
            "service_levels": row.service_levels,
        }
        for row in queries.agreement_rows(readable, day)
    ]
    columns = (
        "reference", "title", "provider", "version", "first_day", "last_day", "word_by",
        "service_levels",
    )  # fmt: skip
    show(rows, format_name, columns=columns)


@agreement.command("show")
@click.argument("reference")
@click.option("--on", "day", type=_DAY, help="As it stands on this day (default: today).")
@acting
def show_agreement(*, by: Any, reference: str, day: Any) -> None:
    """Read an agreement back in sentences."""
    from retained.contracts import access, queries  # noqa: PLC0415 - needs the settings

    found = access.agreement_to_read(by, reference)
    rows = queries.versions(found)
    on = day.date() if day else clock.now().date()
    row = queries.in_force(rows, on) if day else queries.shown_version(rows, on)
    click.echo(f"Version {row.number}, from {row.effective_from}. SHA-256 {row.sha256}")
    _read_back(row.terms, on)


@agreement.command("import")
@click.argument("file", type=_FILE)
@click.option("--from", "day", type=_DAY, help="For an agreement that is there: it counts from.")
@click.option("--note", default="", help="Why; kept with the version.")
@click.option("--add-provider", is_flag=True, help="Add the provider if it is not there.")
@acting
def import_agreement(*, by: Any, file: str, day: Any, note: str, add_provider: bool) -> None:
    """Register the agreement of FILE, or with --from save it as a new version."""
    from retained.contracts import access, commands, queries  # noqa: PLC0415 - needs the settings

    terms, at = _read(file), clock.now()
    if day is None:
        made = commands.register_agreement(
            terms, by=by, at=at, note=note, add_provider=add_provider
        )
        click.echo(f"{made.reference} {made.title} is registered.")
        return
    found = access.agreement_to_change(by, terms.reference)
    before = queries.versions(found)
    version = commands.change_terms(
        found, terms, day.date(), note=note, by=by, at=at, expected_version=found.version
    )
    _say_changes(queries.shown_version(before, day.date()).terms, terms)
    click.echo(f"Version {version.number} of {found.reference} counts from {day:%Y-%m-%d}.")


@agreement.command("export")
@click.argument("reference")
@click.option("--version", type=click.IntRange(min=1), help="This version (default: today's).")
@acting
def export(*, by: Any, reference: str, version: int | None) -> None:
    """Print an agreement as YAML; importing it gives an equal agreement."""
    from retained.contracts import access, queries  # noqa: PLC0415 - needs the settings

    found = access.agreement_to_read(by, reference)
    if version:
        row = queries.version(found, version)
    else:
        row = queries.shown_version(queries.versions(found), clock.now().date())
    click.echo(row.document, nl=False)


@agreement.command("documents")
@click.argument("reference")
@format_option
@acting
def documents(*, by: Any, reference: str, format_name: str) -> None:
    """List the documents of an agreement that you may open."""
    from retained.contracts import access  # noqa: PLC0415 - needs the settings

    found = access.documents_to_read(by, access.agreement_to_read(by, reference))
    rows = [
        {"key": str(one.file.key), "kind": one.kind, "title": one.title, "sha256": one.file.sha256,
         "shared_with_provider": one.shared_with_provider, "attached_at": one.attached_at}
        for one in found
    ]  # fmt: skip
    show(rows, format_name, columns=_DOCUMENT_COLUMNS)


@agreement.command("attach")
@click.argument("reference")
@click.argument("file", type=_PAPER)
@click.option("--kind", type=click.Choice(_KINDS), required=True, help="What the paper is.")
@click.option("--title", default="", help="Its title; by default the file's name.")
@click.option("--shared", is_flag=True, help="The provider may open it too.")
@acting
def attach(*, by: Any, reference: str, file: Path, kind: str, title: str, shared: bool) -> None:
    """Keep the paper FILE with an agreement, with its hash."""
    from retained.contracts import access, commands  # noqa: PLC0415 - needs the settings

    found = access.agreement_to_file(by, reference)
    with file.open("rb") as stream:
        made = commands.attach_document(
            found, stream, name=file.name, kind=kind, title=title, shared_with_provider=shared,
            by=by, at=clock.now(),
        )  # fmt: skip
    click.echo(f"{made.title} is kept: {made.file.key}, SHA-256 {made.file.sha256}.")


@agreement.command("freeze-holidays")
@click.argument("reference")
@click.argument("year", type=click.IntRange(1900, 2200))
@acting
def freeze_holidays(*, by: Any, reference: str, year: int) -> None:
    """Write the public holidays of YEAR into the terms, so that they can change no more."""
    from retained.contracts import access, commands  # noqa: PLC0415 - needs the settings

    found = access.agreement_to_change(by, reference)
    made = commands.freeze_holidays(
        found, year, by=by, at=clock.now(), expected_version=found.version
    )
    numbers = ", ".join(str(version.number) for version in made)
    click.echo(f"Public holidays of {year} are frozen in version {numbers}.")


@agreement.command("document")
@click.argument("reference")
@click.argument("key")
@click.option("--to", "path", type=click.Path(path_type=Path), required=True, help="The file.")
@acting
def document(*, by: Any, reference: str, key: str, path: Path) -> None:
    """Write a document to a file."""
    from retained.contracts import access  # noqa: PLC0415 - needs the settings
    from retained.files.storing import open_stored  # noqa: PLC0415

    found = access.document_to_read(by, reference, key).file
    with open_stored(found) as stream:
        path.write_bytes(stream.read())
    click.echo(f"{path}: {found.original_name}, SHA-256 {found.sha256}.")


@agreement.command("withdraw-document")
@click.argument("reference")
@click.argument("key")
@click.option("--reason", required=True, help="Why; it stays in the record.")
@acting
def withdraw_document(*, by: Any, reference: str, key: str, reason: str) -> None:
    """Take a paper that was attached by mistake from the agreement."""
    from retained.contracts import access, commands  # noqa: PLC0415 - needs the settings

    paper = access.document_to_withdraw(by, reference, key)
    commands.withdraw_document(paper.agreement, paper, reason=reason, by=by, at=clock.now())
    click.echo(f"{paper.title} is withdrawn.")


def _read(file: str) -> AgreementTerms:
    """Return the agreement of a file, or of standard input for “-”."""
    try:
        with click.open_file(file, encoding="utf-8-sig") as stream:
            return read_agreement(stream.read(), name=file)
    except UnicodeDecodeError:
        raise DomainError(f"{file} is not UTF-8 text: save it as UTF-8.") from None


def _read_back(terms: AgreementTerms, day: date) -> None:
    """Print an agreement in sentences."""
    click.echo(f"{terms.reference} {terms.title}: {terms.client} with {terms.provider}")
    click.echo(term_sentence(term_of(terms, day)))
    click.echo(answer_sentence(terms))
    for level in terms.service_levels:
        click.echo(f"\n{level.title}")
        click.echo(f"  {level_sentence(level, terms)}.")
        click.echo(f"  {levels_text(level).capitalize()}. {credit_sentence(level, terms)}")
        click.echo(f"  {counted_sentence(level, terms)}")
    rules = pool_sentences(terms)
    if rules:
        click.echo("\nCredits")
        click.echo("\n".join(f"  {rule}" for rule in rules))


def _say_changes(before: AgreementTerms, after: AgreementTerms) -> None:

    for change in differences(before, after):
        click.echo(f"- {change.sentence}")

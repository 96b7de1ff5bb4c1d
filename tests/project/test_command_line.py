"""The frame of the command line: lazy, clean in its refusals, at home in a shell."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from retained.project.command_line import formats, program, registry
from retained.project.command_line.registry import COMMANDS, Listed
from retained.project.command_line.serve import refuse_taken_port
from retained.shared.errors import DomainError

ROWS = [
    {"name": "P1", "met": 12, "late": None, "open": True},
    {"name": "a, b", "met": 7, "late": "x", "open": False},
]
COLUMNS = ["name", "met", "late", "open"]


def printed(format_name: str) -> str:
    @click.command()
    def listing() -> None:
        formats.show(ROWS, format_name, columns=COLUMNS)

    return CliRunner().invoke(listing).output


def test_a_table_puts_figures_to_the_right_and_says_yes_and_no() -> None:
    assert printed("table").splitlines() == [
        "name  met  late  open",
        "----  ---  ----  ----",
        "P1     12        yes",
        "a, b    7  x     no",
    ]


def test_csv_quotes_and_json_keeps_kinds() -> None:
    assert printed("csv").splitlines()[2] == '"a, b",7,x,no'
    assert '"met": 12' in printed("json")
    assert '"late": null' in printed("json")


@pytest.mark.parametrize("listed", COMMANDS, ids=lambda listed: listed.name)
def test_every_listed_command_is_there_and_shows_an_example(listed: Listed) -> None:
    shown = CliRunner().invoke(program.program, [listed.name, "--help"])
    assert shown.exit_code == 0, shown.output
    assert "xample" in shown.output


def test_help_names_every_command_without_importing_django() -> None:
    code = (
        "import sys\n"
        "from retained.project.command_line import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit('django' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for listed in COMMANDS:
        assert listed.sentence.split()[0] in ended.stdout
        assert listed.name in ended.stdout


def test_a_broken_rule_is_its_own_sentence_and_ends_with_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @click.command()
    def refuse() -> None:
        raise DomainError("March is closed. Supersede it.")

    monkeypatch.setattr(program, "_imported", lambda _: refuse)
    ended = CliRunner().invoke(program.program, [registry.COMMANDS[0].name])
    assert ended.exit_code == 1
    assert ended.output == "Error: March is closed. Supersede it.\n"


def test_wrong_usage_ends_with_two() -> None:
    assert CliRunner().invoke(program.program, ["no-such-thing"]).exit_code == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_complete_it(shell: str) -> None:
    shown = CliRunner().invoke(program.program, ["completion", shell])
    assert "_RETAINED_COMPLETE" in shown.output


def test_completion_offers_names_with_their_sentences() -> None:
    context = click.Context(program.program)
    offered = {item.value for item in program.program.shell_complete(context, "do")}
    assert offered == {"doctor"}


def test_a_taken_port_is_refused_with_the_way_on(taken_port: int) -> None:
    with pytest.raises(DomainError, match=f"--port {taken_port + 1}"):
        refuse_taken_port("127.0.0.1", taken_port)

"""`retained measure` as a buyer calls it: three tickets, two files, one result."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from retained.project.command_line.program import program

TICKETS = """\
ticket;at;state;priority
INC-1;2026-10-05 09:00;New;2
INC-1;2026-10-05 09:30;In progress;2
INC-1;2026-10-05 11:00;Waiting for customer;2
INC-1;2026-10-05 15:00;In progress;2
INC-1;2026-10-05 16:30;Resolved;2
INC-2;2026-10-23 17:30;New;1
INC-2;2026-10-26 08:30;Resolved;1
INC-3;2026-10-30 16:00;New;3
"""
MAPPING = """\
schema: retained/mapping/1
source: brightdesk
time_zone: Europe/Amsterdam
files:
  - pattern: "tickets*.csv"
    shape: state_changes
    delimiter: ";"
    datetime: "%Y-%m-%d %H:%M"
    columns: {ticket: ticket, at: at, state: state, priority: priority}
states:
  New: new
  In progress: in_progress
  Waiting for customer: waiting_client
  Resolved: resolved
"""
AGREEMENT = """\
schema: retained/agreement/1
reference: AG-7
title: Service desk
client: Lindenhof Bank
provider: Brightdesk
currency: EUR
time_zone: Europe/Amsterdam
from: 2026-01-01
until: 2028-12-31
credit_base: {amount: 92000.00, per: month}
calendars:
  office: {hours: {monday-friday: ["08:00-18:00"]}, holidays: NL}
  always: 24x7
clocks:
  resolve:
    pauses_in: [waiting_client]
    calendar: {default: office, priority: {"1": always}}
service_levels:
  - id: in-time
    title: Resolved in time
    source: brightdesk
    tickets: {priority: ["1", "2", "3"]}
    clock: resolve
    targets: {"1": 4h, "2": 8h, "3": 3 working days}
    expected: 95 %
    minimum: 90 %
    credit: {allocation: 40 %, below_expected: 50 %, below_minimum: 100 %}
credits: {at_risk: 12 %}
"""
# Computed by hand, and by walking UTC seconds.
RESULT = [
    "ticket,service_level,month,clock_seconds,paused_seconds,verdict",
    "INC-1,in-time,2026-10,12600,14400,met",
    "INC-2,in-time,2026-10,230400,0,missed",
    "INC-3,in-time,,21600,0,open",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (
        ("tickets.csv", TICKETS),
        ("mapping.yaml", MAPPING),
        ("agreement.yaml", AGREEMENT),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def measured(folder: Path, *more: str) -> Result:
    options = {
        "agreement": folder / "agreement.yaml",
        "mapping": folder / "mapping.yaml",
        "evidence": folder / "tickets.csv",
        "tickets": folder / "out.csv",
        "as-of": "2026-11-02T12:00+01:00",
        "format": "csv",
    }
    given = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    return CliRunner().invoke(program, ["measure", *given, *more])


def test_three_tickets_come_out_as_reckoned_by_hand(folder: Path) -> None:
    answer = measured(folder)
    assert answer.exit_code == 0, answer.output
    lines = (folder / "out.csv").read_text(encoding="utf-8").splitlines()
    assert [",".join(line.split(",")[:6]) for line in lines] == RESULT
    october = next(line for line in answer.stdout.splitlines() if ",2026-10," in line)
    assert october.startswith("in-time,2026-10,50,percent,95,90,1,2,")
    assert ",below_minimum,4416.00,4416.00,EUR,1.3,98.7," in october


def test_the_large_path_writes_the_same_two_tables(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small, rows = measured(folder), (folder / "out.csv").read_bytes()
    monkeypatch.setattr("retained.project.command_line.measure.LARGE_ROWS", 1)
    monkeypatch.delattr("retained.project.command_line.measure.tickets_from")  # not one is read
    large = measured(folder)
    assert large.exit_code == 0, large.output
    assert large.stdout == small.stdout
    assert (folder / "out.csv").read_bytes() == rows


def test_a_file_that_could_not_be_read_ends_with_1_beside_the_figures(folder: Path) -> None:
    (folder / "tickets-2.csv").write_text("ticket;when\nINC-9;soon\n", encoding="utf-8")
    answer = measured(folder, str(folder / "tickets-2.csv"))
    assert answer.exit_code == 1
    assert "The figures are without 1 file that could not be read." in answer.stderr
    assert ",2026-10," in answer.stdout


def test_a_file_that_nothing_depends_on_may_be_unreadable(folder: Path) -> None:
    (folder / "tickets-2.csv").write_text("ticket;when\nINC-9;soon\n", encoding="utf-8")
    mapping = (folder / "mapping.yaml").read_text(encoding="utf-8")
    elsewhere = mapping.replace("source: ", "source: other-", 1)
    (folder / "mapping.yaml").write_text(elsewhere, encoding="utf-8")
    answer = measured(folder, str(folder / "tickets-2.csv"))
    assert answer.exit_code == 0, answer.output
    assert "not measured, its source is" in answer.stderr


FOLLOWED = (
    TICKETS
    + """\
INC-3;2026-11-02 09:00;Resolved;3
INC-4;2026-11-02 09:00;New;2
INC-4;2026-11-02 10:00;Resolved;2
INC-5;2026-12-01 09:00;New;2
"""
)


def test_what_a_month_earned_back_has_a_column_of_its_own(folder: Path) -> None:
    """October missed and November met, so November earns half of October's credit back."""
    earned = "at_risk: 12 %, earn_back: {following_months: 1, at_most: 50 %}"
    (folder / "tickets.csv").write_text(FOLLOWED, encoding="utf-8")
    (folder / "agreement.yaml").write_text(AGREEMENT.replace("at_risk: 12 %", earned), "utf-8")
    command = ["measure", "--agreement", str(folder / "agreement.yaml")]
    command += ["--mapping", str(folder / "mapping.yaml")]
    command += ["--evidence", str(folder / "tickets.csv")]
    rows = json.loads(CliRunner().invoke(program, [*command, "--format", "json"]).stdout)
    assert [(row["month"], row["credit"], row["earned_back"]) for row in rows] == [
        ("2026-10", "4416.00", None), ("2026-11", "0.00", "2208.00"), ("2026-12", None, None),
    ]  # fmt: skip
    assert "earned back" in CliRunner().invoke(program, command).stdout


def test_files_without_a_usable_row_are_refused_whatever_the_moment(folder: Path) -> None:
    wrong = TICKETS.replace(";at;", ";when;")
    (folder / "tickets.csv").write_text(wrong, encoding="utf-8")
    answer = measured(folder)
    assert answer.exit_code == 1
    assert "The file has no column “at”" in answer.stderr
    assert "No row of the evidence can be used" in answer.stderr
    assert not (folder / "out.csv").exists()


def test_an_agreement_with_a_negative_amount_is_refused_with_its_line(folder: Path) -> None:
    text = AGREEMENT.replace("92000.00", "-92000.00")
    (folder / "agreement.yaml").write_text(text, encoding="utf-8")
    answer = measured(folder)
    assert answer.exit_code == 1
    assert "agreement.yaml, row 10" in answer.stderr
    assert "must not be negative" in answer.stderr

"""Shapes are guessed from headers as tools write them, and the guess reads the file whole."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from retained.evidence.engine.guessing.proposal import Guess, guess
from retained.evidence.engine.mapping import Mapping
from retained.evidence.engine.reading import read_evidence

from .reading_a_text import rows

# The list "Task SLAs" of ServiceNow, exported as CSV with labels.
TASK_SLA = """\
Task,SLA definition,Type,Target,Stage,Business elapsed time,Business elapsed percentage,Start time,\
Stop time,Original breach time,Has breached,Pause duration,Pause time,Schedule,Active
INC0010001,Priority 2 resolution (8 hour),SLA,Resolution,Completed,7200,25,2026-03-02 09:00:00,\
2026-03-02 11:10:00,2026-03-02 17:00:00,false,600,,8-5 weekdays,false
INC0010001,Priority 2 response (30 minute),SLA,Response,Completed,300,16.67,2026-03-02 09:00:00,\
2026-03-02 09:05:00,2026-03-02 09:30:00,false,0,,8-5 weekdays,false
INC0010002,Priority 3 resolution (1 day),SLA,Resolution,Cancelled,60,0.2,2026-03-03 09:00:00,\
2026-03-03 09:01:00,2026-03-04 09:00:00,false,0,,8-5 weekdays,false
INC0010002,Priority 1 resolution (4 hour),SLA,Resolution,Completed,18000,125,2026-03-03 09:01:00,\
2026-03-03 14:01:00,2026-03-03 13:01:00,true,0,,24x7,false
INC0010003,Priority 1 resolution (4 hour),SLA,Resolution,In progress,3600,25,2026-03-03 13:00:00,\
,2026-03-03 17:00:00,false,0,2026-03-03 13:30:00,24x7,true
"""
# The same table by its field names, one clock a ticket.
TASK_SLA_FIELDS = """\
task;sla;stage;has_breached;start_time;end_time;pause_duration;business_duration;planned_end_time
INC0010001;P2 resolution;completed;false;02/03/2026 09:00:00;02/03/2026 11:10:00;600;7200;\
02/03/2026 17:00:00
INC0010002;P1 resolution;completed;true;13/03/2026 09:01:00;13/03/2026 14:01:00;0;18000;\
13/03/2026 13:01:00
"""
JIRA = """\
Issue key,SLA name,Start,Stop,Goal,Elapsed,Breached,Paused
DESK-1,Time to resolution,2026-03-02T09:00:00,2026-03-02T11:10:00,8:00,2:00,No,0:10
DESK-2,Time to resolution,2026-03-03T09:01:00,2026-03-03T14:01:00,4:00,5:00,Yes,0:00
"""
MONTH_END = """\
Snapshot date;Number;Opened;Resolved;State;Priority;Assignment group
31.01.2026;INC1;05.01.2026 09:00;06.01.2026 10:00;Resolved;2;Desk
31.01.2026;INC2;20.01.2026 09:00;;In Progress;3;Desk
28.02.2026;INC2;20.01.2026 09:00;10.02.2026 08:00;Resolved;3;Desk
28.02.2026;INC3;25.02.2026 09:00;;New;3;Network
31.03.2026;INC3;25.02.2026 09:00;02.03.2026 09:30;Resolved;3;Network
31.03.2026;INC4;30.03.2026 17:00;;New;1;Desk
"""
UNNAMED_MONTH_END = MONTH_END.replace("Snapshot date", "Datum")
ONE_MONTH = """\
number,opened_at,resolved_at,priority
INC1,2026-01-05 09:00,2026-01-06 10:00,2
INC2,2026-01-20 09:00,,3
"""


def guessed(folder: Path, text: str, name: str) -> tuple[Guess, dict[str, Any]]:
    (folder / name).write_text(text, encoding="utf-8")
    found = guess(folder / name, name=name)
    return found, found.fields["files"][0]


def read_as_guessed(folder: Path, found: Guess) -> list[tuple[Any, ...]]:
    """Read the folder by the guess: each row is used, or left by `only`."""
    evidence = read_evidence([folder], Mapping.model_validate(found.fields))
    assert (evidence.rows_unusable, evidence.refusals) == (0, [])
    return rows(evidence, "ticket, state, hold_seconds, reported")


def test_a_task_sla_export_is_a_clock_table_of_resolutions(tmp_path: Path) -> None:
    found, part = guessed(tmp_path, TASK_SLA, "task_sla.csv")
    assert part["shape"] == "clock_table"
    assert part["columns"] == {
        "ticket": "Task",
        "start": "Start time",
        "stop": "Stop time",
        "breached": "Has breached",
        "paused": "Pause duration",
    }
    assert part["hold_unit"] == "seconds"
    assert part["only"] == {
        "Stage": ["Completed", "In progress"],
        "SLA definition": ["Priority 1 resolution (4 hour)", "Priority 2 resolution (8 hour)",
                           "Priority 3 resolution (1 day)"],
    }  # fmt: skip
    reasons = " ".join(found.reasons)
    assert "a row is a tool's own clock of a ticket" in reasons
    assert "Clocks that were cancelled are left out by “Stage”" in reasons
    assert "Tickets repeat under 4 clocks in “SLA definition”" in reasons
    assert read_as_guessed(tmp_path, found) == [
        ("INC0010001", "new", 600, "met"),
        ("INC0010001", "resolved", 600, "met"),
        ("INC0010002", "new", 0, "missed"),
        ("INC0010002", "resolved", 0, "missed"),
        ("INC0010003", "new", 0, "met"),
    ]


def test_the_same_table_by_its_field_names_and_in_another_country(tmp_path: Path) -> None:
    found, part = guessed(tmp_path, TASK_SLA_FIELDS, "task_sla-2026-03.csv")
    assert (part["shape"], part["delimiter"]) == ("clock_table", ";")
    assert part["columns"]["stop"] == "end_time"
    assert part["datetime"] == ["%d/%m/%Y %H:%M:%S"]
    assert "only" not in part
    verdicts = [row[3] for row in read_as_guessed(tmp_path, found)]
    assert verdicts == ["met", "met", "missed", "missed"]


def test_a_jira_report_of_clocks_is_one_too(tmp_path: Path) -> None:
    found, part = guessed(tmp_path, JIRA, "sla.csv")
    assert part["shape"] == "clock_table"
    assert part["columns"]["paused"] == "Paused"
    assert [row[2] for row in read_as_guessed(tmp_path, found)] == [600, 600, 0, 0]


def test_pauses_in_words_are_left_out_with_the_reason(tmp_path: Path) -> None:
    text = TASK_SLA.replace(",600,", ",10 Minutes,")
    text = text.replace("false,0,", "false,0 Seconds,").replace("true,0,", "true,0 Seconds,")
    found, part = guessed(tmp_path, text, "task_sla.csv")
    assert "paused" not in part["columns"]
    assert any("no durations" in reason for reason in found.reasons)


@pytest.mark.parametrize("text", [MONTH_END, UNNAMED_MONTH_END])
def test_month_end_snapshots_are_told_by_their_date(tmp_path: Path, text: str) -> None:
    found, part = guessed(tmp_path, text, "tickets.csv")
    column = text.partition(";")[0]
    assert part["shape"] == "snapshots"
    assert part["columns"]["cut_off"] == column
    assert (part["columns"]["opened"], part["columns"]["resolved"]) == ("Opened", "Resolved")
    assert f"“{column}” holds 3 dates, and no ticket stands twice" in " ".join(found.reasons)
    told = [row[:2] for row in read_as_guessed(tmp_path, found)]
    assert told == [
        ("INC1", "new"), ("INC1", "resolved"), ("INC2", "new"), ("INC2", "resolved"),
        ("INC3", "new"), ("INC3", "resolved"), ("INC4", "new"),
    ]  # fmt: skip


def test_a_snapshot_of_one_month_is_told_by_the_name_of_its_column(tmp_path: Path) -> None:
    text = "".join(MONTH_END.splitlines(keepends=True)[:3])
    _, part = guessed(tmp_path, text, "tickets.csv")
    assert (part["shape"], part["columns"]["cut_off"]) == ("snapshots", "Snapshot date")


@pytest.mark.parametrize(
    ("name", "cut_off"),
    [
        ("snapshot-2026-01.csv", "snapshot-%Y-%m.csv"),
        ("Backlog_20260131.csv", "Backlog_%Y%m%d.csv"),
        ("month-end 2026-01-31 desk.csv", "month-end %Y-%m-%d desk.csv"),
    ],
)
def test_a_snapshot_without_a_column_is_told_by_the_file_s_name(
    tmp_path: Path, name: str, cut_off: str
) -> None:
    found, part = guessed(tmp_path, ONE_MONTH, name)
    assert (part["shape"], part["cut_off"]) == ("snapshots", cut_off)
    assert any("The file's name speaks of a cut-off" in reason for reason in found.reasons)
    assert len(read_as_guessed(tmp_path, found)) == 3


@pytest.mark.parametrize(
    ("text", "name", "shape"),
    [
        (ONE_MONTH, "tickets-2026-01.csv", "stamps"),
        ("number,opened,started,resolved,sla breached\nA,2026-03-02 09:00,2026-03-02 09:10,"
         "2026-03-02 10:00,no\n", "t.csv", "stamps"),
        ("ticket,opened,start,end,breached\nA,2026-03-02 09:00,2026-03-02 09:10,2026-03-02 10:00,"
         "no\n", "t.csv", "stamps"),
        ("ticket,at,state\nA,2026-03-31,New\nA,2026-04-30,Closed\nB,2026-03-31,New\n", "t.csv",
         "state_changes"),
    ],
)  # fmt: skip
def test_other_shapes_are_guessed_as_before(
    tmp_path: Path, text: str, name: str, shape: str
) -> None:
    assert guessed(tmp_path, text, name)[1]["shape"] == shape


def test_every_role_has_a_proposal_for_whoever_chooses_another_shape(tmp_path: Path) -> None:
    found, _ = guessed(tmp_path, TASK_SLA, "task_sla.csv")
    assert found.proposed["stop"] == "Stop time"
    assert found.proposed["started"] == "Start time"
    header = next(csv.reader(io.StringIO(TASK_SLA)))
    assert set(found.proposed.values()) <= set(header)


GERMAN = "Ticket;Geändert am;Status\n" + "".join(
    f"INC-{row // 4};{row % 28 + 1:02d}.03.2026 09:00;{state}\n"
    for row, state in enumerate(["Neu", "Wartet auf Kunde", "Gelöst", "Zurückgestellt"] * 9)
)


@pytest.mark.parametrize(
    ("written", "guessed"),
    [("utf-8", None), ("cp1252", "cp1252"), ("latin-1", "cp1252"), ("mac_roman", "mac-roman")],
)
def test_the_encoding_of_a_german_export_is_found(
    tmp_path: Path, written: str, guessed: str | None
) -> None:
    path = tmp_path / "tickets.csv"
    path.write_bytes(GERMAN.encode(written))
    found = guess(path, name="tickets.csv")
    assert found.fields["files"][0].get("encoding") == guessed
    assert found.columns[1] == "Geändert am"


@pytest.mark.parametrize("text", ["Ticket;Status\nINC-1;Gelöst\n", "Numéro;État\n1;Créé\n"])
def test_cp1252_wins_where_few_letters_leave_it_open(tmp_path: Path, text: str) -> None:
    path = tmp_path / "tickets.csv"
    path.write_bytes(text.encode("cp1252"))
    assert guess(path, name="tickets.csv").fields["files"][0]["encoding"] == "cp1252"


def test_a_polish_export_is_read_as_cp1250(tmp_path: Path) -> None:
    path = tmp_path / "tickets.csv"
    rows_of = "".join(f"{n};Zamknięte\n{n};Rozwiązane\n" for n in range(20))
    path.write_bytes(("Zgłoszenie;Stan\n" + rows_of).encode("cp1250"))
    assert guess(path, name="tickets.csv").fields["files"][0]["encoding"] == "cp1250"


def test_a_state_that_nobody_knows_is_left_to_choose(tmp_path: Path) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text(GERMAN)
    found = guess(path, name="tickets.csv")
    assert found.fields["states"] == {
        "Neu": "new",
        "Wartet auf Kunde": "waiting_client",
        "Gelöst": "resolved",
    }
    assert found.unknown_states == ("Zurückgestellt",)


@pytest.mark.parametrize(
    ("time", "form", "doubted"),
    [
        ("03/04/2026 09:00 AM", "%m/%d/%Y %I:%M %p", True),
        ("03/14/2026 09:00 AM", "%m/%d/%Y %I:%M %p", False),
        ("14/03/2026 09:00 AM", "%d/%m/%Y %I:%M %p", False),
        ("03/04/2026 09:00", "%d/%m/%Y %H:%M", True),
        ("03.04.2026 09:00", "%d.%m.%Y %H:%M", False),
    ],
)
def test_am_and_pm_are_read_month_first_and_an_open_order_is_a_doubt(
    tmp_path: Path, time: str, form: str, doubted: bool
) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text(f"number,opened_at\nINC1,{time}\nINC2,{time}\n")
    found = guess(path, name="tickets.csv")
    assert found.fields["files"][0]["datetime"] == [form]
    assert bool(found.doubts) is doubted

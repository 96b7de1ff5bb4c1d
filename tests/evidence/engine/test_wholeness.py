"""What suggests that rows are missing, each with its figures."""

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from retained.evidence.engine.wholeness import monthly_volumes, tickets_apart, wholeness
from retained.shared.months import Month
from retained.shared.remarks import Remark

from .reading_a_text import read

ZONE = ZoneInfo("Europe/Amsterdam")


def text_of(tickets: list[tuple[int, str]]) -> str:
    return "ticket,at,state\n" + "".join(f"INC{n:05d},{at},New\n" for n, at in tickets)


def daily(first: date, days: int, each: int) -> list[tuple[int, str]]:
    return [
        (day * each + turn + 1, f"{first + timedelta(days=day)} 09:{turn:02d}")
        for day in range(days)
        for turn in range(each)
    ]


def remarks_on(folder: Path, tickets: list[tuple[int, str]], **more: object) -> list[Remark]:
    with read(folder, a_csv=text_of(tickets)) as evidence:
        return wholeness(evidence.connection, zone=ZONE, **more)  # type: ignore[arg-type]


def test_whole_evidence_has_no_remark(tmp_path: Path) -> None:
    assert remarks_on(tmp_path, daily(date(2026, 3, 2), 28, 6), file_rows=[("a", 168)]) == []


def test_a_gap_in_numbering_is_told_with_its_width(tmp_path: Path) -> None:
    tickets = [one for one in daily(date(2026, 3, 2), 28, 6) if not 50 <= one[0] <= 54]
    (remark,) = remarks_on(tmp_path, tickets)
    assert remark.code == "numbering_gap"
    assert "5 of 168" in remark.sentence
    assert "INC00050 to INC00054 (5 tickets)" in remark.sentence


def test_numbers_that_others_share_tell_nothing(tmp_path: Path) -> None:
    tickets = [(number * 7, at) for number, at in daily(date(2026, 3, 2), 28, 6)]
    assert remarks_on(tmp_path, tickets) == []


def test_a_day_without_tickets_is_told_against_its_weekday(tmp_path: Path) -> None:
    tickets = daily(date(2026, 3, 2), 28, 6)
    without = [one for one in tickets if not one[1].startswith("2026-03-11")]
    codes = {remark.code: remark.sentence for remark in remarks_on(tmp_path, without)}
    assert codes["quiet_days"] == (
        "March 2026: 1 day has no ticket although its weekday usually has 6 or more: "
        "2026-03-11. Holidays may explain them."
    )


def test_quiet_days_are_told_month_by_month(tmp_path: Path) -> None:
    quiet = {"2026-03-11", "2026-03-12", "2026-04-01"}
    tickets = [one for one in daily(date(2026, 3, 2), 56, 6) if one[1][:10] not in quiet]
    told = [one.sentence for one in remarks_on(tmp_path, tickets) if one.code == "quiet_days"]
    assert [sentence.partition(" no ")[0] for sentence in told] == [
        "March 2026: 2 days have",
        "April 2026: 1 day has",
    ]


def test_quiet_days_are_told_month_by_month_and_holidays_among_them_named(tmp_path: Path) -> None:
    quiet = {"2026-03-11", "2026-04-06", "2026-04-08"}
    tickets = [one for one in daily(date(2026, 3, 2), 56, 6) if one[1][:10] not in quiet]
    told = [
        remark.sentence
        for remark in remarks_on(tmp_path, tickets, holidays=frozenset({date(2026, 4, 6)}))
        if remark.code == "quiet_days"
    ]
    assert told == [
        "March 2026: 1 day has no ticket although its weekday usually has 6 or more: 2026-03-11.",
        "April 2026: 1 day has no ticket although its weekday usually has 6 or more: 2026-04-08. "
        "A holiday of the calendar explains 2026-04-06.",
    ]
    holidays = frozenset(date.fromisoformat(day) for day in quiet)
    codes = {remark.code for remark in remarks_on(tmp_path, tickets, holidays=holidays)}
    assert "quiet_days" not in codes


def test_a_row_count_that_is_an_export_limit_is_told(tmp_path: Path) -> None:
    (remark,) = remarks_on(tmp_path, daily(date(2026, 3, 2), 28, 6), file_rows=[("a", 10_000)])
    assert (remark.code, remark.place.file) == ("export_limit", "a")


def test_a_month_far_from_the_earlier_ones_is_told(tmp_path: Path) -> None:
    tickets = daily(date(2026, 1, 1), 31 + 28 + 31 + 30 + 31, 2)
    thin = [
        one for one in tickets if not (one[1] >= "2026-04" and one[1] < "2026-05" and one[0] % 4)
    ]
    told = [r for r in remarks_on(tmp_path, thin) if r.code == "unusual_volume"]
    assert [("April 2026" in remark.sentence) for remark in told] == [True]


def test_a_stated_volume_is_held_against_the_count(tmp_path: Path) -> None:
    stated = {Month(2026, 3): 170}
    (remark,) = remarks_on(tmp_path, daily(date(2026, 3, 2), 28, 6), stated=stated)
    assert "170" in remark.sentence
    assert "(-2)" in remark.sentence


def test_months_are_those_of_the_zone(tmp_path: Path) -> None:
    with read(tmp_path, a_csv=text_of([(1, "2026-04-01 00:30"), (2, "2026-03-31 23:30")])) as found:
        assert monthly_volumes(found.connection, ZONE) == [(Month(2026, 3), 1), (Month(2026, 4), 1)]


def test_tickets_of_two_sources_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "y").mkdir()
    at = "2026-04-01 00:30"
    with (
        read(tmp_path / "x", a_csv=text_of([(1, at), (2, at)])) as x,
        read(tmp_path / "y", a_csv=text_of([(2, at), (3, at), (4, at)])) as y,
    ):
        assert tickets_apart(x.connection, y.connection) == (1, 2, 1)

"""How values look: a value is read the same by eye, by ear and by machine."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template

from retained.pages import cells
from retained.pages.vendored import VENDOR_FOLDER
from retained.shared.money import Money

ROOT = Path(__file__).resolve().parents[2] / "src/retained"
GAP = "\u00a0"


def test_a_ratio_is_a_percentage_that_never_wraps() -> None:
    assert cells.percent(Decimal("0.8875")) == f'<span class="rt-figure">88.8{GAP}%</span>'


def test_amounts_carry_their_currency_and_its_own_minor_units() -> None:
    assert f"11,040.00{GAP}EUR" in cells.money(Money(Decimal(11040), "EUR"))
    assert f"500{GAP}JPY" in cells.money(Money(Decimal(500), "JPY"))
    assert f"11,040{GAP}EUR" in cells.money(Money(Decimal(11040), "EUR"), minor=False)


def test_a_moment_stands_on_the_wall_of_its_zone_and_in_utc_for_machines() -> None:
    at = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    shown = cells.moment(at, ZoneInfo("Europe/Amsterdam"))
    assert 'datetime="2026-10-25T00:30:00+00:00"' in shown
    assert ">25 Oct 2026, 02:30<" in shown
    assert "CEST" in shown


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (61, "1 m 01 s"),
        (6127, "1 h 42 m"),
        (90000, "1 d 1 h"),
        (-61, "−1 m 01 s"),
    ],
)
def test_a_length_of_time_is_said_by_its_two_greatest_units(seconds: int, words: str) -> None:
    assert cells.duration_text(seconds).replace(GAP, " ") == words


def test_every_verdict_has_a_word_of_its_own_and_a_shape_that_exists() -> None:
    shapes = (ROOT / "project/static/retained/shapes.svg").read_text("utf-8")
    assert len({look.word for look in cells.VERDICTS.values()}) == len(cells.VERDICTS)
    for key, look in cells.VERDICTS.items():
        assert f'id="{look.shape}"' in shapes
        assert look.word in cells.verdict(key)


def test_good_bad_and_in_between_differ_in_shape_too() -> None:
    by_tone = {}
    for look in cells.VERDICTS.values():
        by_tone.setdefault(look.tone, set()).add(look.shape)
    assert by_tone["good"] & by_tone["bad"] == set()
    assert by_tone["warn"] & by_tone["bad"] == set()


def test_nothing_is_a_dash_for_the_eye_and_a_word_for_the_ear() -> None:
    for kind in cells.KINDS:
        assert cells.shown(kind, None) == cells.NOTHING
    assert "visually-hidden" in cells.NOTHING


def test_a_zero_is_a_value() -> None:
    assert "0" in cells.shown("number", 0)
    assert f"0.0{GAP}%" in cells.shown("percent", Decimal(0))


def test_texts_are_never_markup() -> None:
    assert cells.shown("text", "<i>") == "&lt;i&gt;"
    assert "<i>" not in cells.shown("code", "<i>")


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = (VENDOR_FOLDER / "icons.svg").read_text("utf-8")
    there = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    named = set()
    for path in ROOT.rglob("*.html"):
        text = path.read_text("utf-8")
        named |= set(re.findall(r'{% icon "([^"]+)"', text))
        named |= set(re.findall(r'icon_name="([^"]+)"', text))
    assert named - there == set()


def test_template_tags_show_what_tables_show() -> None:
    text = (
        "{% load retained_pages %}{% percent ratio %}|{% money amount %}|{% day day %}|"
        '{% moment at "Asia/Kolkata" %}|{% number 1234567 %}|{% money None %}|{% share ratio %}'
    )
    at = datetime(2026, 11, 9, 8, tzinfo=UTC)
    values = {
        "ratio": Decimal("0.5"),
        "amount": Money(Decimal(1), "EUR"),
        "day": date(2026, 11, 9),
        "at": at,
    }
    percent, money, day, moment, number, nothing, share = (
        Template(text).render(Context(values)).split("|")
    )
    assert percent == cells.percent(Decimal("0.5"))
    assert money == cells.money(Money(Decimal(1), "EUR"))
    assert (day, nothing) == (cells.day(date(2026, 11, 9)), cells.NOTHING)
    assert "13:30" in moment
    assert number == "1,234,567"
    assert 'width="30.0"' in share

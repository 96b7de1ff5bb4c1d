"""A large source is counted by the large path, and nobody can tell from the figures."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from delivery.conftest import Story
from retained.delivery import sources
from retained.delivery.commands import measuring
from retained.delivery.engine.bulk import moves
from retained.delivery.engine.found import Together
from retained.delivery.engine.measurement import Measurement
from retained.delivery.engine.statements import tickets_csv
from retained.delivery.models import Measured
from retained.delivery.queries import derived
from retained.delivery.queries.replays import Replay, replay
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.shared.months import Month

pytestmark = pytest.mark.django_db
OCTOBER = Month(2026, 10)


@pytest.fixture(autouse=True)
def _own_derived_files(tmp_path: Path) -> Iterator[None]:
    with override_settings(DATA_DIR=tmp_path):
        yield


def call_everything_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every source be a large one, and forget what was looked at before."""
    monkeypatch.setattr(sources, "LARGE_ROWS", 1)
    monkeypatch.setattr(measuring, "_last", {})


def months_of(measured: Measured) -> list[dict[str, object]]:
    rows = measured.months.order_by("position", "month").values()
    return [{k: v for k, v in row.items() if k not in {"id", "measured_id"}} for row in rows]


def replayed(story: Story) -> Replay:
    return replay(story.agreement, story.measured, {"pauses": "both"}, at=clock.now())


def look_at(story: Story) -> Measurement:
    return measuring.look(story.agreement, at=clock.now()).measurement


def test_a_large_source_gives_the_same_months_rows_and_replays(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    small, csv = story.measured, tickets_csv(look_at(story).results, OCTOBER)
    months, answer = months_of(small), replayed(story)

    call_everything_large(monkeypatch)
    large, seen = story.measure(), look_at(story)
    assert isinstance(seen.results, Together)
    assert large.results_sha256 == small.results_sha256
    assert large.as_of == small.as_of
    assert months_of(large) == months
    assert tickets_csv(seen.results, OCTOBER) == csv
    assert replayed(story) == answer


def test_moves_are_made_once_and_go_with_the_histories_they_were_made_of(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_everything_large(monkeypatch)
    story.measure()
    folder = derived.history_folder("brightdesk")
    assert folder is not None
    made = (folder / derived.MOVES / "moves.parquet").stat().st_mtime_ns
    derived.moves_of("brightdesk")
    assert (folder / derived.MOVES / "moves.parquet").stat().st_mtime_ns == made
    assert derived.moves_of("nobody's source") is None


def test_a_priority_for_every_ticket_is_a_mapping_that_went_wrong(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_everything_large(monkeypatch)
    monkeypatch.setattr(moves, "MOST_PRIORITIES", 1)
    before = derived.history_folder("brightdesk")  # of the same rows, and so of another test's
    assert before is not None
    shutil.rmtree(before / derived.MOVES, ignore_errors=True)
    with pytest.raises(DomainError, match="Check which column the mapping takes the priority from"):
        story.measure()
    folder = derived.history_folder("brightdesk")
    assert folder is not None
    assert not (folder / derived.MOVES).exists()

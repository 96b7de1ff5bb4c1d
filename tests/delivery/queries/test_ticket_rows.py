"""The tickets behind a figure, from derived files."""

import pytest

from delivery.conftest import Story
from retained.delivery.commands.measuring import measure_agreement
from retained.delivery.queries import derived, ticket_scopes
from retained.delivery.queries.terms import agreed
from retained.delivery.queries.ticket_rows import TicketSource
from retained.delivery.queries.ticket_scopes import Scope, scope_of
from retained.pages.tables import Sort
from retained.shared import clock
from retained.shared.errors import DomainError
from retained.shared.months import Month

OCTOBER = Month(2026, 10)


def scope(story: Story) -> Scope:
    terms = agreed(story.agreement).on(OCTOBER)
    return scope_of(story.measured, terms, terms.service_level("urgent"), OCTOBER, close=None)


def test_large_results_are_read_from_a_slice_that_says_the_same(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = TicketSource(scope(story), {}).everything(Sort("ticket"))
    monkeypatch.setattr(ticket_scopes, "_LARGE_BYTES", 0)
    assert TicketSource(scope(story), {}).everything(Sort("ticket")) == whole
    slices = list(derived.derived_folder().glob("AG-7-*.slice.duckdb"))
    assert len(slices) == 1
    assert len(whole) == 240


@pytest.mark.parametrize("words", ["13", "inc-", "nothing has this"])
def test_words_are_counted_on_the_way_to_the_first_page_as_they_are_alone(
    story: Story, words: str
) -> None:
    chosen = {"words": words}
    alone = TicketSource(scope(story), chosen).count()
    source = TicketSource(scope(story), chosen)
    first = source.page(Sort("ticket"), cursor="", size=50)
    assert source.count() == alone == len(source.everything(Sort("ticket")))
    assert len(first.rows) == min(alone, 50)
    later = TicketSource(scope(story), chosen)
    assert len(later.page(Sort("ticket"), cursor=first.after, size=50).rows) <= 50
    assert later.count() == alone


def test_measuring_clears_what_earlier_measurements_left(story: Story) -> None:
    stale = derived.derived_folder() / f"AG-7-{'0' * 16}.parquet"
    other = derived.derived_folder() / f"AG-77-{'0' * 16}.parquet"
    for path in (stale, other):
        path.write_bytes(b"")
    measured = measure_agreement(story.agreement, by=story.manager, at=clock.now())
    derived.clear_results(measured)
    assert not stale.exists()
    assert other.exists()
    assert derived.results_file(measured).exists()
    other.unlink()


def test_results_that_are_gone_say_how_to_go_on(story: Story) -> None:
    derived.results_file(story.measured).unlink()
    with pytest.raises(DomainError, match="have the agreement measured anew"):
        scope(story)


def test_a_history_is_read_anew_once_its_batches_change(story: Story) -> None:
    before = derived.history_folder("brightdesk")
    assert before is not None
    assert (before / derived.CHANGES).exists()
    assert derived.history_folder("brightdesk") == before
    assert derived.history_folder("nobody") is None
    story.source.batches.update(withdrawn_at=clock.now())
    assert derived.history_folder("brightdesk") is None

"""The same rows give the same history, however they are cut into files, ordered and repeated."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retained.evidence.engine.reading import read_evidence

from .reading_a_text import CHANGES, mapping_of, rows

STATE_NAMES = ("New", "Active", "Waiting", "Resolved", "Closed")
ROWS = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(0, 40), st.sampled_from(STATE_NAMES)),
    min_size=1,
    max_size=25,
    unique=True,
)
HISTORY = 'ticket, "at", state, priority, reported, hold_seconds, pauses_known'


def history(texts: Sequence[str], names: Sequence[str], mapping: Any = CHANGES) -> list[Any]:
    with TemporaryDirectory() as folder:
        for name, text in zip(names, texts, strict=True):
            (Path(folder) / name).write_text(text)
        with read_evidence([folder], mapping, threads=1) as evidence:
            return rows(evidence, HISTORY)


def text_of(cells: Sequence[tuple[str, int, str]]) -> str:
    lines = [f"{t},2026-03-02 {9 + m // 60:02d}:{m % 60:02d},{s}" for t, m, s in cells]
    return "\n".join(["ticket,at,state", *lines]) + "\n"


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(ROWS, st.data())
def test_overlapping_files_in_any_order_give_the_history_of_the_whole(
    cells: list[tuple[str, int, str]], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(cells)))
    back = data.draw(st.integers(0, cut))
    # Neighbours of one ticket and minute travel together in at least one of the files.
    overlap = [*cells[max(0, cut - back - 8) : cut], *cells[cut:]]
    names = data.draw(st.permutations(["x.csv", "y.csv", "z.csv"]))
    whole = history([text_of(cells)], ["whole.csv"])
    split = history([text_of(cells), text_of(overlap), text_of(cells[:cut])], names)
    assert split == whole


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(ROWS, st.data())
def test_any_cut_gives_the_same_history_whatever_the_files_are_called(
    cells: list[tuple[str, int, str]], data: st.DataObject
) -> None:
    moments = {(ticket, minute) for ticket, minute, _ in cells}
    alone = [next(c for c in cells if c[:2] == moment) for moment in sorted(moments)]
    cut = data.draw(st.integers(0, len(alone)))
    parts = [text_of(alone[:cut]), text_of(alone[cut:]), text_of(alone)]
    names = data.draw(st.permutations(["x.csv", "y.csv", "z.csv"]))
    assert history(parts, names) == history([text_of(alone)], ["whole.csv"])


SUPERSEDING = mapping_of(
    '{pattern: "*.csv", shape: state_changes, '
    "columns: {ticket: t, at: u, state: s, row_id: i, version: v}}"
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.permutations(["x.csv", "y.csv"]))
def test_of_one_row_id_the_later_version_stands_in_any_order(names: list[str]) -> None:
    first = "t,u,s,i,v\nA,2026-03-02 09:00,New,1,1\nA,2026-03-02 10:00,Resolved,2,9\n"
    second = "t,u,s,i,v\nA,2026-03-02 11:00,Resolved,2,10\n"
    found = history([first, second], names, SUPERSEDING)
    assert [(row[1] // 60 % 60, row[2]) for row in found] == [(0, "new"), (0, "resolved")]
    assert found[1][1] - found[0][1] == 7200


def test_the_same_content_under_two_names_is_read_once(tmp_path: Path) -> None:
    text = text_of([("A", 0, "New")])
    (tmp_path / "a.csv").write_text(text)
    (tmp_path / "b.csv").write_text(text)
    with read_evidence([tmp_path], CHANGES) as evidence:
        assert evidence.rows_read == 1
        assert evidence.remark_counts == {"same_file": 1}

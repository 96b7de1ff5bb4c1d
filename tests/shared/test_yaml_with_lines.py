"""YAML that people write: lines for remarks, and nothing that hides or grows."""

import pytest

from retained.shared.yaml_lines import YamlError, line_of, load


def test_each_field_knows_its_line() -> None:
    value, lines = load("a: 1\nlist:\n  - x: 08:30\n  - y\n")
    assert value == {"a": "1", "list": [{"x": "08:30"}, "y"]}
    assert (lines[("a",)], lines[("list", 0, "x")], lines[("list", 1)]) == (1, 3, 4)
    assert line_of(lines, ("list", 0, "missing")) == 3
    assert line_of(lines, ("elsewhere",)) == 1


@pytest.mark.parametrize(
    "text", ["08:30", "95.10", "NO", "yes", "2026-02-30", "0x10", "1_000", "007"]
)
def test_what_is_written_stays_as_it_is_written(text: str) -> None:
    assert load(f"a: {text}")[0] == {"a": text}


BILLION_LAUGHS = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("a: 1\na: 2\n", 2, "“a” stands here twice."),
        (BILLION_LAUGHS, 2, "Aliases (*name) are not allowed: write it out."),
        ("x: !!python/object:os.system ls", 1, "Tags (!name) are not allowed"),
        ("a: 1\nb: !!timestamp x", 2, "Tags (!name) are not allowed"),
        ("a: 1\n? [b, c]\n: 2\n", 2, "A field's name must be a plain word."),
        ("a: [1, 2\nb: 3\n", 2, "This is not YAML:"),
        ("a: 1\n\tb: 2\n", 2, "This is not YAML:"),
        ("a: 'open", 1, "This is not YAML:"),
        ("a: 1\n---\nb: 2\n", 2, "This is not YAML:"),
        ("- x\n" * 50_001, None, "The file holds too many values."),
    ],
)
def test_what_cannot_be_read_gets_a_remark_with_its_line(
    text: str, line: int | None, sentence: str
) -> None:
    with pytest.raises(YamlError) as refused:
        load(text, name="agreement.yaml")
    remark = refused.value.remark
    assert remark.sentence.startswith(sentence)
    assert remark.place.file == "agreement.yaml"
    assert line is None or remark.place.row == line


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("#" * 2_000_001, "The file is too long to be written by people."),
        ("[" * 5_000, "The fields are nested too deeply."),
        ("a: \x00", "This is not YAML"),
    ],
)
def test_what_would_take_for_ever_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(YamlError, match=sentence):
        load(text)


def test_nothing_is_nothing() -> None:
    assert load("") == (None, {})

"""YAML read with the line of every field, so that a remark can name where it points.

In   the text of a YAML file
Out  plain values, and the line on which each path stands
Why  a file that people write by hand deserves errors that name line and field
"""

from collections.abc import Iterator
from typing import Any

import yaml

from retained.shared.remarks import Place, Remark, Severity

Path = tuple[str | int, ...]
_MOST_CHARACTERS = 2_000_000
_MOST_VALUES = 50_000
_DEEPEST = 30


class YamlError(ValueError):
    """The text is not YAML that can be read; `remark` says where and why."""

    def __init__(self, remark: Remark) -> None:
        super().__init__(str(remark))
        self.remark = remark


class TooManyValuesError(YamlError):
    """The text holds more values than people write."""


def load(text: str, *, name: str = "") -> tuple[Any, dict[Path, int]]:
    """Return the values of a YAML text, and the line (from 1) of every path in it.

    Aliases and repeated keys are refused: the first can grow without bound, the second hides
    a value. Raises YamlError.
    """
    if len(text) > _MOST_CHARACTERS:
        raise YamlError(_remark(name, None, "The file is too long to be written by people."))
    try:
        _refuse_what_hides(text, name)
        node = yaml.compose(text, yaml.SafeLoader)
        if node is None:
            return None, {}
        lines = dict(_walk(node, (), name))
        value = yaml.load(text, _TextualLoader)  # noqa: S506 - a SafeLoader below
    except YamlError:
        raise  # it is a ValueError too, and has its line already
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise YamlError(_remark(name, line, f"This is not YAML: {error.problem}.")) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise YamlError(_remark(name, None, f"This is not YAML: {error}.")) from error
    return value, lines


def line_of(lines: dict[Path, int], path: Path) -> int | None:
    """Return the line of `path`, or of the nearest parent that the file holds."""
    while path not in lines and path:
        path = path[:-1]
    return lines.get(path)


def _refuse_what_hides(text: str, name: str) -> None:
    """Refuse, before anything is built, what can grow without bound or means more than it says."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, yaml.SafeLoader)):
        line = event.start_mark.line + 1 if event.start_mark else None
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            sentence = "Aliases (*name) are not allowed: write it out."
        elif getattr(event, "tag", None) is not None:
            sentence = "Tags (!name) are not allowed: write the plain value."
        elif count > _MOST_VALUES:
            raise TooManyValuesError(_remark(name, line, "The file holds too many values."))
        elif depth > _DEEPEST:
            sentence = "The fields are nested too deeply."
        else:
            continue
        raise YamlError(_remark(name, line, sentence))


class _TextualLoader(yaml.SafeLoader):
    """A SafeLoader that leaves numbers, hours, days and words as they were written.

    YAML 1.1 reads 08:30 as 510 (base 60), 95.10 as 95.1 and NO (Norway) as false: all must stay
    text here. A day stays text so that 2026-02-30 gets a remark with its own line.
    """


_LEFT_AS_TEXT = {f"tag:yaml.org,2002:{kind}" for kind in ("int", "float", "bool", "timestamp")}
_TextualLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _LEFT_AS_TEXT]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _walk(node: yaml.Node, path: Path, name: str) -> Iterator[tuple[Path, int]]:
    yield path, _line(node)
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, (*path, index), name)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            line = _line(key)
            if not isinstance(key, yaml.ScalarNode):
                raise YamlError(_remark(name, line, "A field's name must be a plain word."))
            if key.value in seen:
                raise YamlError(_remark(name, line, f"“{key.value}” stands here twice."))
            seen.add(key.value)
            yield (*path, str(key.value)), line
            for inner, inner_line in _walk(value, (*path, str(key.value)), name):
                if inner != (*path, str(key.value)):
                    yield inner, inner_line


def _line(node: yaml.Node) -> int:
    mark = node.start_mark
    return mark.line + 1 if mark is not None else 1


def _remark(name: str, line: int | None, sentence: str) -> Remark:
    return Remark(Severity.ERROR, "yaml", sentence, Place(file=name, row=line))

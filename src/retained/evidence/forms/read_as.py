"""What the page of a mapping starts from, and how one choice changes all others."""

from collections.abc import Mapping as Fields
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from retained.evidence.forms.mapping_words import ENCODINGS


@dataclass(frozen=True, slots=True)
class ReadAs:
    """What the page of a mapping starts from: a source read before, or a guess by these."""

    like: str | None = None  # None: whatever fits; "": a guess
    delimiter: str | None = None
    encoding: str | None = None

    @classmethod
    def sent(cls, sent: Fields[str, Any]) -> Self:
        """Return what the page was made from that was sent."""
        return cls(
            like=sent.get("like", ""),
            delimiter=delimiter_of(sent.get("like_delimiter", "")),
            encoding=_encoding(sent.get("like_encoding", "")),
        )

    def changed(self, sent: Fields[str, Any], known: Sequence[str]) -> Self:
        """Return what the page is made from next: another known source, another way of writing."""
        source = sent.get("source", "").strip()
        if source != self.like and source in known:
            return replace(self, like=source, delimiter=None, encoding=None)
        delimiter = delimiter_of(sent.get("delimiter", "")) or self.delimiter
        encoding = _encoding(sent.get("encoding", "")) or self.encoding
        if (delimiter, encoding) != (self.delimiter, self.encoding):
            return replace(self, like="", delimiter=delimiter, encoding=encoding)
        return self


def delimiter_of(text: str) -> str | None:
    """Return a delimiter that people wrote, as one character; None if it is none."""
    one = {"tab": "\t", "\\t": "\t"}.get(text, text)
    return one if len(one) == 1 else None


def _encoding(name: str) -> str | None:
    return name if name in dict(ENCODINGS) else None

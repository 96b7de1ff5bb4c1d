"""What is wrong with a field that only its parent can see, with the path that leads to it.

In   a sentence and a path below the value that is being checked
Out  an error that pydantic carries to `reading`, which puts line and field before the sentence
Why  docs/reference/agreement.md
"""

from collections.abc import Iterable

Path = tuple[str | int, ...]


class FieldError(ValueError):
    """One sentence about the field at `path`, seen from the value that refuses it."""

    def __init__(self, sentence: str, *path: str | int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.path: Path = path


class SeveralFieldsError(ValueError):
    """Several of them, so that all are said at once."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(error.sentence for error in self.errors))


def raise_any(errors: Iterable[FieldError]) -> None:
    """Raise SeveralFieldsError if there is anything wrong at all."""
    found = tuple(errors)
    if found:
        raise SeveralFieldsError(found)


def placed_errors(error: object) -> tuple[FieldError, ...]:
    """Return the sentences and paths that `error` carries; none for any other error."""
    if isinstance(error, SeveralFieldsError):
        return error.errors
    return (error,) if isinstance(error, FieldError) else ()

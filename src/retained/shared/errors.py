"""Errors that speak to people: each message is shown as it stands and says how to go on."""


class DomainError(Exception):
    """A rule of the field was broken by what a person asked for.

    The message is a whole sentence in plain words, and says what to do next.
    """

    @property
    def message(self) -> str:
        """The sentence to show."""
        return str(self)


class NotAllowedError(DomainError):
    """The person may see the object, but may not do this with it."""


class NotThereError(DomainError):
    """The object is not there, or is not this person's: the two look the same on purpose."""

    def __init__(self, what: str = "This page") -> None:
        super().__init__(f"{what} is not there, or is not open to you.")


class ChangedMeanwhileError(DomainError):
    """Somebody else saved the object after this person opened it."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} was changed by somebody else while you had it open. "
            "Nothing of yours was saved: look at the newer text and enter your change again."
        )

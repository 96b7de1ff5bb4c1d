"""Names of those who acted, by the key that rows keep."""

from collections.abc import Iterable, Mapping

from retained.directory.queries import people


def names_of(keys: Iterable[str]) -> Mapping[str, str]:
    """Return the names of people by actor key; the product itself is called the schedule."""
    wanted = {key for key in keys if key}
    return dict.fromkeys(wanted, "the schedule") | people.names_of(wanted)

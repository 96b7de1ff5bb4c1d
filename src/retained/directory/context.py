"""What the templates of every page may ask of the directory."""

from django.http import HttpRequest

from retained.directory.queries.entry import Chair, chairs


def demonstration_chairs(request: HttpRequest) -> dict[str, list[Chair]]:
    """Return the cast for the banner of the demonstration; outside of it, nobody."""
    return {"chairs": chairs(getattr(request, "person", None))}

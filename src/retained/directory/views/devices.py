"""The page of the devices on which a person is signed in."""

from typing import Any

from allauth.usersessions.views import ListUserSessionsView

from retained.directory.commands.devices import forget_ended
from retained.directory.queries.devices import devices


class SignedInDevices(ListUserSessionsView):  # type: ignore[misc] # allauth has no types
    """The devices of whoever asks; allauth's own page asks five questions for each of them."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the devices, the first signed in on first."""
        found = devices(self.request.person)
        forget_ended(found.ended)
        context: dict[str, Any] = super(ListUserSessionsView, self).get_context_data(**kwargs)
        return context | {"sessions": found.signed_in, "session_count": len(found.signed_in)}


signed_in_devices = SignedInDevices.as_view()

"""Waiting until the server that was just started answers: only then is it said where it is."""

import http.client
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

_PAUSE_SECONDS = 0.1
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read, not bound


def when_it_answers(
    host: str, port: int, base_url: str, say: Callable[[], None]
) -> threading.Event:
    """Call `say` from a thread once the port answers a request; set the event to give up."""
    over = threading.Event()

    def wait() -> None:
        while not over.is_set():
            if answers(host, port, base_url):
                say()
                return
            over.wait(_PAUSE_SECONDS)

    threading.Thread(target=wait, name="retained-welcome", daemon=True).start()
    return over


def answers(host: str, port: int, base_url: str) -> bool:
    """Return whether anything answers there; what it answers is not asked."""
    # A port may be open before a process stands behind it: a whole answer is waited for.
    connection = http.client.HTTPConnection(_EVERYWHERE.get(host, host), port, timeout=30)
    try:
        named = {"Host": urlsplit(base_url).netloc or "localhost"}
        connection.request("HEAD", "/accounts/login/", headers=named)
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True

"""Reading a form from a page as a browser would send it back unchanged."""

from html.parser import HTMLParser


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._select = ""
        self._first: str | None = None
        self._textarea: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        name = given.get("name", "")
        if tag == "input" and name:
            ticked = given.get("type") not in {"checkbox", "radio"} or "checked" in given
            if ticked and given.get("type") != "file":
                self._send(name, given.get("value", "on" if "checked" in given else ""))
        elif tag == "select":
            self._select, self._first = name, None
        elif tag == "option" and self._select:
            if "selected" in given:
                self._send(self._select, given.get("value", ""))
                self._first = None
                self._select = ""
            elif self._first is None:
                self._first = given.get("value", "")
        elif tag == "textarea":
            self._textarea, self._text = name, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select and self._first is not None:
            self._send(self._select, self._first)
        if tag == "select":
            self._select = ""
        if tag == "textarea" and self._textarea is not None:
            text = self._text.removeprefix("\n").replace("\r\n", "\n")
            self._send(self._textarea, text.replace("\n", "\r\n"))
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._text += data

    def _send(self, name: str, value: str) -> None:
        self.sent.setdefault(name, []).append(value)


def form_on(page: str) -> dict[str, list[str]]:
    """Return what a browser sends when the form on this page is saved untouched."""
    reader = _FormReader()
    reader.feed(page[page.index("rt-desk") :])
    return reader.sent

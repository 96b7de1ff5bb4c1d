"""The form of something that people write as a file: the text, or the file itself."""

from typing import Any

from django import forms

MOST_CHARACTERS = 2_000_000


class FileOrText(forms.Form):
    """A document as a file or as text: the file wins where both were sent.

    `noun` names the document with its article ("an agreement").
    """

    noun = "a document"

    text = forms.CharField(
        label="As YAML",
        required=False,
        strip=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label="or a file", required=False, help_text="YAML, UTF-8; at most 2 MB."
    )

    def clean(self) -> dict[str, Any]:
        """Let the file stand in place of the text."""
        sent: dict[str, Any] = super().clean() or {}
        file = sent.get("file")
        if file is not None:
            sent["text"] = self._decoded(file)
        if not str(sent.get("text", "")).strip() and not self.errors:
            self.add_error("text", f"Choose a file, or write {self.noun} here.")
        return sent

    def file_name(self) -> str:
        """Return the name of the file that was sent, for its remarks."""
        file = self.files.get("file")
        return str(file.name) if file else ""

    def note_remarks(self, remarks: Any) -> None:
        """List remarks by line above the text."""
        self.remarks = remarks
        self.add_error("text", f"{len(remarks)} to mend before it can be saved.")

    def _decoded(self, file: Any) -> str:
        content = file.read(MOST_CHARACTERS + 1)
        if len(content) > MOST_CHARACTERS:
            self.add_error("file", f"The file is larger than 2 MB: {self.noun} is written by hand.")
            return ""
        try:
            return str(content.decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error(
                "file", "The file is not UTF-8 text: save it as UTF-8 and send it again."
            )
            return ""

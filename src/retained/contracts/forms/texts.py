"""Forms of an agreement as YAML: a new one, or the terms from a day on."""

from typing import Any

from django import forms

from retained.contracts.forms.shape import day_field, words_field

MOST_CHARACTERS = 2_000_000


class _FileOrText(forms.Form):
    """An agreement as a file or as text: the file wins where both were sent."""

    text = forms.CharField(
        label="The agreement as YAML",
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
            self.add_error("text", "Choose a file, or write the agreement here.")
        return sent

    def _decoded(self, file: Any) -> str:
        content = file.read(MOST_CHARACTERS + 1)
        if len(content) > MOST_CHARACTERS:
            self.add_error("file", "The file is larger than 2 MB: an agreement is written by hand.")
            return ""
        try:
            return str(content.decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error(
                "file", "The file is not UTF-8 text: save it as UTF-8 and send it again."
            )
            return ""


class ImportForm(_FileOrText):
    """A new agreement from a file."""

    add_provider = forms.BooleanField(
        label="Add the provider to the directory if it is not there", required=False
    )


class TermsForm(_FileOrText):
    """The terms of an agreement from a day on."""

    effective_from = day_field("They count from")
    note = words_field(
        "Why",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept with the version. Needed where it corrects one from the same day.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

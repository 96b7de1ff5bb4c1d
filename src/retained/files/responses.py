"""Sending stored files out, so that no browser ever runs what somebody else uploaded."""

from urllib.parse import quote

from django.http import FileResponse, HttpResponse

from retained.files.models import StoredFile
from retained.files.storing import open_stored


def file_response(file: StoredFile) -> FileResponse:
    """Return the content as a download. Who may have it was decided by the caller's `access`.

    Django writes the name by RFC 6266. The sandbox holds even where a browser shows the file.
    """
    response = FileResponse(
        open_stored(file),
        as_attachment=True,
        filename=file.original_name,
        content_type=file.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def text_response(text: str, name: str, content_type: str) -> HttpResponse:
    """Return a text that the product wrote itself, as a download."""
    response = HttpResponse(text, content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response

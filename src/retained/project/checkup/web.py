"""Questions about what the outside sees: debugging, names, encryption, mail, demonstration."""

from urllib.parse import urlsplit

from django.conf import settings

from retained.project.checkup.checks import Check, good, note, to_mend

LOCAL_NAMES = {"localhost", "127.0.0.1", "::1"}


def debugging() -> Check:
    """See whether faults are kept from readers."""
    if settings.DEBUG:
        return to_mend("debugging", "On: faults show settings to anybody.", "Unset RETAINED_DEBUG.")
    return good("debugging", "Off.")


def host_names() -> Check:
    """See whether the installation answers to its own name, and to no other."""
    name, host = "host names", urlsplit(settings.BASE_URL).hostname or ""
    if "*" in settings.ALLOWED_HOSTS:
        return to_mend(
            name,
            "Any name is answered: links in mails can be forged.",
            f"Set RETAINED_ALLOWED_HOSTS={host}",
        )
    if host not in [allowed.strip("[]") for allowed in settings.ALLOWED_HOSTS]:
        return to_mend(
            name,
            f"The name of RETAINED_BASE_URL, {host}, is not answered.",
            f"Add {host} to RETAINED_ALLOWED_HOSTS.",
        )
    return good(name, f"Answers to {', '.join(settings.ALLOWED_HOSTS)}.")


def encryption() -> Check:
    """See whether the way to the browser is encrypted, as passkeys need but on localhost."""
    address = urlsplit(settings.BASE_URL)
    if address.scheme == "https":
        return good("encryption", f"{settings.BASE_URL} is encrypted.")
    if address.hostname in LOCAL_NAMES:
        return good("encryption", "Not needed: it is served to this machine alone.")
    return to_mend(
        "encryption",
        f"{settings.BASE_URL} is not encrypted, and passkeys will not work.",
        "Put a proxy with a certificate before it and set RETAINED_BASE_URL=https://...",
    )


def mail() -> Check:
    """See whether there is a mail server."""
    if settings.MAIL_HOST:
        return good("mail", f"Sent by {settings.MAIL_HOST}.")
    return note(
        "mail",
        "No mail server: links of invitations are shown to who makes them.",
        "Set RETAINED_MAIL_HOST to have them sent.",
    )


def demonstration() -> Check:
    """See whether the demonstration, where anybody may take any chair, is kept inside."""
    local = urlsplit(settings.BASE_URL).hostname in LOCAL_NAMES
    if settings.DEMONSTRATION and not local:
        return to_mend(
            "demonstration",
            "It runs at an address that others can reach, and lets anybody take any chair.",
            "Start a new data folder with --empty for real work.",
        )
    return good("demonstration", "It runs, for this machine." if settings.DEMONSTRATION else "Off.")


QUESTIONS = (debugging, host_names, encryption, mail, demonstration)

"""Months in addresses: 2026-10."""

from retained.shared.months import Month


class MonthConverter:
    """Turns 2026-10 into a Month, and back."""

    regex = r"[0-9]{4}-(0[1-9]|1[0-2])"

    def to_python(self, text: str) -> Month:
        """Return the month; ValueError makes the address one that is not there."""
        if text.startswith(("0000", "9999")):
            raise ValueError(text)
        return Month.parse(text)

    def to_url(self, month: object) -> str:
        """Return the month as addresses write it."""
        return str(month)

"""Date formats that exports use, in the order in which they are tried on texts of unknown format.

In   -
Out  KNOWN_FORMATS
Why  docs/reference/mapping.md
"""

_DAYS = (
    "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d.%m.%Y", "%m-%d-%Y", "%Y/%m/%d", "%d/%m/%y", "%m/%d/%y",
    "%d-%b-%Y", "%d %b %Y", "%d/%b/%y", "%d.%m.%y", "%Y%m%d",
)  # fmt: skip
_HOURS = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%H:%M:%S.%f")

KNOWN_FORMATS = (
    "iso",
    *(f"{day} {hour}" for day in _DAYS for hour in _HOURS),
    "%Y%m%d%H%M%S",
    "%a %b %d %H:%M:%S %Y",
    *_DAYS,
    "epoch_ms",
    "epoch",
    "excel",
)

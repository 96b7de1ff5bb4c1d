"""Sizes of files in words."""


def in_words(size_bytes: int) -> str:
    """Return a size as people say it: 500 MB."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size_bytes >= size:
            return f"{size_bytes / size:.1f}".removesuffix(".0") + f" {unit}"
    return f"{size_bytes} bytes"

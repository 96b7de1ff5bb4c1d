"""Static files, named by content and compressed once, quickly enough for a first start."""

from typing import Any

import brotli
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# The highest, 11, takes 25 times as long for a tenth less.
BROTLI_QUALITY = 9


class QuickCompressor(Compressor):  # type: ignore[misc] # whitenoise ships no types
    """Compresses by Brotli at a quality that a first start can wait for."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        """Return the file's content, compressed."""
        return bytes(brotli.compress(data, quality=BROTLI_QUALITY))


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # the same
    """Collected static files: a changed file has a new name, so browsers may keep them for ever."""

    def create_compressor(self, **options: Any) -> Compressor:
        """Return what makes the compressed copies."""
        return QuickCompressor(**options)

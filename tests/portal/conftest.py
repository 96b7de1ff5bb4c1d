"""The portal's tests play the story of delivery's."""

from delivery.conftest import browser_of, cast, story

__all__ = ["browser_of", "cast", "story"]

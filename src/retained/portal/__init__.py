"""The provider's door: pages only, no tables."""

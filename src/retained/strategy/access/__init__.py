"""The only ways from a person to what the stage `strategy` holds."""

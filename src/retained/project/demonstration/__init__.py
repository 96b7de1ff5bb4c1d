"""The demonstration: one story, generated from one seed; its figures come from the engines."""

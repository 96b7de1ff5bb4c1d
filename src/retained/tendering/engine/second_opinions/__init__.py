"""Second opinions: other methods beside the one that decides, each from its paper."""

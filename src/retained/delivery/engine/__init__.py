"""How figures are computed: pure rules."""

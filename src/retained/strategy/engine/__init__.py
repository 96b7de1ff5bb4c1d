"""The rules of deciding: formulas, assumptions, cash flows, chance. Pure."""

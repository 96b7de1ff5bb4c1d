"""A statement as a workbook that recomputes itself."""

"""A business case as a workbook that recomputes itself."""

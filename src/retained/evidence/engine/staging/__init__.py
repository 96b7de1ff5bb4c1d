"""From a file of any format to one relation of texts with row numbers."""

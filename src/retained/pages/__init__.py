"""What all pages share: typed request, tables, exports, charts, PDF, components."""

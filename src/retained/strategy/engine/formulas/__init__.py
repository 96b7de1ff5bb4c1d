"""The formula language of business cases: read, computed, and written for a spreadsheet."""

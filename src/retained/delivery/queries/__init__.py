"""Reads of delivery: months, tickets, differences, statements. One subject a file."""

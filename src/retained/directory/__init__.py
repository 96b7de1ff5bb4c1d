"""Organisations, people, roles, sites, and the company's goals and values."""

"""Backups: one archive with records, uploads and evidence, proved whole before it is relied on."""

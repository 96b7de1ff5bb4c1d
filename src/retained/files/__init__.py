"""Uploads and downloads: limits, checks, storage."""

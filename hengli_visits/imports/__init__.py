"""Spreadsheets in: reading, matching columns, preview, apply."""

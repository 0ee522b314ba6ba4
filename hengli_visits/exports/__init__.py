"""Registers and lists as files for a spreadsheet."""

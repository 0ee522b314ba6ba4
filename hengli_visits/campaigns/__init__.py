"""Campaigns: set up, start, close; their categories."""

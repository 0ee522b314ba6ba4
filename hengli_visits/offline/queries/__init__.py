"""Reads of what phones keep and tell."""

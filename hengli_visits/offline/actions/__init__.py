"""Writes: what comes to the server other than by the phone that wrote it."""

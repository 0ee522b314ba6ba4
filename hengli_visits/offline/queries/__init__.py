"""Reads: the phones of a group, and how a file's records stand to what is here."""

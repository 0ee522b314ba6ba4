"""Ledgers and documents: what the rows of the other slices say, on paper."""

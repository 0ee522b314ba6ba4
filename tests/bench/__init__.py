"""Measurements, run by hand: `python -m tests.bench.kills`, `.packs`, `.weights`. Each prints its figures."""

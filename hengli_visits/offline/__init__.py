"""Saving at the door: what a phone keeps and sends, and what leaders see of it."""

"""Signing in and out, sign-in cards, devices, roles."""

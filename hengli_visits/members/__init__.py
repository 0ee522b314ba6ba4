"""The roster of people and organisations."""

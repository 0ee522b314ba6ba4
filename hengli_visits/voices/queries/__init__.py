"""Reads of what people say, in the actor's scope."""

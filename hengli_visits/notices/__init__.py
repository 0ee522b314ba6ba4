"""What happened that concerns a person, read from the moves that were written anyway."""

"""Areas, households and enterprises."""

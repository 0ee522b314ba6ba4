"""What people say: searching all of it, keeping searches, and the themes in it."""

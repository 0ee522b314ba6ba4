"""What was found at the door: visits with their revisions, companions and photos."""

"""What residents said, across visits."""

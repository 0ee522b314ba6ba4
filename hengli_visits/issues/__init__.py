"""Follow-up of what residents said: owner, deadlines, answer, revisit."""

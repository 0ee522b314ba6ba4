"""Overview and figures: what the rows of the other slices add up to."""

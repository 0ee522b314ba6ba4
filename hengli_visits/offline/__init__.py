"""Working without a network: what phones hold back, and what they hand over."""

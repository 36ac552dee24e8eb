"""The human check: statements out to coders, and their labels back in."""

"""Many reports."""

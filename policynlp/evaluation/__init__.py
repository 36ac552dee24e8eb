"""From gold to scores."""

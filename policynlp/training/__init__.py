"""From annotated corpora to models."""

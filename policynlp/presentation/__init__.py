"""What people look at: figures, word clouds, the page, tables and graph files."""

"""Language models, optional and off by default: tools that one may call, and one that may be asked about uncertain statements."""

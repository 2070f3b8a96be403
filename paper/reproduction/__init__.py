"""Whether the paper reproduces: its Tables 1 to 4, what is measured here, and a verdict."""

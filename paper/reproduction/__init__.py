"""Whether the paper reproduces: its Tables 1-4 beside what is measured here, and a verdict."""

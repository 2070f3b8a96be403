"""The version of the toolkit."""

__version__ = "0.1.0"
"""Same as in pyproject.toml; a test compares them."""

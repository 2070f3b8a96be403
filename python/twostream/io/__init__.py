"""Pictures from and to files, pixels and their range, and files that are written whole."""

"""Plugins of other programs that call the Python API."""

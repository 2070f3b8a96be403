"""Fusion of any number of frames of any size with a fusion net: tiles, trees, select."""

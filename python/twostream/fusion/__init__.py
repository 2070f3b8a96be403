"""Fusion of pictures of any size and number with a fusion net: tiles, trees, select."""

"""Fusing photographs: reading and writing them, cutting them into tiles, joining the results."""

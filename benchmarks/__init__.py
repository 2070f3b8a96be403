"""Measurements of speed, memory and quality, also of other programs. Not part of the wheel."""

"""Measurements of speed, as ratios to reference programs."""

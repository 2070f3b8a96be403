"""Measurements of speed, memory and quality beside other programs. No part of the wheel."""

"""Reproduction of the paper; not part of the wheel."""

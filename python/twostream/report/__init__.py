"""Figures and tables of trainings and results."""

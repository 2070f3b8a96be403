"""What is shown of trainings and results: figures and tables."""
